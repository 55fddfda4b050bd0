import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordedEvent, SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { memoryEventStore } from '@muster/event-store/memory'
import { anyRevision, appended, everything, happened, history, notes } from '@muster/event-store/testing'
import { parkingIn, releaseStream } from './parking.ts'
import { startSubscription, type Subscription } from './subscription.ts'
import { failing, memorySubscriber, virtualSurroundings, type MemorySubscriber } from './testing.ts'

const clock = (): string => '2027-01-01T00:00:00.000Z'

let store: EventStore
let subscriber: MemorySubscriber
let surroundings: ReturnType<typeof virtualSurroundings>
let subscriptions: Subscription[]
beforeEach(() => {
  store = memoryEventStore({ clock })
  subscriber = memorySubscriber()
  surroundings = virtualSurroundings()
  subscriptions = []
})
afterEach(() => Promise.all(subscriptions.map((subscription) => subscription.stop())))

const start = (pageSize = 10): Subscription => {
  const parking = parkingIn(store, 'register', clock)
  const subscription = startSubscription({ name: 'register', store, subscriber, parking, surroundings, pageSize })
  subscriptions.push(subscription)
  return subscription
}

const write = async (stream: string, ...words: ReadonlyArray<string>): Promise<SettledPosition> => {
  let position = settledAt(0)
  for (const word of words)
    position = (await appended(store, { stream, expected: anyRevision, events: [happened(word)] })).position
  return position
}

/** The events that tests wrote, without those of the subscription's own stream. */
const takenOf = (stream?: string): ReadonlyArray<unknown> =>
  notes(subscriber.taken().filter((event) => (stream === undefined ? event.type === 'Happened' : event.stream === stream)))

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve))
}

const release = (stream: string, n = 1) =>
  releaseStream(store, 'register', stream, {
    commandId: `00000000-0000-4000-8000-00000000000${n}`,
    actor: { role: 'officer' },
    clock,
  })

describe('a subscription', () => {
  it('delivers everything there is and everything that comes, once and in order within each stream', async () => {
    await write('pledge-1', 'a', 'b')
    const subscription = start(2)
    await write('pledge-2', 'c')
    const last = await write('pledge-1', 'd', 'e')
    expect(await subscription.reached(last)).toBe(true)
    expect(takenOf('pledge-1')).toEqual(['a', 'b', 'd', 'e'])
    expect(takenOf('pledge-2')).toEqual(['c'])
    expect(subscriber.position()).toBe(last)
    expect(await subscription.status()).toMatchObject({
      name: 'register',
      state: 'running',
      position: last,
      head: last,
      lag: 0,
      parked: [],
    })
  })

  it('takes only the streams that are its own, their parking and their release, and ends where it is told to', async () => {
    const parking = parkingIn(store, 'register', clock)
    const begin = (isOurs: (stream: string) => boolean, upTo?: SettledPosition) => {
      const options = { name: 'register', store, subscriber, parking, surroundings, pageSize: 2, isOurs }
      const subscription = startSubscription(upTo === undefined ? options : { ...options, until: upTo })
      subscriptions.push(subscription)
      return subscription
    }
    await write('pledge-1', 'a')
    await write('pledge-2', 'b')
    await parking.park('pledge-2', 0, 'for the test')
    await parking.park('pledge-1', 0, 'for the test')
    const middle = await write('pledge-1', 'c')
    const first = begin((stream) => stream === 'pledge-1', middle)
    expect(await first.reached(settledAt(middle + 100))).toBe(false)
    expect(await first.status()).toMatchObject({ state: 'stopped', position: middle, parked: [{ stream: 'pledge-1' }] })
    expect(takenOf()).toEqual([])

    await write('pledge-2', 'd')
    await release('pledge-2', 1)
    await release('pledge-1', 2)
    const last = await write('pledge-1', 'e')
    expect(await begin((stream) => stream === 'pledge-1').reached(last)).toBe(true)
    expect(takenOf()).toEqual(['a', 'c', 'e'])
  })

  it('goes on from the stored checkpoint', async () => {
    await start().reached(await write('pledge-1', 'a', 'b'))
    await Promise.all(subscriptions.map((subscription) => subscription.stop()))
    const last = await write('pledge-1', 'c')
    expect(takenOf()).toEqual(['a', 'b'])
    await start().reached(last)
    expect(takenOf()).toEqual(['a', 'b', 'c'])
  })

  it('tries again with growing pauses while the store behind is out of reach, and takes nothing twice', async () => {
    let outages = 6
    subscriber.fault = () => (outages-- > 0 ? { _tag: 'Unavailable', reason: 'connection refused' } : undefined)
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a', 'b'))
    expect(takenOf()).toEqual(['a', 'b'])
    expect(surroundings.slept).toEqual([50, 100, 200, 400, 800, 1600].map((pause) => pause * 0.75))
    expect(await subscription.status()).toMatchObject({ state: 'running', failures: 0, lastFailure: undefined })
  })

  it('survives a subscriber that throws and a checkpoint that cannot be read', async () => {
    let throws = 2
    let unreadable = 1
    const { checkpoint } = subscriber
    const flaky: MemorySubscriber = {
      ...subscriber,
      checkpoint: () =>
        unreadable-- > 0 ? Promise.resolve(E.left({ _tag: 'Unavailable', reason: 'starting up' })) : checkpoint(),
      deliver: (delivery) => {
        if (throws-- > 0) throw new Error('bug')
        return subscriber.deliver(delivery)
      },
    }
    const last = await write('pledge-1', 'a', 'b')
    const parking = parkingIn(store, 'register', clock)
    const subscription = startSubscription({ name: 'register', store, subscriber: flaky, parking, surroundings, pageSize: 10 })
    subscriptions.push(subscription)
    expect(await subscription.reached(last)).toBe(true)
    expect(takenOf()).toEqual(['a', 'b'])
    expect(surroundings.slept).toHaveLength(3)
  })

  it('takes a delivery as done whose answer was lost after the commit', async () => {
    let lost = 1
    subscriber.lost = () => (lost-- > 0 ? { _tag: 'Unavailable', reason: 'connection reset' } : undefined)
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a'))
    await subscription.reached(await write('pledge-1', 'b'))
    expect(takenOf()).toEqual(['a', 'b'])
    expect(await subscription.status()).toMatchObject({ state: 'running' })
  })

  it('stops when another instance has moved the checkpoint, and says so', async () => {
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a', 'b', 'c'))
    subscriber.moveTo(settledAt(1))
    const last = await write('pledge-1', 'd')
    expect(await subscription.reached(last)).toBe(false)
    expect(takenOf()).toEqual(['a', 'b', 'c'])
    const status = await subscription.status()
    expect(status).toMatchObject({ state: 'stopped', lag: 1, lastFailure: 'another instance has moved the checkpoint to 1' })
  })

  it('delivers nothing after it was stopped, and a waiting reader is let go', async () => {
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a'))
    const waiting = subscription.reached(settledAt(1000))
    await subscription.stop()
    expect(await waiting).toBe(false)
    await write('pledge-1', 'b')
    expect(takenOf()).toEqual(['a'])
    expect(await subscription.status()).toMatchObject({ state: 'stopped', lag: 1 })
  })

  it('lets a reader wait only until its signal', async () => {
    const subscription = start()
    const waiting = new AbortController()
    const reached = subscription.reached(settledAt(1000), waiting.signal)
    waiting.abort()
    expect(await reached).toBe(false)
  })

  it('tells failing from stalled: errors, or silence while the log is ahead', async () => {
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a'))
    surroundings.pass(3_600_000)
    expect(await subscription.status()).toMatchObject({ state: 'running', lag: 0 })

    const hanging = Promise.withResolvers<void>()
    const { deliver } = subscriber
    Object.assign(subscriber, {
      deliver: (delivery: Parameters<typeof deliver>[0]) => async () => {
        await hanging.promise
        return deliver(delivery)()
      },
    })
    const last = await write('pledge-1', 'b')
    expect(await subscription.status()).toMatchObject({ state: 'running', lag: 1 })
    surroundings.pass(31_000)
    expect(await subscription.status()).toMatchObject({ state: 'stalled', lag: 1, failures: 0 })
    hanging.resolve()
    await subscription.reached(last)
    expect(await subscription.status()).toMatchObject({ state: 'running', lag: 0 })

    subscriber.fault = () => ({ _tag: 'Unavailable', reason: 'connection refused' })
    await write('pledge-1', 'c')
    await until(async () => (await subscription.status()).failures > 1)
    expect(await subscription.status()).toMatchObject({ state: 'failing', lastFailure: 'connection refused' })
  })

  it('drops events that a subscriber has already read by itself', async () => {
    subscriber.wanted = () => new Map([['pledge-1', 3]])
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a'))
    await subscription.reached(await write('pledge-1', 'b', 'c', 'd', 'e'))
    expect(takenOf()).toEqual(['a', 'd', 'e'])
  })
})

describe('a stream that cannot be handled', () => {
  it('is parked after a few tries while all others go on', async () => {
    subscriber.fault = failing('pledge-1')
    await write('pledge-1', 'a')
    await write('pledge-2', 'b')
    const subscription = start()
    await subscription.reached(await write('pledge-2', 'c'))
    await subscription.reached(await write('pledge-1', 'd'))
    await subscription.reached(await write('pledge-2', 'e'))
    expect(takenOf()).toEqual(['b', 'c', 'e'])
    expect(surroundings.slept).toHaveLength(2)
    const status = await subscription.status()
    expect(status).toMatchObject({ state: 'running', parked: [{ stream: 'pledge-1', fromRevision: 0, reason: 'malformed' }] })
    expect(await history(store, 'subscription-register')).toMatchObject([
      { type: 'StreamParked', data: { subscription: 'register', stream: 'pledge-1', fromRevision: 0, reason: 'malformed' } },
    ])
  })

  it('stays parked over a restart, and its release replays what waited, in order, before what comes', async () => {
    await write('pledge-1', 'a')
    const first = start()
    await first.reached(await write('pledge-1', 'b'))
    subscriber.fault = failing('pledge-1')
    await first.reached(await write('pledge-1', 'c'))
    await until(async () => (await first.status()).parked.length === 1)
    await first.stop()

    const second = start()
    await second.reached(await write('pledge-1', 'd'))
    await second.reached(await write('pledge-2', 'e'))
    expect(takenOf()).toEqual(['a', 'b', 'e'])

    subscriber.fault = () => undefined
    const released = await release('pledge-1')
    await second.reached(await write('pledge-1', 'f'))
    expect(E.isRight(released)).toBe(true)
    expect(takenOf('pledge-1')).toEqual(['a', 'b', 'c', 'd', 'f'])
    expect((await second.status()).parked).toEqual([])
    await second.stop()
    await start().reached(await write('pledge-1', 'g'))
    expect(takenOf('pledge-1')).toEqual(['a', 'b', 'c', 'd', 'f', 'g'])
  })

  it('is parked again when its release does not help, and the same release is not obeyed twice', async () => {
    subscriber.fault = failing('pledge-1', 'still malformed')
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a'))
    await release('pledge-1')
    await until(async () => (await history(store, 'subscription-register')).length === 3)
    await subscription.reached(await store.head())
    await subscription.stop()
    subscriber.fault = () => undefined
    subscriber.moveTo(settledAt(0))
    const again = start()
    await again.reached(await write('pledge-2', 'b'))
    expect(takenOf()).toEqual(['b'])
    expect((await again.status()).parked).toMatchObject([{ stream: 'pledge-1', reason: 'still malformed' }])
    await release('pledge-1', 2)
    await again.reached(await write('pledge-1', 'c'))
    expect(takenOf()).toEqual(['b', 'a', 'c'])
  })

  it('stays aside when nobody knows whether its parking reached the log, and is handed over once at its release', async () => {
    await write('pledge-1', 'a')
    subscriber.fault = failing('pledge-1')
    let lost = 0
    const { append } = store
    Object.assign(store, {
      append: (wish: Parameters<typeof append>[0]) => async () => {
        const answer = await append(wish)()
        if (!wish.stream.startsWith('subscription-') || lost === 3) return answer
        lost += 1
        // Whatever failed is well again before the next try.
        subscriber.fault = () => undefined
        return E.left({ _tag: 'OutcomeUnknown', cause: 'no answer' })
      },
    })
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'b'))
    await until(async () => (await subscription.status()).parked.length === 1)
    expect(await history(store, 'subscription-register')).toHaveLength(1)
    await release('pledge-1')
    await subscription.reached(await write('pledge-1', 'c'))
    expect(takenOf()).toEqual(['a', 'b', 'c'])
  })

  it('is parked at the first revision that was not handled', async () => {
    const subscription = start()
    await subscription.reached(await write('pledge-1', 'a', 'b'))
    subscriber.fault = failing('pledge-1')
    await subscription.reached(await write('pledge-1', 'c'))
    expect((await subscription.status()).parked).toMatchObject([{ stream: 'pledge-1', fromRevision: 2 }])
  })
})

describe('a subscription under random faults', () => {
  /** A small generator with a seed (mulberry32), so that a failure can be repeated. */
  const randomOf = (seed: number) => {
    let state = seed
    return (): number => {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    }
  }

  it.each(Array.from({ length: 25 }, (_, seed) => seed))('takes every event exactly once and in order, seed %i', async (seed) => {
    const random = randomOf(seed)
    subscriber.fault = (delivery) => {
      const chance = random()
      const span = delivery.spans[Math.floor(random() * delivery.spans.length)]
      if (chance < 0.2) return { _tag: 'Unavailable', reason: 'fault' }
      return chance < 0.3 && span ? { _tag: 'SpanFailed', stream: span.stream, reason: 'fault' } : undefined
    }
    subscriber.lost = () => (random() < 0.1 ? { _tag: 'Unavailable', reason: 'answer lost' } : undefined)
    let current = start(1 + Math.floor(random() * 5))
    for (let step = 0; step < 60; step += 1) {
      await write(`pledge-${Math.floor(random() * 4)}`, String(step))
      if (random() < 0.1) {
        await current.stop()
        current = start(1 + Math.floor(random() * 5))
      }
      if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve))
    }
    subscriber.fault = () => undefined
    subscriber.lost = () => undefined
    await current.reached(await store.head())
    for (const [n, { stream }] of (await current.status()).parked.entries()) await release(stream, n + 1)
    await current.reached(await store.head())
    const order = (events: ReadonlyArray<RecordedEvent>) =>
      Object.fromEntries(
        [...Map.groupBy(events, (event) => event.stream)].map(([stream, own]) => [stream, own.map((event) => event.id)]),
      )
    expect(order(subscriber.taken())).toEqual(order(await everything(store)))
  })
})
