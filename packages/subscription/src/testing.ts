/** A subscriber in memory that keeps what it was given, with a checkpoint as strict as a database's, and faults on demand. */
import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent, SettledPosition, StreamName } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { NEXT, type Delivery, type DeliveryError, type Subscriber, type Wanted } from './delivery.ts'
import type { Surroundings } from './surroundings.ts'

export interface MemorySubscriber extends Subscriber {
  /** Everything taken, in the order in which it was taken. */
  readonly taken: () => ReadonlyArray<RecordedEvent>
  readonly deliveries: () => ReadonlyArray<Delivery>
  readonly position: () => SettledPosition
  /** Called before a delivery is taken; an error means nothing of it is. */
  fault: (delivery: Delivery) => DeliveryError | undefined
  /** Called after a delivery was taken; an error means that the answer is lost, not the effect. */
  lost: (delivery: Delivery) => DeliveryError | undefined
  /** What it answers when all went well. */
  wanted: (delivery: Delivery) => Wanted
  /** As if another instance had moved the checkpoint. */
  readonly moveTo: (position: SettledPosition) => void
}

export const memorySubscriber = (): MemorySubscriber => {
  const taken: RecordedEvent[] = []
  const deliveries: Delivery[] = []
  let position = settledAt(0)
  const subscriber: MemorySubscriber = {
    taken: () => taken,
    deliveries: () => deliveries,
    position: () => position,
    fault: () => undefined,
    lost: () => undefined,
    wanted: () => NEXT,
    moveTo: (moved) => {
      position = moved
    },
    checkpoint: async () => E.right(position),
    deliver: (delivery) => async () => {
      deliveries.push(delivery)
      if (delivery.after !== position) return E.left({ _tag: 'Superseded', found: position })
      const fault = subscriber.fault(delivery)
      if (fault) return E.left(fault)
      for (const span of delivery.spans) taken.push(...span.events)
      position = delivery.through
      const lost = subscriber.lost(delivery)
      return lost ? E.left(lost) : E.right(subscriber.wanted(delivery))
    },
  }
  return subscriber
}

/** Time that passes only by sleeping; chance is always in the middle. */
export const virtualSurroundings = (): Surroundings & {
  readonly slept: ReadonlyArray<number>
  readonly pass: (ms: number) => void
} => {
  const slept: number[] = []
  let now = 0
  return {
    slept,
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds
    },
    sleep: async (milliseconds) => {
      slept.push(milliseconds)
      now += milliseconds
      await new Promise((resolve) => setImmediate(resolve))
    },
    random: () => 0.5,
  }
}

/** Fails the span of one stream. */
export const failing =
  (stream: StreamName, reason = 'malformed') =>
  (delivery: Delivery): DeliveryError | undefined =>
    delivery.spans.some((span) => span.stream === stream) ? { _tag: 'SpanFailed', stream, reason } : undefined
