/**
 * Computes requested plans: folds the problem as it was known when the plan was requested, optimises it in a worker, has the
 * result examined by separate code, and records it. The same log, policy and engine give the same bytes again.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Problem } from '@muster/contracts/allocation/problem'
import type { DomainEvent } from '@muster/contracts/events'
import type { PlanEvent } from '@muster/contracts/planning'
import type { Of } from '@muster/contracts/message'
import type { RecordedEvent } from '@muster/event-store/event'
import { verify } from '@muster/verifier/verify'
import { isPassing, notYet, type Give, type Unhandled } from './give.ts'

export type PlanRequest = Of<PlanEvent, 'PlanRequested'>

export interface Folded {
  readonly problem: Problem
  /** Id of the policy in force. */
  readonly policy: string
}

export interface PlannerDeps {
  readonly give: Give
  /** The problem as known at a position; Left says what is missing. */
  readonly fold: (request: PlanRequest, position: number) => Promise<E.Either<string, Folded>>
  readonly solve: (problem: Problem) => Promise<E.Either<{ readonly _tag: string; readonly message?: string }, Plan>>
}

export const planner =
  ({ give, fold, solve }: PlannerDeps) =>
  async (event: DomainEvent, { position, metadata }: RecordedEvent): Promise<E.Either<Unhandled, void>> => {
    if (event.type !== 'PlanRequested') return E.right(undefined)
    const { plan, basis } = event
    const fail = (code: string, message: string): Promise<E.Either<Unhandled, void>> =>
      conclude('RecordPlanFailure', { plan, code, message })
    const conclude = async (
      type: 'RecordPlan' | 'RecordPlanFailure',
      data: Readonly<Record<string, unknown>>,
    ): Promise<E.Either<Unhandled, void>> => {
      const given = await give({ key: `${type}:${plan}`, type, data }, metadata.correlationId)
      // Computed before, or decided otherwise meanwhile: the plan has its answer.
      return E.isLeft(given) && isPassing(given.left) ? notYet(given.left) : E.right(undefined)
    }

    const folded = await fold(event, position)
    if (E.isLeft(folded)) return fail('no-problem', folded.left)
    const { problem, policy } = folded.right
    const solved = await solve(problem)
    if (E.isLeft(solved))
      return fail(solved.left._tag, solved.left.message ?? `The optimiser refused the problem (${solved.left._tag}).`)
    const solution = solved.right
    const verdict = verify(problem, solution)
    if ('broken' in verdict) {
      const [first] = verdict.broken
      return fail(
        'plan-broken',
        `The examiner found ${verdict.broken.length} faults, first ${first?.code ?? '?'}: ${first?.message ?? ''}. The plan is not recorded.`,
      )
    }
    return conclude('RecordPlan', {
      plan,
      basis,
      inputsPosition: position,
      policy,
      problem,
      problemDigest: solution.problem,
      solution,
    })
  }
