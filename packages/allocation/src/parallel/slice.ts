/**
 * A component as a small model of its own: what a worker is sent instead of the whole problem. Lines, assets, offers,
 * pairs and ceilings are numbered anew in the same order, so pair `i` of the slice is `component.pairs[i]` of the model.
 */
import type { Component, Model, Pairs, Tour } from '../model.ts'

export interface Slice {
  readonly model: Model
  /** The only component of `model`. */
  readonly component: Component
}

export const sliceOf = (model: Model, component: Component): Slice => {
  const lineIndex = positions(component.lines)
  const assetIndex = positions(component.assets)
  const offerIds = Int32Array.from(new Set(Array.from(component.pairs, (p) => model.pairs.offer[p] ?? 0))).toSorted()
  const offerIndex = positions(offerIds)
  const lines = [...component.lines].flatMap((l) => model.lines[l] ?? [])
  const offers = [...offerIds].flatMap((o) => model.offers[o] ?? [])
  const ceilings = component.ceilings.flatMap((c) => model.ceilings[c] ?? [])
  const whole: Component = {
    index: 0,
    lines: counting(lines.length),
    assets: counting(component.assets.length),
    pairs: counting(component.pairs.length),
    ceilings: [...ceilings.keys()],
  }
  return {
    component: whole,
    model: {
      ...model,
      lines: lines.map((line) => ({ ...line, needs: line.needs.flatMap((need) => lineIndex.get(need) ?? []) })),
      // Who stands behind a class matters only when rows are dealt out, which is not the worker's business.
      assets: [...component.assets].flatMap((a) => model.assets[a] ?? []).map((asset) => ({ ...asset, members: [] })),
      offers: offers.map((offer) => ({ ...offer, asset: assetIndex.get(offer.asset) ?? 0, members: [] })),
      pairs: pairsOf(model.pairs, component, lineIndex, offerIndex),
      ceilings,
      components: [whole],
      published: [],
    },
  }
}

/** Tours of the model in the numbering of the slice; those of other components are left out. */
export const intoSlice = (component: Component, tours: ReadonlyArray<Tour>): ReadonlyArray<Tour> => {
  const local = positions(component.pairs)
  return tours.flatMap((tour) => {
    const pair = local.get(tour.pair)
    return pair === undefined ? [] : [{ ...tour, pair }]
  })
}

export const outOfSlice = (component: Component, tours: ReadonlyArray<Tour>): ReadonlyArray<Tour> =>
  tours.map((tour) => ({ ...tour, pair: component.pairs[tour.pair] ?? 0 }))

const positions = (ids: Int32Array): ReadonlyMap<number, number> => new Map(Array.from(ids, (id, i) => [id, i]))

const counting = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i)

const pairsOf = (
  pairs: Pairs,
  component: Component,
  lineIndex: ReadonlyMap<number, number>,
  offerIndex: ReadonlyMap<number, number>,
): Pairs => {
  const pick = (column: Int32Array): Int32Array => component.pairs.map((p) => column[p] ?? 0)
  const line = pick(pairs.line).map((l) => lineIndex.get(l) ?? 0)
  const lineStart = new Int32Array(component.lines.length + 1)
  for (const l of line) lineStart[l + 1] = (lineStart[l + 1] ?? 0) + 1
  for (let l = 0; l < component.lines.length; l += 1) lineStart[l + 1] = (lineStart[l + 1] ?? 0) + (lineStart[l] ?? 0)
  return {
    count: component.pairs.length,
    line,
    offer: pick(pairs.offer).map((o) => offerIndex.get(o) ?? 0),
    from: pick(pairs.from),
    to: pick(pairs.to),
    tour: pick(pairs.tour),
    lineStart,
  }
}
