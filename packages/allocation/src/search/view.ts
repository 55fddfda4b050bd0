/**
 * One component as the search sees it: local indexes, and stock turned into a single pseudo-day, so that
 * "used once over the whole plan" and "away on every day" are the same arithmetic.
 */
import { unitsPerCopy, type Asset, type Component, type Line, type Model } from '../model.ts'

export interface View {
  readonly model: Model
  readonly component: Component
  readonly lines: ReadonlyArray<Line>
  readonly assets: ReadonlyArray<Asset>
  /** Windows in which lines count cover; `[0, 1)` for stock. */
  readonly lineFrom: Int32Array
  readonly lineTo: Int32Array
  /** Per local pair. */
  readonly line: Int32Array
  readonly asset: Int32Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly tour: Int32Array
  /** Cover one copy gives. */
  readonly units: Float64Array
  /** Local pairs of local line `l`: `lineStart[l] … lineStart[l+1]-1`. */
  readonly lineStart: Int32Array
  /** Local pairs of local asset `a`: `assetPairs[assetStart[a] … assetStart[a+1]-1]`. */
  readonly assetStart: Int32Array
  readonly assetPairs: Int32Array
}

export const STOCK_DAY = { from: 0, to: 1 } as const

export const viewOf = (model: Model, component: Component): View => {
  const { pairs, offers } = model
  const count = component.pairs.length
  const lineIndex = new Map<number, number>()
  for (const [local, l] of component.lines.entries()) lineIndex.set(l, local)
  const assetIndex = new Map<number, number>()
  for (const [local, a] of component.assets.entries()) assetIndex.set(a, local)
  const lines = [...component.lines].flatMap((l) => model.lines[l] ?? [])
  const assets = [...component.assets].flatMap((a) => model.assets[a] ?? [])
  const line = new Int32Array(count)
  const asset = new Int32Array(count)
  const from = new Int32Array(count)
  const to = new Int32Array(count)
  const tour = new Int32Array(count)
  const units = new Float64Array(count)
  const lineStart = new Int32Array(lines.length + 1)
  const assetStart = new Int32Array(assets.length + 1)
  for (let i = 0; i < count; i += 1) {
    const p = component.pairs[i] ?? 0
    const l = lineIndex.get(pairs.line[p] ?? 0) ?? 0
    const a = assetIndex.get(offers[pairs.offer[p] ?? 0]?.asset ?? 0) ?? 0
    const [theLine, theAsset] = [lines[l], assets[a]]
    if (theLine === undefined || theAsset === undefined) continue
    line[i] = l
    asset[i] = a
    from[i] = theLine.stock ? STOCK_DAY.from : (pairs.from[p] ?? 0)
    to[i] = theLine.stock ? STOCK_DAY.to : (pairs.to[p] ?? 0)
    tour[i] = theLine.stock ? 1 : (pairs.tour[p] ?? 1)
    units[i] = unitsPerCopy(theLine, theAsset)
    lineStart[l + 1] = (lineStart[l + 1] ?? 0) + 1
    assetStart[a + 1] = (assetStart[a + 1] ?? 0) + 1
  }
  for (let l = 0; l < lines.length; l += 1) lineStart[l + 1] = (lineStart[l + 1] ?? 0) + (lineStart[l] ?? 0)
  for (let a = 0; a < assets.length; a += 1) assetStart[a + 1] = (assetStart[a + 1] ?? 0) + (assetStart[a] ?? 0)
  const assetPairs = new Int32Array(count)
  const next = assetStart.slice()
  for (let i = 0; i < count; i += 1) {
    const a = asset[i] ?? 0
    assetPairs[next[a] ?? 0] = i
    next[a] = (next[a] ?? 0) + 1
  }
  const lineFrom = Int32Array.from(lines, (l) => (l.stock ? STOCK_DAY.from : l.from))
  const lineTo = Int32Array.from(lines, (l) => (l.stock ? STOCK_DAY.to : l.to))
  return {
    model,
    component,
    lines,
    assets,
    lineFrom,
    lineTo,
    line,
    asset,
    from,
    to,
    tour,
    units,
    lineStart,
    assetStart,
    assetPairs,
  }
}

/** The days a stock tour is shown on: the shortest lawful row at the start of its window. */
export const shownWindow = (
  view: View,
  pair: number,
  from: number,
  to: number,
): { readonly from: number; readonly to: number } => {
  const line = view.lines[view.line[pair] ?? 0]
  if (line === undefined || !line.stock) return { from, to }
  const global = view.component.pairs[pair] ?? 0
  const start = view.model.pairs.from[global] ?? 0
  return { from: start, to: start + (view.model.pairs.tour[global] ?? 1) }
}
