/** Keeps pledges, commitments and plans in step: proposals from approved plans, capacity for what is accepted, reasons for what is not. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf } from '@muster/codec/codec'
import { commitmentEvents, type CommitmentEvent } from '@muster/contracts/commitments'
import type { DomainEvent } from '@muster/contracts/events'
import { planEvents, type PlanEvent } from '@muster/contracts/planning'
import type { RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { codeOf, isPassing, sentence, type Give } from './give.ts'
import { proposalsOf, type Computed, type Lookups } from './proposals.ts'
import { reactionsTo, whenNotReserved, type Proposal } from './reactions.ts'

export interface KeeperDeps {
  readonly store: Pick<EventStore, 'readStream'>
  readonly give: Give
  readonly lookups: Lookups
  /** Plans approved before this one and still in force. */
  readonly approvedBefore: (plan: string, position: number) => Promise<ReadonlyArray<string>>
}

type Handled = E.Either<string, void>
const DONE: Handled = E.right(undefined)

const codec = codecOf({ ...commitmentEvents, ...planEvents })
const isCommitment = (event: DomainEvent): event is CommitmentEvent => Object.hasOwn(commitmentEvents, event.type)
const isPlan = (event: DomainEvent): event is PlanEvent => Object.hasOwn(planEvents, event.type)

export const keeper =
  (deps: KeeperDeps) =>
  async (event: DomainEvent, recorded: RecordedEvent): Promise<Handled> => {
    if (isCommitment(event)) return onCommitment(deps, event, recorded)
    if (isPlan(event) && event.type === 'PlanApproved') return onApproval(deps, event.plan, recorded)
    return DONE
  }

const onCommitment = async (
  { store, give }: KeeperDeps,
  event: CommitmentEvent,
  { id, stream, metadata }: RecordedEvent,
): Promise<Handled> => {
  const proposal = await firstOf(store, stream)
  if (proposal === undefined) return E.left(`${stream} does not begin with a proposal`)
  for (const reaction of reactionsTo(event, proposal, { id, effectiveOn: metadata.effectiveOn })) {
    const given = await give(reaction, metadata.correlationId)
    if (E.isRight(given)) continue
    if (isPassing(given.left)) return E.left(sentence(given.left))
    if (reaction.type !== 'ReserveCapacity') continue
    for (const consequence of whenNotReserved(proposal, codeOf(given.left), sentence(given.left), id)) {
      const told = await give(consequence, metadata.correlationId)
      if (E.isLeft(told) && isPassing(told.left)) return E.left(sentence(told.left))
    }
  }
  return DONE
}

const onApproval = async (
  deps: KeeperDeps,
  plan: string,
  { id, stream, position, metadata }: RecordedEvent,
): Promise<Handled> => {
  const { store, give, lookups, approvedBefore } = deps
  const computed = await computedOf(store, stream)
  if (computed === undefined) return E.left(`${stream} was approved without having been computed`)
  for (const { assignment, reaction } of proposalsOf(computed, lookups)) {
    const given = await give(reaction, metadata.correlationId)
    if (E.isRight(given)) continue
    if (isPassing(given.left)) return E.left(sentence(given.left))
    const refusal = { plan, assignment, code: codeOf(given.left), message: sentence(given.left) }
    const told = await give(
      { key: `RefuseAssignment:${reaction.key}`, type: 'RefuseAssignment', data: refusal },
      metadata.correlationId,
    )
    if (E.isLeft(told) && isPassing(told.left)) return E.left(sentence(told.left))
  }
  for (const earlier of await approvedBefore(plan, position)) {
    const told = await give(
      { key: `SupersedePlan:${earlier}:${id}`, type: 'SupersedePlan', data: { plan: earlier, by: plan } },
      metadata.correlationId,
    )
    if (E.isLeft(told) && isPassing(told.left)) return E.left(sentence(told.left))
  }
  return DONE
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
