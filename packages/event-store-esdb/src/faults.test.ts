/** What fails in a cluster, one fault at a time: nothing acknowledged is lost, nothing is there twice, readers go on where they were. */
import { ErrorType } from '@eventstore/db-client'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Append, EventStore, Page } from '@muster/event-store/event-store'
import type { RecordedEvent } from '@muster/event-store/event'
import {
  anyRevision,
  appended,
  collect,
  done,
  everything,
  exactly,
  happened,
  history,
  noStream,
  notes,
  refusal,
} from '@muster/event-store/testing'
import { startDouble, type Double } from '../../../test/support/esdb/double.ts'
import { appends, reads, subscriptions } from '../../../test/support/esdb/faults.ts'
import type { EsdbStoreOptions } from './store.ts'
import { hurried, opened, stalled, stock } from './testing.ts'
import type { Trouble } from './supervisor.ts'

let double: Double
let troubles: Trouble[]
const stores: EventStore[] = []
const open = async (more: Partial<EsdbStoreOptions> = {}): Promise<EventStore> => {
  const report = (trouble: Trouble) => troubles.push(trouble)
  const store = await opened({
    connectionString: double.connectionString,
    surroundings: hurried,
    report,
    ...more,
  })
  stores.push(store)
  return store
}

beforeEach(async () => {
  double = await startDouble()
  troubles = []
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await double.stop()
})

/** Waits, without a limit of its own, until something has come true. */
const eventually = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Appends as a caller should: an unknown outcome is repeated with the same ids. */
const insist = async (store: EventStore, append: Append, onUnknown: () => void = () => undefined) => {
  for (;;) {
    const answer = await store.append(append)()
    if (E.isRight(answer) || answer.left._tag === 'RevisionConflict') return answer
    onUnknown()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const single = (note: string, stream = 'pledge-1'): Append => ({ stream, expected: noStream, events: [happened(note)] })

const filled = async (store: EventStore, count: number): Promise<ReadonlyArray<string>> => {
  const all = Array.from({ length: count }, (_, index) => String(index))
  for (const note of all) await appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened(note)] })
  return all
}

/** Follows the log until so many events have come; what it saw, page by page. */
const follow = async (store: EventStore, count: number, pageSize = 10): Promise<ReadonlyArray<Page>> => {
  const pages: Page[] = []
  let seen = 0
  for await (const page of store.readAll('start', { pageSize, follow: true })) {
    pages.push(page)
    seen += page.events.length
    if (seen >= count) break
  }
  return pages
}
const eventsIn = (pages: ReadonlyArray<Page>): ReadonlyArray<RecordedEvent> => pages.flatMap(({ events }) => events)

describe('a node that is not the leader', () => {
  it('sends an append on to the leader, which takes it once', async () => {
    const follower = await startDouble({ log: double.log })
    follower.faults.add(appends, { _tag: 'NotLeader', host: double.host, port: double.port }, Infinity)
    const store = await open({ connectionString: follower.connectionString })
    const large = Array.from({ length: 200 }, (_, index) => happened(`event ${index} of a large append`))
    const answer = await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('first'), ...large] })
    expect(answer.revision).toBe(200)
    expect(await history(store, 'pledge-1')).toHaveLength(201)
    expect(troubles[0]).toMatchObject({ failures: 1, what: 'appending to muster/pledge-1' })
    await follower.stop()
  })

  it('is told apart from an unknown outcome when no leader is found', async () => {
    double.faults.add(appends, { _tag: 'NotLeader', host: double.host, port: double.port }, Infinity)
    const store = await open()
    expect(await refusal(store, single('a'))).toMatchObject({ _tag: 'StoreUnavailable' })
    double.faults.clear()
    expect(await everything(store)).toEqual([])
  })
})

describe('an append that breaks off', () => {
  it.each([
    { written: true, there: ['a'] },
    { written: false, there: [] },
  ])('has an unknown outcome and can be repeated (written: $written)', async ({ written, there }) => {
    const store = await open()
    double.faults.add(appends, { _tag: 'Unavailable', written })
    expect(await refusal(store, single('a'))).toMatchObject({ _tag: 'OutcomeUnknown' })
    expect(notes(await everything(store))).toEqual(there)
  })

  it.each([true, false])('is taken once when it is repeated with the same ids (written: %s)', async (written) => {
    const store = await open()
    const append = single('a')
    double.faults.add(appends, { _tag: 'Unavailable', written }, 3)
    const answer = done(await insist(store, append))
    expect(await everything(store)).toMatchObject([{ ...append.events[0], position: answer.position, revision: 0 }])
    expect(await appended(store, append)).toEqual(answer)
  })
})

describe('an acknowledgement without a position', () => {
  it('is completed from the stream', async () => {
    const store = await open()
    const append = single('a')
    const first = await appended(store, append)
    double.faults.add(appends, { _tag: 'Placeless' }, 2)
    expect(await appended(store, append)).toEqual(first)
    const next = await appended(store, { stream: 'pledge-1', expected: exactly(0), events: [happened('b'), happened('c')] })
    expect(next).toEqual({ revision: 2, position: await store.head() })
  })
})

describe('a silent server', () => {
  it('makes an append unknown at its deadline; the repeat is taken once', async () => {
    const [impatient, store] = [await open({ deadlineMs: 150 }), await open()]
    const append = single('a')
    double.faults.add(appends, { _tag: 'Silent', written: true })
    const cause = expect.objectContaining({ type: ErrorType.DEADLINE_EXCEEDED })
    expect(await refusal(impatient, append)).toMatchObject({ _tag: 'OutcomeUnknown', cause })
    expect((await appended(store, append)).revision).toBe(0)
    expect(notes(await everything(store))).toEqual(['a'])
  })

  it('does not hold up a read: it is begun again where it stopped', async () => {
    const [impatient, store] = [await open({ deadlineMs: 200 }), await open()]
    const all = await filled(store, 20)
    double.faults.add(reads, { _tag: 'Silent', afterEvents: 7 }, 2)
    expect(notes(await history(impatient, 'pledge-1'))).toEqual(all)
    expect(troubles.length).toBeGreaterThanOrEqual(2)
    expect(String(troubles[0]?.cause)).toContain('does not answer')
    await eventually(() => double.openCalls() === 0)
  })

  it('ends a read that gets nowhere, and leaves no call behind', async () => {
    const [impatient, store] = [await open({ deadlineMs: 100 }), await open()]
    await filled(store, 3)
    double.faults.add(reads, { _tag: 'Silent' }, Infinity)
    await expect(history(impatient, 'pledge-1')).rejects.toThrow('does not answer')
    await eventually(() => double.openCalls() === 0)
  })

  it('is noticed by a follower when the log goes on without it', async () => {
    const store = await open({ silenceMs: 100 })
    await filled(store, 5)
    double.faults.add(subscriptions, { _tag: 'Silent', afterEvents: 5 })
    const following = follow(store, 8)
    await eventually(() => double.eventsSent() >= 5)
    for (const note of ['5', '6', '7'])
      await appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened(note)] })
    expect(notes(eventsIn(await following))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    expect(String(troubles[0]?.cause)).toContain('stays silent')
  })
})

describe('a quiet log', () => {
  it('is not taken for a silent server', async () => {
    const store = await open({ silenceMs: 15 })
    const stop = new AbortController()
    const following = collect(store.readAll('start', { pageSize: 10, follow: true, signal: stop.signal }))
    // Each silence is answered by a look at the head; four of them are enough.
    const before = double.calls.length
    await eventually(() => double.calls.slice(before).filter((call) => call === 'Read').length >= 4)
    stop.abort()
    await following
    expect(troubles).toEqual([])
    expect(double.calls.filter((call) => call === 'Subscribe')).toHaveLength(1)
  })
})

describe('a subscription that ends', () => {
  it.each([
    { fault: { _tag: 'HalfClosed', afterEvents: 4 } as const },
    { fault: { _tag: 'Unavailable', afterEvents: 4 } as const },
  ])('goes on behind the last page, without a gap and without a repeat ($fault._tag)', async ({ fault }) => {
    const store = await open()
    const all = await filled(store, 30)
    double.faults.add(subscriptions, fault, 5)
    const pages = await follow(store, 30, 3)
    expect(notes(eventsIn(pages))).toEqual(all)
    expect(troubles).toHaveLength(5)
    await eventually(() => double.openCalls() === 0)
  })

  it('makes a read to the tail give up in the end, a follower never', async () => {
    const store = await open()
    const all = await filled(store, 5)
    double.faults.add(subscriptions, { _tag: 'Unavailable', afterEvents: 0 }, 7)
    await expect(everything(store)).rejects.toThrow('UNAVAILABLE')
    expect(notes(eventsIn(await follow(store, 5)))).toEqual(all)
  })
})

describe('a late reply', () => {
  it.each([true, false])('comes to nobody, and the repeat finds the first place (written at once: %s)', async (written) => {
    const [impatient, store] = [await open({ deadlineMs: 150 }), await open()]
    const append = single('a')
    const gate = Promise.withResolvers<void>()
    double.faults.add(appends, { _tag: 'Late', until: gate.promise, written })
    expect(await refusal(impatient, append)).toMatchObject({ _tag: 'OutcomeUnknown' })
    const answer = await appended(store, append)
    gate.resolve()
    await appended(store, { stream: 'pledge-1', expected: exactly(0), events: [happened('b')] })
    expect(await everything(store)).toMatchObject([{ id: append.events[0].id, position: answer.position }, { revision: 1 }])
  })

  it('that is written after the stream has gone on is refused by the server', async () => {
    const [impatient, store] = [await open({ deadlineMs: 150 }), await open()]
    const gate = Promise.withResolvers<void>()
    double.faults.add(appends, { _tag: 'Late', until: gate.promise })
    expect(await refusal(impatient, single('late'))).toMatchObject({ _tag: 'OutcomeUnknown' })
    await appended(store, single('in time'))
    gate.resolve()
    await appended(store, { stream: 'pledge-1', expected: exactly(0), events: [happened('next')] })
    expect(notes(await everything(store))).toEqual(['in time', 'next'])
  })
})

describe('a restart of the server', () => {
  it('loses nothing that was acknowledged and doubles nothing; followers see each event once', async () => {
    const store = await open()
    const [writers, followers] = [4, [7, 1_000]]
    let restarting = true
    let unknown = 0
    /** Writes as long as the server is being restarted; answers with what was acknowledged. */
    const write = async (writer: number): Promise<ReadonlyArray<string>> => {
      const acknowledged: string[] = []
      for (let round = 0; restarting || round < 5; round += 1) {
        const expected = round === 0 ? noStream : exactly(round - 1)
        const event = happened(`${writer}/${round}`)
        const answer = await insist(store, { stream: `pledge-${writer}`, expected, events: [event] }, () => (unknown += 1))
        expect(answer).toMatchObject({ right: { revision: round } })
        acknowledged.push(event.id)
      }
      return acknowledged
    }
    /** Follows until the event written last of all. */
    const followToLast = async (pageSize: number): Promise<ReadonlyArray<string>> => {
      const seen: string[] = []
      for await (const { events } of store.readAll('start', { pageSize, follow: true })) {
        seen.push(...events.map(({ id }) => id))
        if (events.some(({ stream }) => stream === 'pledge-last')) break
      }
      return seen
    }
    const following = followers.map(followToLast)
    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    for (let restarts = 0; restarts < 3; restarts += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      await double.stop()
      await new Promise((resolve) => setTimeout(resolve, 20))
      await double.start()
    }
    restarting = false
    const acknowledged = (await writing).flat()
    const there = (await everything(store)).map(({ id }) => id)
    expect(there.toSorted()).toEqual(acknowledged.toSorted())
    expect(unknown).toBeGreaterThan(0)
    await appended(store, single('last', 'pledge-last'))
    for (const seen of await Promise.all(following)) expect(seen.slice(0, -1)).toEqual(there)
    await store.close()
    await eventually(() => double.openCalls() === 0)
  })
})

describe('a slow consumer', () => {
  it('makes the server wait instead of filling the memory, and gets everything', async () => {
    const store = await open()
    const total = 10_000
    stock(double.log, 'pledge-1', total, 2_000)
    const before = double.eventsSent()
    let seen = 0
    for await (const { events } of store.readAll('start', { pageSize: 100, follow: true })) {
      seen += events.length
      if (seen === 100) {
        await stalled(double.eventsSent)
        expect(double.eventsSent() - before).toBeLessThan(total / 2)
      }
      if (seen >= total) break
    }
    expect(seen).toBe(total)
  })
})

describe('calls', () => {
  it('are given back however a reader leaves', async () => {
    const store = await open()
    await filled(store, 20)
    for await (const event of store.readStream('pledge-1')) if (event.revision === 3) break
    for await (const _ of store.readAll('start', { pageSize: 5, follow: true })) break
    const leaving = async () => {
      for await (const _ of store.readAll('start', { pageSize: 5, follow: true })) throw new Error('the reader failed')
    }
    await expect(leaving()).rejects.toThrow('the reader failed')
    await collect(store.readAll('start', { pageSize: 5, follow: true, signal: AbortSignal.timeout(50) }))
    await eventually(() => double.openCalls() === 0)
    expect(double.openCalls()).toBe(0)
  })

  it('end with the store: followers stop, reads and appends say why', async () => {
    const store = await open()
    await filled(store, 3)
    const following = collect(store.readAll('start', { pageSize: 2, follow: true }))
    await eventually(() => double.calls.includes('Subscribe'))
    await store.close()
    await store.close()
    await following
    expect(await refusal(store, single('a', 'pledge-2'))).toMatchObject({ _tag: 'StoreUnavailable' })
    await expect(history(store, 'pledge-1')).rejects.toThrow('closed')
    await eventually(() => double.openCalls() === 0)
  })
})
