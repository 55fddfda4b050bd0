/** What every value of a tier in a component is a multiple of, so that a bound may be rounded down to such a multiple. */
import type { View } from './search/view.ts'

/** Per tier; 1 where the component has no line of the tier. */
export const valueSteps = (view: View): ReadonlyArray<number> => {
  const ofLine = view.lines.map((line) => (line.persons ? line.quantity : 1))
  for (const [p, l] of view.line.entries())
    if (view.lines[l]?.persons === true) ofLine[l] = gcd(ofLine[l] ?? 1, view.units[p] ?? 1)
  const steps = view.model.tiers.map(() => 0)
  for (const [l, { tier, weight }] of view.lines.entries()) steps[tier] = gcd(steps[tier] ?? 0, weight * (ofLine[l] ?? 1))
  return steps.map((step) => Math.max(1, step))
}

/** The largest multiple of `step` that is not above `value` (both not negative). */
export const floorTo = (step: number, value: number): number => value - (value % step)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
