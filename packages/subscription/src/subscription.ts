/**
 * A subscription carries the log to a subscriber, page by page and for ever: it starts at the stored checkpoint, tries again
 * with growing pauses when something fails, parks a stream that cannot be handled, and says where it stands.
 *
 *     const subscription = startSubscription({ name: 'register', store, subscriber, parking: parkingIn(store, 'register', clock),
 *       surroundings: systemSurroundings, pageSize: 2_000 })
 *     await subscription.reached(position)      // read your writes
 *     await subscription.stop()
 */
import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent, SettledPosition, StreamName } from '@muster/event-store/event'
import type { EventStore, Page } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { createTail } from '@muster/event-store/tail'
import type { Delivery, DeliveryError, Span, Subscriber } from './delivery.ts'
import type { ParkedStream, Parking } from './parking.ts'
import { createProgress, spansOf } from './spans.ts'
import { createStallWatch, type SubscriptionStatus } from './status.ts'
import { pauseAfter, type Surroundings } from './surroundings.ts'

export interface Subscription {
  readonly status: () => Promise<SubscriptionStatus>
  /** Resolves once everything up to a position has been taken: true; false when the signal comes first or it has stopped. */
  readonly reached: (position: SettledPosition, signal?: AbortSignal) => Promise<boolean>
  /** Resolves when the delivery under way has ended; nothing is delivered afterwards. */
  readonly stop: () => Promise<void>
}

export interface SubscriptionOptions {
  /** Its parked streams are events of `subscription-{name}`. */
  readonly name: string
  readonly store: EventStore
  readonly subscriber: Subscriber
  readonly parking: Parking
  readonly surroundings: Surroundings
  /** Most events in a delivery; 1,000 to 5,000 serve most. */
  readonly pageSize: number
  /** Tries before a stream whose span fails is parked. */
  readonly triesBeforeParking?: number
  /** Without progress for this long while the log is ahead, it counts as stalled. */
  readonly stalledAfterMs?: number
  /** Only streams for which this is true are delivered and parked: one shard of them. Absent: all. */
  readonly isOurs?: (stream: StreamName) => boolean
  /** It ends by itself once everything up to here has been taken; `reached` says true then. Absent: it follows for ever. */
  readonly until?: SettledPosition
}

const ALL = (): boolean => true

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const failureOf = (error: DeliveryError): string => {
  switch (error._tag) {
    case 'Superseded':
      return `another instance has moved the checkpoint to ${error.found}`
    case 'SpanFailed':
      return `${error.stream}: ${error.reason}`
    case 'Unavailable':
      return error.reason
  }
}

export const startSubscription = (options: SubscriptionOptions): Subscription => {
  const { name, store, subscriber, parking, surroundings, pageSize, triesBeforeParking = 3, stalledAfterMs = 30_000 } = options
  const { isOurs = ALL, until } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const progress = createProgress()
  const moved = createTail()
  const stall = createStallWatch(stalledAfterMs)
  const tries = new Map<StreamName, number>()
  let parked = new Map<StreamName, ParkedStream>()
  let position = settledAt(0)
  let failures = 0
  let lastFailure: string | undefined
  let ended = false
  const active = (): boolean => !signal.aborted
  const complete = (): boolean => until !== undefined && position >= until

  const pause = async (reason: string): Promise<void> => {
    failures += 1
    lastFailure = reason
    await surroundings.sleep(pauseAfter(failures, surroundings.random), signal)
  }

  const recovered = (): void => {
    failures = 0
    lastFailure = undefined
    tries.clear()
  }

  /** Streams that events of this page let go on. */
  const releasedIn = (page: Page): ReadonlyArray<ParkedStream> => {
    const released = new Set<ParkedStream>()
    for (const event of page.events) {
      const stream = parking.releasedBy(event)
      const entry = stream === undefined ? undefined : parked.get(stream)
      if (entry && event.position > entry.since) released.add(entry)
    }
    return [...released]
  }

  /** Everything of a released stream that waited, up to the end of the page. */
  const waitingSpan = async ({ stream, fromRevision }: ParkedStream, through: SettledPosition): Promise<Span | undefined> => {
    const events: RecordedEvent[] = []
    for await (const event of store.readStream(stream, fromRevision)) {
      if (event.position > through) break
      events.push(event)
    }
    const [first, ...rest] = events
    return first && { stream, first: first.revision, events: [first, ...rest] }
  }

  const compose = async (
    page: Page,
  ): Promise<{ readonly delivery: Delivery; readonly released: ReadonlyArray<ParkedStream> }> => {
    const released = releasedIn(page)
    const waiting: Span[] = []
    for (const entry of released) {
      const span = await waitingSpan(entry, page.through)
      if (span) waiting.push(span)
    }
    const spans = spansOf(page.events, progress.next, (stream) => parked.has(stream) || !isOurs(stream))
    return { delivery: { spans: [...waiting, ...spans], after: position, through: page.through }, released }
  }

  const park = async (stream: StreamName, delivery: Delivery, reason: string): Promise<void> => {
    const first = delivery.spans.find((span) => span.stream === stream)?.first ?? 0
    // After a failure it may be in the log all the same: to go on with the stream would hand it over again at its release.
    while (active()) {
      const answer = await parking.park(stream, first, reason).catch((error: unknown) => E.left({ _tag: reasonOf(error) }))
      if (E.isRight(answer)) {
        parked.set(stream, answer.right)
        tries.delete(stream)
        return
      }
      await pause(`parking ${stream} failed: ${answer.left._tag}`)
    }
  }

  const recover = async (error: DeliveryError, delivery: Delivery): Promise<void> => {
    if (error._tag === 'SpanFailed') {
      const count = (tries.get(error.stream) ?? 0) + 1
      tries.set(error.stream, count)
      if (count >= triesBeforeParking) return park(error.stream, delivery, error.reason)
    }
    if (error._tag !== 'Superseded') return pause(failureOf(error))
    lastFailure = failureOf(error)
    stopping.abort()
  }

  const advance = (delivery: Delivery, released: ReadonlyArray<ParkedStream>, wanted: ReadonlyMap<StreamName, number>): void => {
    for (const { stream, first, events } of delivery.spans) {
      progress.note(stream, Math.max(first + events.length, wanted.get(stream) ?? 0))
    }
    for (const { stream } of released) parked.delete(stream)
    position = delivery.through
    recovered()
    moved.grown()
  }

  /** One page, until it is taken or the subscription stops. */
  const take = async (page: Page): Promise<void> => {
    let uncertain = false
    while (active()) {
      const { delivery, released } = await compose(page)
      const answer = await subscriber.deliver(delivery)()
      if (E.isRight(answer)) return advance(delivery, released, answer.right)
      // A commit whose answer was lost is found done when it is tried again.
      const done = uncertain && answer.left._tag === 'Superseded' && answer.left.found === delivery.through
      if (done) return advance(delivery, released, new Map())
      uncertain = answer.left._tag === 'Unavailable'
      await recover(answer.left, delivery)
    }
  }

  const carry = async (): Promise<void> => {
    const checkpoint = await subscriber.checkpoint()
    if (E.isLeft(checkpoint)) throw new Error(failureOf(checkpoint.left))
    position = checkpoint.right
    progress.forget()
    const ours = (await parking.parkedAt(position)).filter(({ stream }) => isOurs(stream))
    parked = new Map(ours.map((entry) => [entry.stream, entry]))
    moved.grown()
    if (complete()) return
    for await (const page of store.readAll(position, {
      pageSize,
      follow: true,
      signal,
      ...(until === undefined ? {} : { until }),
    })) {
      if (page.through > position) await take(page)
      else recovered()
    }
  }

  const supervise = async (): Promise<void> => {
    while (active() && !complete()) {
      try {
        await carry()
      } catch (error) {
        // The source or the subscriber threw: begin again from what is stored.
        await pause(reasonOf(error))
      }
    }
    ended = true
    moved.grown()
  }

  const supervising = supervise()

  return {
    status: async () => {
      const head = await store.head()
      const stalled = stall(position, head, surroundings.now())
      const state = ended || signal.aborted ? 'stopped' : failures > 0 ? 'failing' : stalled ? 'stalled' : 'running'
      const lag = Math.max(0, head - position)
      return { name, state, position, head, lag, failures, lastFailure, parked: [...parked.values()] }
    },
    reached: async (wanted, given) => {
      const waiting = (): boolean => position < wanted && !ended && given?.aborted !== true
      while (waiting()) await moved.grownSince(moved.version(), given)
      return position >= wanted
    },
    stop: () => {
      stopping.abort()
      return supervising
    },
  }
}
