/**
 * A bound on coverage that needs no solver: the component without minimum tours and without rules across pairs is a
 * flow per cell, whose best value is exact for every tier at once. No lawful plan can be worth more.
 *
 * Lines counted in persons are relaxed once more where their pairs give different numbers of persons: every copy then
 * counts as the largest of them.
 */
import type { View } from '../search/view.ts'
import { Network, copiesOf, demandsOfView, mostUnits, type Demand } from './network.ts'
import { sweep } from './sweep.ts'

export interface RelaxedBound {
  /** Per tier: best value with every tier before it at its best. */
  readonly values: Float64Array
  /** `rates[j][k]`: for each unit of value given up in tier j, tier k can gain at most this (as a fraction over, under). */
  readonly rates: ReadonlyArray<ReadonlyArray<{ readonly over: number; readonly under: number }>>
}

/** `cell` hears what each cell can be worth at most per tier and day, and the flow that is worth it. */
export const relaxedBound = (
  view: View,
  cell: (from: number, to: number, daily: Float64Array, network: Network) => void = () => undefined,
): RelaxedBound => {
  const values = new Float64Array(view.model.tiers.length)
  const demands = demandsOfView(view, (l) => mostUnits(view, l))
  const network = new Network(view, demands, copiesOf(view))
  sweep(view, network, (from, to) => {
    const daily = new Float64Array(values.length)
    for (const [d, demand] of demands.entries())
      daily[demand.tier] = (daily[demand.tier] ?? 0) + (network.served[d] ?? 0) * demand.worth
    for (const [k, value] of daily.entries()) values[k] = (values[k] ?? 0) + value * (to - from)
    cell(from, to, daily, network)
  })
  return { values, rates: ratesOf(demands, values.length) }
}

/**
 * In a polymatroid, one copy less in tier j frees at most one copy for tier k: the exchange is worth at most the
 * largest worth of k over the smallest positive worth of j.
 */
const ratesOf = (demands: ReadonlyArray<Demand>, tiers: number): RelaxedBound['rates'] => {
  const largest = new Float64Array(tiers)
  const smallest = new Float64Array(tiers).fill(Number.POSITIVE_INFINITY)
  for (const { tier, worth } of demands) {
    largest[tier] = Math.max(largest[tier] ?? 0, worth)
    if (worth > 0) smallest[tier] = Math.min(smallest[tier] ?? worth, worth)
  }
  return Array.from({ length: tiers }, (_, j) =>
    Array.from({ length: tiers }, (_, k) =>
      Number.isFinite(smallest[j] ?? 0) ? { over: largest[k] ?? 0, under: smallest[j] ?? 1 } : { over: 0, under: 1 },
    ),
  )
}
