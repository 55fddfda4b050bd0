import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { anyRevision, appended, happened, notes } from '@muster/event-store/testing'
import { parkingIn } from './parking.ts'
import { standBy, type StandingBy } from './standby.ts'
import { startSubscription } from './subscription.ts'
import { memorySubscriber, virtualSurroundings, type MemorySubscriber } from './testing.ts'

const clock = (): string => '2027-01-01T00:00:00.000Z'

describe('two instances of a process manager', () => {
  let store: EventStore
  let subscriber: MemorySubscriber
  let instances: StandingBy[]
  beforeEach(() => {
    store = memoryEventStore({ clock })
    subscriber = memorySubscriber()
    instances = []
  })
  afterEach(() => Promise.all(instances.map((instance) => instance.stop())))

  const start = (): StandingBy => {
    const surroundings = virtualSurroundings()
    const parking = parkingIn(store, 'keeper', clock)
    const instance = standBy({
      surroundings,
      begin: () => startSubscription({ name: 'keeper', store, subscriber, parking, surroundings, pageSize: 2 }),
    })
    instances.push(instance)
    return instance
  }
  const write = async (word: string): Promise<SettledPosition> =>
    (await appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened(word)] })).position
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve))
  }
  const words = (count: number): ReadonlyArray<string> => Array.from({ length: count }, (_, index) => `w${index}`)

  it('take everything once between them, whoever is at work', async () => {
    start()
    start()
    for (const word of words(40)) await write(word)
    await until(() => subscriber.taken().length >= 40)
    expect(notes(subscriber.taken())).toEqual(words(40))
    for (const instance of instances) expect((await instance.status()).state).toBe('running')
  })

  it('let the one that is left go on when the other has stopped', async () => {
    const first = start()
    const second = start()
    await write('w0')
    await until(() => subscriber.taken().length === 1)
    await first.stop()
    await write('w1')
    await until(() => subscriber.taken().length === 2)
    expect(notes(subscriber.taken())).toEqual(words(2))
    expect((await first.status()).state).toBe('stopped')
    expect((await second.status()).state).toBe('running')
  })
})
