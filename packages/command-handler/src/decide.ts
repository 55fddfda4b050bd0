/** One command on one state: refused, already so, or accepted with its events in the form in which they are stored. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf } from '@muster/codec/codec'
import { eventId } from '@muster/codec/event-id'
import { eventSchemas, type DomainEvent } from '@muster/contracts/events'
import type { EventData } from '@muster/event-store/event'
import type { Instant } from '@muster/kernel/time'
import { mayFound, type Prepared } from './prepare.ts'
import type { Loaded } from './streams.ts'
import type { Refusal } from './submission.ts'

export type Decided =
  | { readonly _tag: 'Accepted'; readonly events: ReadonlyArray<EventData>; readonly state: Loaded }
  | { readonly _tag: 'Unchanged' }
  | { readonly _tag: 'Refused'; readonly refusal: Refusal }

const codec = codecOf(eventSchemas)

export const decideOne = (prepared: Prepared, state: Loaded, at: Instant): Decided => {
  const { submission, command } = prepared
  const { actor, expectedRevision, message } = submission
  const isNew = state.revision < 0
  if (isNew && !mayFound(command.type)) return refused({ _tag: 'NotFound' })
  if (!isNew && actor.role === 'nation' && !state.instance.owners().includes(actor.contributor ?? ''))
    return refused({ _tag: 'NotFound' })
  if (expectedRevision !== undefined && expectedRevision !== state.revision)
    return refused({ _tag: 'Conflict', actual: state.revision })

  const effectiveOn = (message.effectiveAt ?? at).slice(0, 10)
  const decision = state.instance.decide({ id: prepared.id, at, effectiveOn, actor, command })
  if (E.isLeft(decision)) return refused(decision.left)
  if (decision.right.length === 0) return { _tag: 'Unchanged' }
  return {
    _tag: 'Accepted',
    events: decision.right.map((event, ordinal) => stored(event, ordinal, prepared, effectiveOn)),
    state: {
      instance: decision.right.reduce((instance, event) => instance.evolve(event), state.instance),
      revision: state.revision + decision.right.length,
    },
  }
}

const refused = (refusal: Refusal): Decided => ({ _tag: 'Refused', refusal })

const stored = (
  event: DomainEvent,
  ordinal: number,
  { id, submission, fingerprint }: Prepared,
  effectiveOn: string,
): EventData => {
  const { type, data } = codec.encode(event)
  return {
    id: eventId(id, ordinal),
    type,
    data,
    metadata: {
      commandId: id,
      correlationId: submission.correlationId,
      causationId: id,
      actor: submission.actor,
      effectiveOn,
      fingerprint,
      ...(submission.traceparent === undefined ? {} : { traceparent: submission.traceparent }),
    },
  }
}
