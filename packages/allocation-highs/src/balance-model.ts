/**
 * The part all models of balance share: arcs on the days of a component, the coverage locked from below, and one row per bearer in
 * which what it would carry stands, relative to its share. Floating burdens only guide; plans are compared exactly.
 */
import type { View } from '@muster/allocation/search/view'
import { burdenKey } from '@muster/allocation/solver-port'
import type { Tour } from '@muster/allocation/model'
import { buildArcModel, noOptions, type ArcModel } from './arc-model.ts'
import { approximate, dimensionOf, type Bearer, type Elsewhere, type Yardstick } from './burden.ts'
import { coverOf } from './lawful.ts'
import { allDays } from './pair-days.ts'
import { addSideRules, ruleEdges } from './side-rules.ts'
import { SparseModel, type Entry } from './sparse-model.ts'
import { firstNodes, type TimeNodes } from './time-nodes.ts'

/** Cover of a local line that must not shrink. */
export interface Lock {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly quantity: number
}

export interface BalanceTask {
  readonly view: View
  readonly start: ReadonlyArray<Tour>
  readonly locked: ReadonlyArray<Lock>
  readonly elsewhere: Elsewhere
  /** How many of the worst are made as small as they can be, one after another, before all are. */
  readonly levels: number
  readonly nodeLimit: number
}

export interface BurdenModel {
  readonly sparse: SparseModel
  readonly arcs: ArcModel
  /** Per bearer: its row. What it carries here must not exceed the upper side and whatever other columns of the row allow. */
  readonly rows: ReadonlyMap<string, number>
  /** Column of all relative burdens together, divided by the number of bearers. */
  readonly total: number
}

export const balanceNodes = ({ view, start, locked }: BalanceTask): TimeNodes => {
  const edges = new Map(ruleEdges(view))
  for (const { line, from, to } of locked) edges.set(line, [...(edges.get(line) ?? []), from, to])
  return firstNodes(view, start, edges)
}

/** `limitOf`: upper side of a bearer's row. */
export const burdenModel = (
  { view, locked, elsewhere }: BalanceTask,
  nodes: TimeNodes,
  yardstick: Yardstick,
  limitOf: (bearer: Bearer) => number,
): BurdenModel => {
  const sparse = new SparseModel()
  const rows = new Map(
    yardstick.bearers.map((bearer) => [
      bearer.key,
      sparse.row(Number.NEGATIVE_INFINITY, limitOf(bearer), () => `burden${bearer.contributor}_${bearer.dimension}`),
    ]),
  )
  const all = sparse.row(0, 0, () => 'all_burdens')
  const total = sparse.column({ cost: 0, integer: false, entries: [[all, -1]], name: () => 'all' })
  const pairDays = allDays(view, nodes)
  const rules = addSideRules(view, pairDays, sparse, () => true)
  const perDay = relativePerDay(view, elsewhere, yardstick)
  const count = Math.max(1, yardstick.bearers.length)
  const arcs = buildArcModel(view, nodes, pairDays, sparse, {
    ...noOptions,
    running: rules.running,
    startEntries: rules.startEntries,
    presenceEntries: (pair, days) =>
      (perDay[pair] ?? []).flatMap(({ bearer, relative }): ReadonlyArray<Entry> => [
        [rows.get(bearer.key) ?? 0, relative * days],
        [all, (relative * days) / count],
      ]),
  })
  lockCover(view, arcs, locked)
  return { sparse, arcs, rows, total }
}

/** Per pair: what a copy adds to the relative burden of each of its bearers on one day. */
const relativePerDay = (
  view: View,
  elsewhere: Elsewhere,
  yardstick: Yardstick,
): ReadonlyArray<ReadonlyArray<{ readonly bearer: Bearer; readonly relative: number }>> => {
  const bearers = new Map(yardstick.bearers.map((bearer) => [bearer.key, bearer]))
  return Array.from(view.asset, (a) => {
    const asset = view.assets[a]
    return (asset?.parties ?? []).flatMap(({ contributor, part }) => {
      const bearer = bearers.get(burdenKey(contributor, dimensionOf(view, a)))
      if (bearer === undefined || asset === undefined) return []
      const daily = (BigInt(asset.burden) * BigInt(part) * elsewhere.scale) / BigInt(asset.parts)
      return [{ bearer, relative: approximate(yardstick, bearer.key, daily * 1_000_000n) / 1e6 }]
    })
  })
}

/** Presence may not fall below the locked cover of any day of a segment. */
const lockCover = (view: View, { sparse, segments }: ArcModel, locked: ReadonlyArray<Lock>): void => {
  const locks = Map.groupBy(locked, (lock) => lock.line)
  for (const l of view.lines.keys())
    for (const { from, to, presentColumn } of segments[l] ?? [])
      for (const lock of locks.get(l) ?? [])
        if (lock.from < to && lock.to > from)
          sparse.lower[presentColumn] = Math.max(sparse.lower[presentColumn] ?? 0, lock.quantity)
}

export const keepsLocks = ({ view, locked }: BalanceTask, tours: ReadonlyArray<Tour>): boolean => {
  const covers = coverOf(view, tours)
  return locked.every(({ line, from, to, quantity }) => {
    const enough = (covers.get(line) ?? []).filter((span) => span.value >= quantity)
    const days = enough.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0)
    return quantity === 0 || days === to - from
  })
}
