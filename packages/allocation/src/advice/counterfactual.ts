/** "What if": the difference between the plan of a problem and the plan of the same problem with something changed. */
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Assignment } from '@muster/contracts/allocation/problem'
import type { Changes } from '@muster/contracts/allocation/questions'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { allocate, type AllocateOptions } from '../allocate.ts'
import type { AllocationError } from '../errors.ts'
import { difference } from '../incremental/difference.ts'
import { readProblem } from '../problem.ts'
import { withChanges } from './changes.ts'

export interface PlanDifference {
  /** Per tier of either plan: what the second is worth more. */
  readonly tiers: ReadonlyArray<{ readonly tier: number; readonly gain: string }>
  readonly added: ReadonlyArray<Assignment>
  readonly removed: ReadonlyArray<Assignment>
  /** Contributors whose burden differs. */
  readonly burdens: ReadonlyArray<{
    readonly contributor: string
    readonly dimension: Plan['burdens'][number]['dimension']
    readonly before: { readonly own: string; readonly rho: number | null }
    readonly after: { readonly own: string; readonly rho: number | null }
  }>
}

export interface Counterfactual {
  readonly before: Plan
  readonly after: Plan
  readonly difference: PlanDifference
}

export const counterfactual =
  (document: unknown, changes: Changes, options: AllocateOptions = {}): TaskEither<AllocationError, Counterfactual> =>
  async () => {
    const read = readProblem(document)
    if (E.isLeft(read)) return read
    const other = withChanges(read.right, changes)
    if (E.isLeft(other)) return other
    const before = await allocate(document, options)()
    if (E.isLeft(before)) return before
    const after = await allocate(other.right, options)()
    if (E.isLeft(after)) return after
    return E.right({ before: before.right, after: after.right, difference: differenceOf(before.right, after.right) })
  }

/** From the first plan to the second. */
export const differenceOf = (before: Plan, after: Plan): PlanDifference => {
  const tiers = [...new Set([...before.tiers, ...after.tiers].map((t) => t.tier))].toSorted((a, b) => a - b)
  const valueIn = (plan: Plan, tier: number): bigint => BigInt(plan.tiers.find((t) => t.tier === tier)?.value ?? 0)
  const key = (b: Plan['burdens'][number]): string => `${b.dimension} ${b.contributor}`
  const then = new Map(before.burdens.map((b) => [key(b), b]))
  return {
    tiers: tiers.map((tier) => ({ tier, gain: (valueIn(after, tier) - valueIn(before, tier)).toString() })),
    added: difference(after.assignments, before.assignments),
    removed: difference(before.assignments, after.assignments),
    burdens: after.burdens.flatMap((b) => {
      const old = then.get(key(b)) ?? { own: '0', rho: b.capacity === '0' ? null : 0 }
      if (old.own === b.own && old.rho === b.rho) return []
      return [
        {
          contributor: b.contributor,
          dimension: b.dimension,
          before: { own: old.own, rho: old.rho },
          after: { own: b.own, rho: b.rho },
        },
      ]
    }),
  }
}
