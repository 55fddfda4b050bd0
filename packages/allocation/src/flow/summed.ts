/**
 * Tiers up to k added up in the document's own weights, relaxed to a flow: what one tier gives up, another can gain at
 * most one for one. This keeps the bound of a late tier near when an early tier is not at its own bound.
 */
import type { BoundForm } from '../bounds.ts'
import type { View } from '../search/view.ts'
import { Network, copiesOf, demandsOfView, mostUnits } from './network.ts'
import { sweep } from './sweep.ts'

/** Undefined where the sums are too large to be exact. */
export const summedForm = (view: View, k: number, locked: ReadonlyArray<number>): BoundForm | undefined => {
  const { tierUnits } = view.model
  const demands = demandsOfView(view, (l) => mostUnits(view, l))
    .filter((d) => d.tier <= k)
    .map((d) => ({ ...d, tier: 0, worth: d.worth * (tierUnits[d.tier] ?? 1) }))
    .toSorted((a, b) => b.worth - a.worth || a.line - b.line || b.quantity - a.quantity)
  const network = new Network(view, demands, copiesOf(view))
  let total = 0
  sweep(view, network, (from, to) => {
    for (const [d, demand] of demands.entries()) total += (network.served[d] ?? 0) * demand.worth * (to - from)
  })
  const unit = tierUnits[k] ?? 1
  const before = locked.slice(0, k).map((value, j) => value * (tierUnits[j] ?? 1))
  const rest = before.reduce((left, value) => left - value, total)
  if (![total, ...before].every(Number.isSafeInteger)) return undefined
  return {
    base: Math.max(0, Math.floor(rest / unit)),
    slopes: before.map((_, j) => ({ over: tierUnits[j] ?? 1, under: unit })),
  }
}
