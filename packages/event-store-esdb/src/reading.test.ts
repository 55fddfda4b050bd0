/** What is particular about reading from EventStoreDB: foreign records, checkpoints, the head seen from behind, the index of times. */
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventStore, Page } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { anyRevision, appended, collect, everything, happened, noStream, notes, receipt } from '@muster/event-store/testing'
import { startDouble, type Double } from '../../../test/support/esdb/double.ts'
import { createLog } from '../../../test/support/esdb/log.ts'
import { openEsdbEventStore } from './store.ts'
import { opened, stalled, stock } from './testing.ts'

let now: number
let double: Double
const stores: EventStore[] = []
const open = async (namespace = 'muster'): Promise<EventStore> => {
  const store = await opened({ connectionString: double.connectionString, namespace })
  stores.push(store)
  return store
}
beforeEach(async () => {
  now = Date.parse('2027-01-01T00:00:00.000Z')
  double = await startDouble({ log: createLog({ now: () => now }) })
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await double.stop()
})

const foreign = (count: number): void => {
  for (let index = 0; index < count; index += 1) double.log.appendSystemEvent()
}
const write = (store: EventStore, note: string) =>
  appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened(note)] })

describe('records that are not of this log', () => {
  it('are never seen: those of the server, of receipts, of another log', async () => {
    const [ours, theirs] = [await open(), await open('trial')]
    foreign(3)
    await write(theirs, 'theirs')
    const answer = await appended(ours, {
      stream: 'pledge-1',
      expected: noStream,
      events: [happened('ours')],
      receipts: [receipt('key')],
    })
    await ours.recordReceipts([receipt('another')])
    foreign(3)
    expect(notes(await everything(ours))).toEqual(['ours'])
    expect(await ours.head()).toBe(answer.position)
    expect(notes(await everything(theirs))).toEqual(['theirs'])
    expect(await theirs.receiptOf('key')).toBeUndefined()
  })

  it('move the checkpoint of a follower that has nothing to read, and it comes back there', async () => {
    const store = await open()
    const { position } = await write(store, 'a')
    const pages: Page[] = []
    const stop = new AbortController()
    const following = (async () => {
      for await (const page of store.readAll('start', { pageSize: 10, follow: true, signal: stop.signal })) {
        pages.push(page)
        if (page.events.length > 0) foreign(1_200)
        if (page.events.length === 0) stop.abort()
      }
    })()
    await following
    const checkpoint = pages.at(-1)?.through ?? settledAt(0)
    expect(checkpoint).toBeGreaterThan(position)
    expect(await store.head()).toBe(position)
    await write(store, 'b')
    expect(notes(await everything(store, checkpoint))).toEqual(['b'])
    expect(await store.timeOf(checkpoint)).toBe('2027-01-01T00:00:00.000Z')
  })

  it('never let a checkpoint overtake the events on their way to a slow reader', async () => {
    const store = await open()
    for (let block = 0; block < 8; block += 1) {
      stock(double.log, `pledge-${block}`, 450)
      foreign(60)
    }
    const truth = double.log.all.filter(({ stream }) => stream.startsWith('muster/'))
    let seen = 0
    for await (const page of store.readAll('start', { pageSize: 100, follow: false })) {
      // By then all buffers on the way are full, checkpoints among the events.
      if (seen === 0) await stalled(double.eventsSent)
      seen += page.events.length
      expect(truth.filter(({ position }) => position <= page.through)).toHaveLength(seen)
    }
    expect(seen).toBe(truth.length)
  })

  it('are held back by the server', async () => {
    const store = await open()
    stock(double.log, 'pledge-1', 1)
    const elsewhere = {
      id: 'x',
      type: 'Claim',
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: Buffer.from('{}'),
    }
    for (let index = 0; index < 300; index += 1) double.log.append(`muster:receipt/${index}`, 'any', [elsewhere])
    foreign(300)
    stock(double.log, 'pledge-2', 1)
    const before = double.eventsSent()
    expect(await everything(store)).toHaveLength(2)
    // Two events, and what the look at the head brings.
    expect(double.eventsSent() - before).toBeLessThanOrEqual(2 + 8)
  })

  it('are stepped over once, however often the head is asked for', async () => {
    const store = await open()
    await write(store, 'a')
    foreign(600)
    const head = await store.head()
    const before = double.eventsSent()
    for (let look = 0; look < 5; look += 1) expect(await store.head()).toBe(head)
    expect(double.eventsSent() - before).toBeLessThanOrEqual(5 * 8)
  })
})

describe('the index of times', () => {
  it('finds the last position of any instant in a log of several thousand events', async () => {
    const store = await open()
    const truth: Array<{ position: number; at: string }> = []
    for (let batch = 0; batch < 70; batch += 1) {
      now += 60_000
      stock(double.log, `pledge-${batch}`, 50)
      truth.push({ position: double.log.all.at(-1)?.position ?? 0, at: new Date(now).toISOString() })
    }
    for (const { position, at } of truth.filter((_, batch) => batch % 9 === 0)) {
      expect(await store.positionAt(at)).toBe(position)
      expect(await store.positionAt(new Date(Date.parse(at) + 30_000).toISOString())).toBe(position)
    }
    now += 60_000
    const { position } = await write(store, 'later')
    expect(await store.positionAt(new Date(now).toISOString())).toBe(position)
  })

  it('takes the log as known up to the first event after the instant when the clock was set back', async () => {
    const store = await open()
    const times = ['00:05', '00:03', '00:09']
    const positions: number[] = []
    for (const time of times) {
      now = Date.parse(`2027-01-01T${time}:00.000Z`)
      positions.push((await write(store, time)).position)
    }
    expect(await store.positionAt('2027-01-01T00:04:00.000Z')).toBe(0)
    expect(await store.positionAt('2027-01-01T00:05:00.000Z')).toBe(positions[1])
    expect(await store.positionAt('2027-01-01T00:09:00.000Z')).toBe(positions[2])
  })
})

describe('opening', () => {
  const refused = async (options: { readonly connectionString: string; readonly namespace?: string }) => {
    const store = await openEsdbEventStore({ ...options, deadlineMs: 500 })()
    return E.isLeft(store) ? store.left : undefined
  }
  it('says what is wrong with the settings', async () => {
    expect(await refused({ connectionString: 'http://localhost' })).toMatchObject({ _tag: 'WrongSetting' })
    expect(await refused({ connectionString: 'esdb://localhost:2113' })).toMatchObject({
      _tag: 'WrongSetting',
      message: expect.stringContaining('names no user'),
    })
    expect(await refused({ connectionString: double.connectionString, namespace: 'a/b' })).toMatchObject({ _tag: 'WrongSetting' })
  })

  it('says that the server does not answer', async () => {
    const { connectionString } = double
    await double.stop()
    expect(await refused({ connectionString })).toMatchObject({
      _tag: 'Unreachable',
      message: expect.stringContaining('EventStoreDB does not answer'),
    })
  })

  it('refuses records of somebody else under the same name', async () => {
    const store = await open()
    const stranger = {
      id: 'x',
      type: 'Strange',
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: Buffer.from('{}'),
    }
    double.log.append('muster/pledge-9', 'any', [stranger])
    await expect(collect(store.readStream('pledge-9'))).rejects.toThrow('was not written by Muster')
  })
})
