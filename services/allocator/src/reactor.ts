/** A process manager on the log: takes the events of some kinds of streams one after another and remembers how far it has got. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf } from '@muster/codec/codec'
import { eventSchemas, type DomainEvent } from '@muster/contracts/events'
import { streamKind, type RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { Clock } from '@muster/kernel/time'
import type { ReactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { NEXT, type DeliveryError, type Subscriber } from '@muster/subscription/delivery'
import { parkingIn } from '@muster/subscription/parking'
import { standBy, type StandingBy } from '@muster/subscription/standby'
import { startSubscription } from '@muster/subscription/subscription'
import type { Surroundings } from '@muster/subscription/surroundings'
import type { Unhandled } from './give.ts'

export interface ReactorOptions {
  readonly name: string
  /** Kinds of streams it listens to. */
  readonly kinds: ReadonlyArray<string>
  readonly store: EventStore
  readonly checkpoint: ReactorCheckpoint
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly react: (event: DomainEvent, recorded: RecordedEvent) => Promise<E.Either<Unhandled, void>>
}

const codec = codecOf(eventSchemas)
const PAGE = 1_000

/** Of several instances one is at work, the others stand by. */
export const startReactor = (options: ReactorOptions): StandingBy => {
  const { name, store, clock, surroundings } = options
  return standBy({
    surroundings,
    begin: () =>
      startSubscription({
        name,
        store,
        subscriber: subscriberOf(options),
        parking: parkingIn(store, name, clock),
        surroundings,
        pageSize: PAGE,
      }),
  })
}

const subscriberOf = ({ kinds, checkpoint, react }: ReactorOptions): Subscriber => {
  const handle = async (event: RecordedEvent): Promise<E.Either<DeliveryError, void>> => {
    const decoded = codec.decode(event.type, event.data)
    if (decoded._tag === 'Unknown') return E.right(undefined)
    const { stream } = event
    if (decoded._tag === 'Malformed') return E.left({ _tag: 'SpanFailed', stream, reason: decoded.issues.join('; ') })
    const reaction = await react(decoded.event, event)
    if (E.isRight(reaction)) return reaction
    const { _tag, reason } = reaction.left
    // A log that hesitates for a moment must not park a stream until an officer releases it.
    return E.left(
      _tag === 'Broken' ? { _tag: 'SpanFailed', stream, reason } : { _tag: 'Unavailable', reason: `${stream}: ${reason}` },
    )
  }
  return {
    checkpoint: async () => E.right(settledAt(await checkpoint.position())),
    deliver:
      ({ spans, after, through }) =>
      async () => {
        for (const span of spans) {
          if (!kinds.includes(streamKind(span.stream))) continue
          for (const event of span.events) {
            const handled = await handle(event)
            if (E.isLeft(handled)) return handled
          }
        }
        const moved = await checkpoint.move(after, through)
        return E.isLeft(moved) ? E.left({ _tag: 'Superseded', found: settledAt(moved.left) }) : E.right(NEXT)
      },
  }
}
