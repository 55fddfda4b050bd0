/**
 * A plan: one run of the allocation, its result, and what people decided about it.
 *
 * Life: requested → computed | failed; computed → approved | rejected; then superseded by another plan. Failed and superseded, it refuses
 * everything but the message that ended it.
 *
 * Invariants: what was computed never changes, another result belongs to another plan; an assignment is refused at most once, and only
 * one that the approved plan contains.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Assignment } from '@muster/contracts/allocation/problem'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { PlanCommand, PlanEvent } from '@muster/contracts/planning'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { implausibleWindow } from '@muster/kernel/plausible'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────
type Request = Omit<Of<PlanEvent, 'PlanRequested'>, 'type'>
type Failure = Omit<Of<PlanEvent, 'PlanFailed'>, 'type'>
type Refusal = Omit<Of<PlanEvent, 'PlanAssignmentRefused'>, 'type' | 'plan'>

/** What is kept of a result: the problem and the reasons stay in the event. */
export interface Result {
  readonly problemDigest: string
  readonly planDigest: string
  readonly inputsPosition: number
  readonly policy: string
  readonly assignments: ReadonlyArray<Assignment>
}

export type Standing =
  | { readonly status: 'requested' | 'computed' | 'approved' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'rejected'; readonly reason: string }
  | { readonly status: 'superseded'; readonly by: string }

export interface Registered {
  readonly request: Request
  readonly standing: Standing
  readonly result?: Result
  /** Assignments that could not become proposals, and why. */
  readonly refusals: ReadonlyArray<Refusal>
}
export interface Plan {
  readonly registered: Registered | undefined
}

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
const evolve = ({ registered }: Plan, event: PlanEvent): Plan =>
  event.type === 'PlanRequested'
    ? { registered: { request: payloadOf(event), standing: { status: 'requested' }, refusals: [] } }
    : { registered: registered && next(registered, event) }

const next = (now: Registered, event: Exclude<PlanEvent, { type: 'PlanRequested' }>): Registered => {
  switch (event.type) {
    case 'PlanComputed':
      return { ...now, standing: { status: 'computed' }, result: resultOf(event) }
    case 'PlanFailed':
      return { ...now, standing: { status: 'failed', failure: payloadOf(event) } }
    case 'PlanApproved':
      return { ...now, standing: { status: 'approved' } }
    case 'PlanRejected':
      return { ...now, standing: { status: 'rejected', reason: event.reason } }
    case 'PlanSuperseded':
      return { ...now, standing: { status: 'superseded', by: event.by } }
    case 'PlanAssignmentRefused': {
      const { assignment, code, message } = event
      return { ...now, refusals: [...now.refusals, { assignment, code, message }] }
    }
  }
}

type Computed = Omit<Of<PlanEvent, 'PlanComputed'>, 'type'>
const resultOf = ({ problemDigest, inputsPosition, policy, solution }: Computed): Result => ({
  problemDigest,
  planDigest: solution.digest,
  inputsPosition,
  policy,
  assignments: solution.assignments,
})

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<PlanEvent>>

const decide = (envelope: Envelope<PlanCommand>, { registered: now }: Plan): Decision => {
  const { command } = envelope
  if (command.type === 'RequestPlan') return request(payloadOf(command), envelope, now)
  const { plan } = command
  if (now === undefined) return refuse('unknown-plan', `There is no plan ${plan}; request it first.`, { pointer: '/plan' })
  if (isOver(now)) return afterTheEnd(command, now)
  const { standing } = now
  switch (command.type) {
    case 'RecordPlan':
      return record(command, now)
    case 'RecordPlanFailure':
      return now.result === undefined ? right([{ ...command, type: 'PlanFailed' }]) : computedBefore(now)
    case 'ApprovePlan':
      if (standing.status === 'approved') return right([])
      return unlessComputed(now) ?? right([{ type: 'PlanApproved', plan }])
    case 'RejectPlan':
      if (standing.status === 'rejected' && standing.reason === command.reason) return right([])
      return unlessComputed(now) ?? right([{ ...command, type: 'PlanRejected' }])
    case 'SupersedePlan':
      return supersede(command, now)
    case 'RefuseAssignment':
      return refuseAssignment(command, now)
  }
}

const request = (wish: Request, { at }: Envelope<PlanCommand>, now: Registered | undefined): Decision => {
  if (now !== undefined) {
    if (isOver(now)) return over(now)
    return same(wish, now.request)
      ? right([])
      : refuse('plan-exists', `${wish.plan} is requested otherwise; request another plan.`, { pointer: '/plan' })
  }
  const fault = implausibleWindow(wish, at)
  return fault === undefined ? right([{ ...wish, type: 'PlanRequested' }]) : left(fault)
}

const record = (command: Of<PlanCommand, 'RecordPlan'>, now: Registered): Decision => {
  if (command.basis !== now.request.basis) {
    return refuse('other-basis', `The plan was requested on ${now.request.basis}; compute it from those.`, { pointer: '/basis' })
  }
  if (command.solution.problem !== command.problemDigest) {
    return refuse('other-problem', 'The solution answers another problem; give both of the same run.', {
      pointer: '/solution/problem',
    })
  }
  if (now.result === undefined) return right([{ ...command, type: 'PlanComputed' }])
  return same(now.result, resultOf(command)) ? right([]) : computedBefore(now)
}

const supersede = (command: Of<PlanCommand, 'SupersedePlan'>, now: Registered): Decision => {
  if (command.by === command.plan)
    return refuse('superseded-by-itself', 'Name the plan that takes its place.', { pointer: '/by' })
  return now.result === undefined ? notComputed() : right([{ ...command, type: 'PlanSuperseded' }])
}

const refuseAssignment = (command: Of<PlanCommand, 'RefuseAssignment'>, now: Registered): Decision => {
  const { assignment, code } = command
  if (now.standing.status !== 'approved')
    return refuse('plan-not-approved', 'Only assignments of an approved plan are put to contributors.')
  if (!now.result?.assignments.some((a) => same(a, assignment))) {
    return refuse('no-such-assignment', 'The plan does not contain that assignment.', { pointer: '/assignment' })
  }
  const before = now.refusals.find((refusal) => same(refusal.assignment, assignment))
  if (before === undefined) return right([{ ...command, type: 'PlanAssignmentRefused' }])
  return before.code === code
    ? right([])
    : refuse('refused-otherwise', `It was refused for ${before.code} already.`, {
        pointer: '/code',
        details: { code: before.code },
      })
}

/** Only a computed plan that nobody has decided on can be approved or rejected. */
const unlessComputed = (now: Registered): Decision | undefined => {
  const { status } = now.standing
  if (status === 'computed') return undefined
  return now.result === undefined ? notComputed() : refuse(`plan-${status}`, `It is ${status}; that decision stands.`)
}

const afterTheEnd = (command: PlanCommand, now: Registered): Decision => {
  const { standing } = now
  const again =
    (command.type === 'RecordPlanFailure' && standing.status === 'failed' && same(payloadOf(command), standing.failure)) ||
    (command.type === 'SupersedePlan' && standing.status === 'superseded' && command.by === standing.by)
  return again ? right([]) : over(now)
}

const isOver = ({ standing: { status } }: Registered): boolean => status === 'failed' || status === 'superseded'

const over = ({ request: { plan }, standing: { status } }: Registered): Decision =>
  refuse(`plan-${status}`, `${plan} is ${status} and stays so; request another plan.`)

const computedBefore = ({ result }: Registered): Decision =>
  refuse('plan-computed', 'The plan has its result; request another plan for another one.', {
    details: { planDigest: result?.planDigest },
  })
const notComputed = (): Decision => refuse('plan-not-computed', 'It is not computed yet; wait for its result.')
const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))

export const plan: Decider<PlanCommand, Plan, PlanEvent, Rejection> = {
  initial: { registered: undefined },
  evolve,
  decide,
  isTerminal: ({ registered }) => registered !== undefined && isOver(registered),
}
