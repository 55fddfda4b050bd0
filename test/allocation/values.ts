/** Tier values of a plan as numbers that can be compared. */
import type { Plan } from '@muster/contracts/allocation/plan'

/** Tier values, ascending by tier. */
export const valuesOf = (plan: Plan): ReadonlyArray<bigint> => plan.tiers.map(({ value }) => BigInt(value))
export const boundsOf = (plan: Plan): ReadonlyArray<bigint> => plan.tiers.map(({ bound }) => BigInt(bound))

/** Lexicographic comparison of tier values: negative when the first is worse. */
export const compareValues = (a: ReadonlyArray<bigint>, b: ReadonlyArray<bigint>): number => {
  const i = a.findIndex((value, k) => value !== b[k])
  if (i < 0) return 0
  return (a[i] ?? 0n) < (b[i] ?? 0n) ? -1 : 1
}
