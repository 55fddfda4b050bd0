/**
 * From bounds per component to the bounds of the plan. Tiers are locked by their totals over all components, so a
 * component may give up value in an early tier that another makes good; how much that can be worth is part of the bound.
 */
import type { RelaxedBound } from './flow/relaxed.ts'

/** What is proved about one component, per tier. */
export interface ComponentBound {
  /** Upper bound when every tier before is at its own bound. */
  readonly locked: ReadonlyArray<number>
  readonly relaxed: RelaxedBound
}

/** The relaxed flow alone, or the value itself where the plan was proved best. */
export const componentBound = (relaxed: RelaxedBound, proven: Float64Array | undefined): ComponentBound => ({
  locked: [...relaxed.values].map((bound, k) => Math.min(bound, proven?.[k] ?? bound)),
  relaxed,
})

/** Per tier, in units of `Line.weight`: no plan with at least `values[j]` in every tier j before k is worth more in tier k. */
export const planBounds = (bounds: ReadonlyArray<ComponentBound>, values: ReadonlyArray<bigint>): ReadonlyArray<bigint> => {
  const sum = (of: (b: ComponentBound) => number): bigint => bounds.reduce((total, b) => total + BigInt(of(b)), 0n)
  const result: bigint[] = []
  let allTight = true
  for (const [k, value] of values.entries()) {
    const locked = sum((b) => b.locked[k] ?? 0)
    const bound = allTight ? locked : openBound(bounds, values, k)
    result.push(bound > value ? bound : value)
    allTight &&= locked === value
  }
  return result
}

const openBound = (bounds: ReadonlyArray<ComponentBound>, values: ReadonlyArray<bigint>, k: number): bigint => {
  let bound = bounds.reduce((total, b) => total + BigInt(b.relaxed.values[k] ?? 0), 0n)
  for (let j = 0; j < k; j += 1) {
    const most = bounds.reduce((total, b) => total + BigInt(b.relaxed.values[j] ?? 0), 0n)
    const givenUp = most - (values[j] ?? 0n)
    if (givenUp > 0n) bound += steepest(bounds, j, k, givenUp)
  }
  return bound
}

const steepest = (bounds: ReadonlyArray<ComponentBound>, j: number, k: number, givenUp: bigint): bigint => {
  let most = 0n
  for (const { relaxed } of bounds) {
    const rate = relaxed.rates[j]?.[k]
    if (rate === undefined) continue
    const under = BigInt(rate.under)
    const gained = (givenUp * BigInt(rate.over) + under - 1n) / under
    if (gained > most) most = gained
  }
  return most
}
