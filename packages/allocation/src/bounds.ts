/**
 * From bounds per component to the bounds of the plan. Tiers are locked by their totals over all components, so a
 * component may give up value in an early tier that another makes good; how much that can be worth is part of the bound.
 */
import type { RelaxedBound } from './flow/relaxed.ts'
import { floorTo } from './value-step.ts'

/** Value of tier k ≤ `base` + Σ_j `slopes[j]` × (locked[j] − value of tier j), whatever lawful plan the component has. */
export interface BoundForm {
  readonly base: number
  readonly slopes: ReadonlyArray<Slope>
}

/** A fraction, not negative. */
export interface Slope {
  readonly over: number
  readonly under: number
}

/** Three ways to bound a late tier; over the whole plan the best of them holds, each taken throughout. */
export interface BoundForms {
  readonly relaxed: BoundForm
  readonly summed: BoundForm | undefined
  readonly priced: BoundForm | undefined
}

/** What is proved about one component, per tier. */
export interface ComponentBound {
  /** Upper bound when every tier before is at its own bound. */
  readonly locked: ReadonlyArray<number>
  readonly forms: ReadonlyArray<BoundForms>
}

/**
 * The relaxed flow alone; where the plan was proved best, its values are the bound as long as the tiers before are locked.
 * `summed` computes the form that adds tiers up, for tiers after the first.
 */
export const relaxedComponentBound = (
  relaxed: RelaxedBound,
  proven: Float64Array | undefined,
  summed: (k: number, locked: ReadonlyArray<number>) => BoundForm | undefined,
): ComponentBound => {
  const locked = [...relaxed.values].map((bound, k) => Math.min(bound, proven?.[k] ?? bound))
  const forms = locked.map((_, k) => ({
    relaxed: relaxedForm(relaxed, locked, k),
    summed: k === 0 ? undefined : summed(k, locked),
    priced: undefined,
  }))
  return { locked, forms }
}

const relaxedForm = ({ values, rates }: RelaxedBound, locked: ReadonlyArray<number>, k: number): BoundForm => {
  let base = values[k] ?? 0
  const slopes = locked.slice(0, k).map((anchor, j): Slope => {
    const slope = rates[j]?.[k] ?? { over: 0, under: 1 }
    base += timesUp(slope, (values[j] ?? 0) - anchor)
    return slope
  })
  return { base, slopes }
}

/** slope × amount, rounded up. */
const timesUp = ({ over, under }: Slope, amount: number): number => Number(timesUpExactly({ over, under }, BigInt(amount)))

const timesUpExactly = ({ over, under }: Slope, amount: bigint): bigint => {
  const divisor = BigInt(under)
  return (amount * BigInt(over) + divisor - 1n) / divisor
}

/** Per tier, in units of `Line.weight`: no plan worth as much in every tier before k is worth more in tier k. */
export const planBounds = (bounds: ReadonlyArray<ComponentBound>, values: ReadonlyArray<bigint>): ReadonlyArray<bigint> => {
  const locked = values.map((_, k) => sum(bounds, (b) => b.locked[k] ?? 0))
  return values.map((value, k) => {
    const missing = values.slice(0, k).map((v, j) => (locked[j] ?? 0n) - v)
    const bound = missing.every((m) => m <= 0n) ? (locked[k] ?? 0n) : openBound(bounds, missing, k)
    return bound > value ? bound : value
  })
}

const sum = (bounds: ReadonlyArray<ComponentBound>, of: (b: ComponentBound) => number): bigint =>
  bounds.reduce((total, b) => total + BigInt(of(b)), 0n)

const openBound = (bounds: ReadonlyArray<ComponentBound>, missing: ReadonlyArray<bigint>, k: number): bigint => {
  const ways: ReadonlyArray<(forms: BoundForms) => BoundForm> = [
    (f) => f.relaxed,
    (f) => f.summed ?? f.relaxed,
    (f) => f.priced ?? f.summed ?? f.relaxed,
  ]
  const [first, ...others] = ways.map((way) =>
    openBoundBy(
      bounds.map((b) => b.forms[k]).flatMap((f) => (f === undefined ? [] : [way(f)])),
      missing,
    ),
  )
  return others.reduce((least, bound) => (bound < least ? bound : least), first ?? 0n)
}

const openBoundBy = (forms: ReadonlyArray<BoundForm>, missing: ReadonlyArray<bigint>): bigint => {
  const base = forms.reduce((total, form) => total + BigInt(form.base), 0n)
  return missing.reduce((total, amount, j) => total + (amount > 0n ? steepest(forms, j, amount) : 0n), base)
}

/** The most that the tier can gain anywhere for what is missing in tier j. */
const steepest = (forms: ReadonlyArray<BoundForm>, j: number, missing: bigint): bigint => {
  let most = 0n
  for (const { slopes } of forms) {
    const slope = slopes[j]
    if (slope === undefined) continue
    const gained = timesUpExactly(slope, missing)
    if (gained > most) most = gained
  }
  return most
}

/** Adds a bound from prices; all values of tier k in the component are multiples of `step`. */
export const tightened = (bound: ComponentBound, k: number, form: BoundForm, step: number): ComponentBound => ({
  locked: bound.locked.map((value, i) => (i === k ? Math.min(value, floorTo(step, form.base)) : value)),
  forms: bound.forms.map((forms, i) => (i === k ? { ...forms, priced: form } : forms)),
})
