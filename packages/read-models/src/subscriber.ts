/** A generation as the subscriber of a subscription: decodes what is delivered and applies it with its checkpoint. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf } from '@muster/codec/codec'
import { eventSchemas } from '@muster/contracts/events'
import type { RecordedEvent } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { NEXT, type Delivery, type DeliveryError, type Subscriber } from '@muster/subscription/delivery'
import type { ApplyError } from './apply.ts'
import type { Recorded } from './change.ts'
import type { Target } from './checkpoints.ts'
import type { ReadModelStore } from './open.ts'

const codec = codecOf(eventSchemas)

/** Events of types that this version does not know are left out: a newer writer may be at work. */
export const recordedOf = (event: RecordedEvent): E.Either<DeliveryError, Recorded | undefined> => {
  const decoded = codec.decode(event.type, event.data)
  switch (decoded._tag) {
    case 'Known':
      return E.right({
        event: decoded.event,
        stream: event.stream,
        revision: event.revision,
        position: event.position,
        recordedAt: event.recordedAt,
        effectiveOn: event.metadata.effectiveOn,
      })
    case 'Unknown':
      return E.right(undefined)
    case 'Malformed':
      return E.left({
        _tag: 'SpanFailed',
        stream: event.stream,
        reason: `Event ${event.revision} (${event.type}) is malformed: ${decoded.issues.join('; ')}`,
      })
  }
}

const decodeAll = ({ spans }: Delivery): E.Either<DeliveryError, ReadonlyArray<Recorded>> => {
  const events: Recorded[] = []
  for (const span of spans) {
    for (const event of span.events) {
      const decoded = recordedOf(event)
      if (E.isLeft(decoded)) return decoded
      if (decoded.right !== undefined) events.push(decoded.right)
    }
  }
  return E.right(events)
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const deliveryError = (error: ApplyError): DeliveryError => {
  switch (error._tag) {
    case 'CheckpointConflict':
      return { _tag: 'Superseded', found: settledAt(error.actual ?? 0) }
    case 'Poisoned': {
      const { stream, reason } = error.first
      return { _tag: 'SpanFailed', stream, reason }
    }
    case 'StoreUnavailable':
      return { _tag: 'Unavailable', reason: reasonOf(error.cause) }
  }
}

/** Read models are behind by nature, so what was stored as a checkpoint had been settled when it was read. */
export const generationSubscriber = (readModels: ReadModelStore, target: Target): Subscriber => {
  const unavailable = (cause: unknown): DeliveryError => ({ _tag: 'Unavailable', reason: reasonOf(cause) })

  /** Whoever has been superseded must not park a stream that its successor may well have handled. */
  const failed = async (error: DeliveryError, { after }: Delivery): Promise<DeliveryError> => {
    if (error._tag !== 'SpanFailed') return error
    try {
      if (await readModels.stands(target, after)) return error
      return { _tag: 'Superseded', found: settledAt(await readModels.checkpoint(target)) }
    } catch (cause) {
      return unavailable(cause)
    }
  }

  return {
    checkpoint: async () => {
      try {
        return E.right(settledAt(await readModels.checkpoint(target)))
      } catch (cause) {
        return E.left(unavailable(cause))
      }
    },
    deliver: (delivery) => async () => {
      const events = decodeAll(delivery)
      if (E.isLeft(events)) return E.left(await failed(events.left, delivery))
      const page = { after: delivery.after, events: events.right, through: delivery.through }
      const applied = await readModels.apply(target, page)
      return E.isRight(applied) ? E.right(NEXT) : E.left(await failed(deliveryError(applied.left), delivery))
    },
  }
}
