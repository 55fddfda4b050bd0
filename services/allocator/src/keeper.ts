/** Keeps pledges, commitments and plans in step: proposals from approved plans, capacity for what is accepted, reasons for what is not. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf } from '@muster/codec/codec'
import { commitmentEvents, type CommitmentEvent } from '@muster/contracts/commitments'
import type { DomainEvent } from '@muster/contracts/events'
import { planEvents } from '@muster/contracts/planning'
import type { RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { broken, codeOf, isPassing, notYet, sentence, type Give, type Unhandled } from './give.ts'
import { refusedByHost } from './host-consent.ts'
import { assignmentOf, proposalsOf, type Computed, type Lookups } from './proposals.ts'
import { reactionsTo, type Proposal, type Reaction } from './reactions.ts'

export interface KeeperDeps {
  readonly store: Pick<EventStore, 'readStream'>
  readonly give: Give
  readonly lookupsFor: (computed: Computed) => Promise<Lookups>
  /** Plans approved before a position and still in force then. */
  readonly approvedBefore: (position: number) => Promise<ReadonlyArray<string>>
}

type Handled = E.Either<Unhandled, void>
const DONE: Handled = E.right(undefined)

const codec = codecOf({ ...commitmentEvents, ...planEvents })
const isCommitment = (event: DomainEvent): event is CommitmentEvent => Object.hasOwn(commitmentEvents, event.type)

/** Left: why it could not be done, now or at all. */
export const keeper =
  (deps: KeeperDeps) =>
  async (event: DomainEvent, recorded: RecordedEvent): Promise<Handled> => {
    if (isCommitment(event)) return onCommitment(deps, event, recorded)
    if (event.type === 'PlanApproved') return onApproval(deps, event.plan, recorded)
    return DONE
  }

const onCommitment = async (
  deps: KeeperDeps,
  event: CommitmentEvent,
  { id, stream, metadata }: RecordedEvent,
): Promise<Handled> => {
  const { store, give } = deps
  const proposal = await firstOf(store, stream)
  if (proposal === undefined) return broken(`${stream} does not begin with a proposal`)
  if (event.type === 'CommitmentAccepted') {
    const refused = await refusedByHost(store, proposal)
    if (refused !== undefined) return cannotStand(deps, proposal, refused.code, refused.message, id)
  }
  for (const reaction of reactionsTo(event, proposal, { id, effectiveOn: metadata.effectiveOn })) {
    const given = await give(reaction, metadata.correlationId)
    if (E.isRight(given)) continue
    if (isPassing(given.left)) return notYet(given.left)
    if (reaction.type === 'ReserveCapacity') return cannotStand(deps, proposal, codeOf(given.left), sentence(given.left), id)
  }
  return event.type === 'CommitmentDeclined' ? tellPlan(deps, proposal, 'declined', event.reason, id) : DONE
}

/** A commitment whose capacity cannot be had, or whose contributor the host refuses, is cancelled, and the plan learns why. */
const cannotStand = async (
  deps: KeeperDeps,
  proposal: Proposal,
  code: string,
  message: string,
  eventId: string,
): Promise<Handled> => {
  const { commitment } = proposal
  const cancelled = await attempt(deps.give, {
    key: `CancelCommitment:${eventId}`,
    type: 'CancelCommitment',
    data: { commitment, reason: message },
  })
  return E.isLeft(cancelled) ? cancelled : tellPlan(deps, proposal, code, message, eventId)
}

/** Puts a refusal on the plan that the proposal came from, if it came from one. */
const tellPlan = async (
  { store, give }: KeeperDeps,
  { plan, commitment }: Proposal,
  code: string,
  message: string,
  eventId: string,
): Promise<Handled> => {
  const computed = plan === undefined ? undefined : await computedOf(store, `plan-${plan}`)
  const assignment = computed && assignmentOf(computed, commitment)
  if (assignment === undefined) return DONE
  return attempt(give, {
    key: `RefuseAssignment:${eventId}`,
    type: 'RefuseAssignment',
    data: { plan, assignment, code, message },
  })
}

const onApproval = async (
  deps: KeeperDeps,
  plan: string,
  { id, stream, position, metadata }: RecordedEvent,
): Promise<Handled> => {
  const { store, give, lookupsFor, approvedBefore } = deps
  const computed = await computedOf(store, stream)
  if (computed === undefined) return broken(`${stream} was approved without having been computed`)
  for (const { assignment, reaction } of proposalsOf(computed, await lookupsFor(computed))) {
    const given = await give(reaction, metadata.correlationId)
    if (E.isRight(given)) continue
    if (isPassing(given.left)) return notYet(given.left)
    const data = { plan, assignment, code: codeOf(given.left), message: sentence(given.left) }
    const told = await attempt(give, { key: `RefuseAssignment:${reaction.key}`, type: 'RefuseAssignment', data })
    if (E.isLeft(told)) return told
  }
  for (const earlier of await approvedBefore(position)) {
    if (earlier === plan) continue
    const told = await attempt(give, {
      key: `SupersedePlan:${earlier}:${id}`,
      type: 'SupersedePlan',
      data: { plan: earlier, by: plan },
    })
    if (E.isLeft(told)) return told
  }
  return DONE
}

/** A refusal by a rule means that it is settled otherwise; only what time can mend is a failure. */
const attempt = async (give: Give, reaction: Reaction): Promise<Handled> => {
  const given = await give(reaction, reaction.key)
  return E.isLeft(given) && isPassing(given.left) ? notYet(given.left) : DONE
}

const firstOf = async (store: KeeperDeps['store'], stream: string): Promise<Proposal | undefined> => {
  for await (const event of store.readStream(stream, 0, 0)) {
    const decoded = codec.decode(event.type, event.data)
    if (decoded._tag === 'Known' && decoded.event.type === 'CommitmentProposed') return decoded.event
  }
  return undefined
}

const computedOf = async (store: KeeperDeps['store'], stream: string): Promise<Computed | undefined> => {
  for await (const event of store.readStream(stream)) {
    const decoded = codec.decode(event.type, event.data)
    if (decoded._tag === 'Known' && decoded.event.type === 'PlanComputed') return decoded.event
  }
  return undefined
}
