/**
 * A plan in force after its problem changed: what of it can stay stays, and beside it the better plan there may be, with
 * what it would gain and how much it would move. Nothing is taken over silently.
 */
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { allocate, type AllocateOptions } from '../allocate.ts'
import type { AllocationError } from '../errors.ts'
import { difference } from '../incremental/difference.ts'
import { carryOver, openSession } from '../incremental/session.ts'
import { worthOf } from '../incremental/worth.ts'

export interface Repaired {
  /** The plan in force, mended: to be published as it is. */
  readonly assignments: ReadonlyArray<Assignment>
  readonly added: ReadonlyArray<Assignment>
  readonly removed: ReadonlyArray<Assignment>
  /** Per tier: what the mended plan is worth. */
  readonly tiers: ReadonlyArray<{ readonly tier: number; readonly value: string }>
  /** Per cent of the copies of the plan in force whose tour stays as it was, 2 decimals. */
  readonly keptPercent: number
  /** The plan that starts from the mended one and may move more of it. */
  readonly offered: {
    readonly plan: Plan
    readonly gains: ReadonlyArray<{ readonly tier: number; readonly gain: string }>
    readonly added: ReadonlyArray<Assignment>
    readonly removed: ReadonlyArray<Assignment>
  }
}

/** `before`: the problem the rows were made for; `after`: the problem as it is now. */
export const repaired =
  (
    before: unknown,
    rows: ReadonlyArray<Assignment>,
    after: Problem,
    options: AllocateOptions = {},
  ): TaskEither<AllocationError, Repaired> =>
  async () => {
    const opened = openSession(before, rows)
    if (E.isLeft(opened)) return opened
    const { session, added, removed } = carryOver(opened.right, after)
    const better = await allocate({ ...after, published: session.rows }, options)()
    if (E.isLeft(better)) return better
    const mended = worthOf(after, session.rows)
    const tiers = better.right.tiers.map(({ tier }) => ({ tier, value: (mended.get(tier) ?? 0n).toString() }))
    return E.right({
      assignments: session.rows,
      added,
      removed,
      tiers,
      keptPercent: keptPercent(rows, removed),
      offered: {
        plan: better.right,
        gains: better.right.tiers.map(({ tier, value }) => ({
          tier,
          gain: (BigInt(value) - (mended.get(tier) ?? 0n)).toString(),
        })),
        added: difference(better.right.assignments, session.rows),
        removed: difference(session.rows, better.right.assignments),
      },
    })
  }

const copies = (rows: ReadonlyArray<Assignment>): number => rows.reduce((sum, { quantity }) => sum + quantity, 0)

const keptPercent = (rows: ReadonlyArray<Assignment>, removed: ReadonlyArray<Assignment>): number => {
  const all = copies(rows)
  return all === 0 ? 100 : Math.round((10_000 * (all - copies(removed))) / all) / 100
}
