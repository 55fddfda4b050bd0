/**
 * The relay: follows the log by a checkpoint of its own and tells outside what happened, as integration events on one topic.
 *
 * At least once: the checkpoint moves when the broker has written a page, so a relay that dies in between tells that page again, with
 * the same ids. The first time that each event of a key is written they come in the order of the key, whatever dies or comes back.
 * An event that cannot be told, or that the broker rejects, holds back its own stream and no other: the stream is parked.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker, OutgoingMessage, TopicError } from '@muster/broker/broker'
import { eventsTopic, topics } from '@muster/contracts/integration/topics'
import {
  streamKind,
  type RecordedEvent,
  type SettledPosition,
  type StreamName,
  type StreamRevision,
} from '@muster/event-store/event'
import type { EventStore, Page } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { Clock } from '@muster/kernel/time'
import type { ReactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { NEXT, type DeliveryError, type Span, type Subscriber } from '@muster/subscription/delivery'
import { parkingIn } from '@muster/subscription/parking'
import type { SubscriptionStatus } from '@muster/subscription/status'
import { standBy } from '@muster/subscription/standby'
import { startSubscription } from '@muster/subscription/subscription'
import type { Surroundings } from '@muster/subscription/surroundings'
import { labelsFrom, type Labels } from './labels.ts'
import { openLanes, type Lanes } from '@muster/broker/lanes'
import { isToldKind } from './mapping.ts'
import { messageOf } from './message.ts'

export const RELAY = 'relay'

export interface RelayOptions {
  readonly store: EventStore
  readonly broker: Broker
  readonly checkpoint: ReactorCheckpoint
  readonly clock: Clock
  readonly surroundings: Surroundings
}

export interface Relay {
  readonly status: () => Promise<SubscriptionStatus>
  /** Lets the page under way be written, for a moment; whatever is not is told again next time. */
  readonly stop: () => Promise<void>
}

/** Makes one batch for each partition that is nearly as large as a batch may be, and is few enough to be told again after a crash. */
const PAGE = 2_500
const DRAIN_MS = 5_000

/** Left: one sentence that says what is wrong and what to do. */
export const openRelay = async (options: RelayOptions): Promise<E.Either<string, Relay>> => {
  const { store, broker, checkpoint, clock, surroundings } = options
  const ensured = await broker.ensureTopics(topics)
  if (E.isLeft(ensured)) return E.left(adviceOn(ensured.left))
  const labels = labelsFrom(store)
  const lanes = openLanes(broker, eventsTopic.name)
  const subscription = standBy({
    surroundings,
    begin: () =>
      startSubscription({
        name: RELAY,
        store: noting(store, labels),
        subscriber: teller(labels, lanes, checkpoint),
        parking: parkingIn(store, RELAY, clock),
        surroundings,
        pageSize: PAGE,
        // What a broker has rejected and what cannot be read will not do better at the second try.
        triesBeforeParking: 1,
      }),
  })
  return E.right({
    status: subscription.status,
    stop: async () => {
      const stopped = subscription.stop()
      const patience = new AbortController()
      await Promise.race([stopped, surroundings.sleep(DRAIN_MS, patience.signal)])
      patience.abort()
      // A broker that does not answer would keep the last send for ever.
      await lanes.close()
      await stopped
    },
  })
}

const adviceOn = (error: TopicError): string =>
  error._tag === 'TopicDiffers'
    ? `The topic ${error.topic} has ${error.found} partitions where ${error.declared} are declared. Partitions are never changed: use a broker of its own, or move to new topics.`
    : `Kafka cannot be used (${error.reason}). Check that it runs and that KAFKA_BROKERS names it.`

/**
 * The log, shown to the labels before anything of it is told: up to its end, where the relay is behind, so that what has become
 * confidential in the meantime is not told any more.
 */
const noting = (store: EventStore, labels: Labels): EventStore => {
  const noteToTheEnd = async (known: Page, signal?: AbortSignal): Promise<SettledPosition> => {
    labels.note(known.events)
    let { through } = known
    if (known.isTail) return through
    const rest = { pageSize: PAGE, follow: false, ...(signal === undefined ? {} : { signal }) }
    for await (const page of store.readAll(through, rest)) {
      labels.note(page.events)
      through = page.through
    }
    return through
  }
  return {
    ...store,
    async *readAll(after, options) {
      let noted: SettledPosition | undefined
      for await (const page of store.readAll(after, options)) {
        if (noted === undefined || page.through > noted) noted = await noteToTheEnd(page, options.signal)
        yield page
      }
    },
  }
}

const teller = (labels: Labels, lanes: Lanes, checkpoint: ReactorCheckpoint): Subscriber => {
  /** Of the page at which the checkpoint stands: what of each stream is written already, should the page have to be tried again. */
  let page = -1
  const written = new Map<StreamName, StreamRevision>()

  const isNew = ({ stream, revision }: RecordedEvent): boolean => revision > (written.get(stream) ?? -1)

  const onWritten = ({ key, headers }: OutgoingMessage): void => {
    written.set(key, Number(headers['ce_sequence']))
  }

  const messagesOf = (spans: ReadonlyArray<Span>): E.Either<DeliveryError, ReadonlyArray<OutgoingMessage>> => {
    const messages: OutgoingMessage[] = []
    for (const { stream, events } of spans) {
      for (const event of events) {
        if (!isNew(event)) continue
        const message = messageOf(event, labels.labelsAt(stream, event.position))
        if (E.isLeft(message)) return E.left({ _tag: 'SpanFailed', stream, reason: message.left })
        if (message.right) messages.push(message.right)
      }
    }
    return E.right(messages)
  }

  return {
    checkpoint: async () => E.right(settledAt(await checkpoint.position())),
    deliver:
      ({ spans, after, through }) =>
      async () => {
        if (after !== page) written.clear()
        page = after
        const told = spans.filter(({ stream }) => isToldKind(streamKind(stream)))
        await labels.prepare(told.map(({ stream }) => stream))
        const messages = messagesOf(told)
        if (E.isLeft(messages)) return messages
        const { rejected, closed } = await lanes.send(messages.right, onWritten)
        if (closed) return E.left({ _tag: 'Unavailable', reason: 'the broker was closed' })
        for (const [stream, reason] of rejected) return E.left({ _tag: 'SpanFailed', stream, reason })
        const moved = await checkpoint.move(after, through)
        return E.isLeft(moved) ? E.left({ _tag: 'Superseded', found: settledAt(moved.left) }) : E.right(NEXT)
      },
  }
}
