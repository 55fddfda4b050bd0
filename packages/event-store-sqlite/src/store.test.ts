import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventStoreContract } from '@muster/event-store/contract'
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
  receipt,
  refusal,
} from '@muster/event-store/testing'
import { opened, temporaryFolder, type TemporaryFolder } from './testing.ts'

eventStoreContract('sqlite', async () => {
  const folder = temporaryFolder()
  const path = folder.path('events.db')
  const store = await opened({ path })
  return {
    store,
    reopen: async () => {
      await store.close()
      return opened({ path })
    },
    dispose: async () => folder.remove(),
  }
})

let folder: TemporaryFolder
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

describe('the sqlite store', () => {
  it('records the time of a clock it is given, and never an earlier time at a later position, even after a restart', async () => {
    const path = folder.path('events.db')
    const times = ['2027-01-01T00:00:05.000Z', '2027-01-01T00:00:03.000Z']
    const first = await opened({ path, clock: () => times.shift() ?? '' })
    for (const note of ['a', 'b']) await appended(first, { stream: 'pledge-1', expected: anyRevision, events: [happened(note)] })
    await first.close()
    const second = await opened({ path, clock: () => '2027-01-01T00:00:04.000Z' })
    await appended(second, { stream: 'pledge-1', expected: anyRevision, events: [happened('c')] })
    const recorded = (await everything(second)).map((event) => event.recordedAt)
    expect(recorded).toEqual(Array.from({ length: 3 }, () => '2027-01-01T00:00:05.000Z'))
    await second.close()
  })

  it('hands over what is appended in one moment together, with one time', async () => {
    let asked = 0
    const store = await opened({
      path: folder.path('events.db'),
      clock: () => {
        asked += 1
        return `2027-01-01T00:00:00.${String(asked).padStart(3, '0')}Z`
      },
    })
    const writes = Array.from({ length: 50 }, (_, n) =>
      store.append({ stream: `pledge-${n}`, expected: noStream, events: [happened(String(n))] })(),
    )
    expect(new Set((await Promise.all(writes)).map((answer) => done(answer).position)).size).toBe(50)
    expect(new Set((await everything(store)).map((event) => event.recordedAt)).size).toBeLessThan(5)
    await store.close()
  })

  it('recognises a repeat without an expectation in a long stream, before and after a restart', async () => {
    const path = folder.path('events.db')
    const store = await opened({ path })
    const appends = Array.from({ length: 700 }, (_, n) => ({
      stream: 'log-1',
      expected: anyRevision,
      events: [happened(String(n))] as const,
    }))
    const answers = (await store.appendAll(appends)).map(done)
    expect((await store.appendAll(appends)).map(done)).toEqual(answers)
    await store.close()
    const again = await opened({ path })
    expect((await again.appendAll(appends.toReversed())).map(done)).toEqual(answers.toReversed())
    const events = [happened('new'), ...(appends[3]?.events ?? [])] as const
    const mixed = { stream: 'log-1', expected: anyRevision, events }
    expect(await refusal(again, mixed)).toMatchObject({ _tag: 'RevisionConflict', actual: 699 })
    expect(await history(again, 'log-1')).toHaveLength(700)
    await again.close()
  })

  it('reads pages of any size, huge events among small ones', async () => {
    const store = await opened({ path: folder.path('events.db') })
    const huge = 'x'.repeat(6 * 1024 * 1024)
    const written = Array.from({ length: 300 }, (_, n) => (n % 50 === 7 ? huge : String(n)))
    await store.appendAll(
      written.map((note, n) => ({ stream: `pledge-${n}`, expected: noStream, events: [happened(note)] as const })),
    )
    const pages = await collect(store.readAll('start', { pageSize: 1000, follow: false }))
    const events = pages.flatMap((page) => page.events)
    expect(notes(events)).toEqual(written)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.at(-1)).toMatchObject({ isTail: true, through: 300 })
    await store.close()
  })

  it('says after closing that it is closed', async () => {
    const store = await opened({ path: folder.path('events.db') })
    const last = store.append({ stream: 'pledge-1', expected: noStream, events: [happened('a')] })()
    await store.close()
    await store.close()
    expect(done(await last).revision).toBe(0)
    expect(await refusal(store, { stream: 'pledge-1', expected: exactly(0), events: [happened('b')] })).toMatchObject({
      _tag: 'StoreUnavailable',
      cause: expect.objectContaining({ message: 'The store is closed.' }),
    })
    await expect(store.recordReceipts([receipt('late')])).rejects.toThrow('could not be stored')
  })
})

describe('a sqlite store opened read-only beside a writer', () => {
  it('sees what the writer commits, follows it, and refuses to write', async () => {
    const path = folder.path('events.db')
    const writer = await opened({ path })
    await appended(writer, { stream: 'pledge-1', expected: noStream, events: [happened('a')] })
    const reader = await opened({ path, readOnly: true })
    expect(notes(await everything(reader))).toEqual(['a'])
    const stop = new AbortController()
    const seen: unknown[] = []
    const following = (async () => {
      for await (const page of reader.readAll('start', { pageSize: 10, follow: true, signal: stop.signal })) {
        seen.push(...notes(page.events))
        if (seen.length === 3) stop.abort()
      }
    })()
    await appended(writer, { stream: 'pledge-1', expected: exactly(0), events: [happened('b')] })
    await sleep(5)
    await appended(writer, { stream: 'pledge-1', expected: exactly(1), events: [happened('c')] })
    await following
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(await refusal(reader, { stream: 'pledge-1', expected: anyRevision, events: [happened('d')] })).toMatchObject({
      _tag: 'StoreUnavailable',
      cause: expect.objectContaining({ message: expect.stringContaining('read-only') }),
    })
    await reader.close()
    await writer.close()
  })

  it('reads a store that nobody has open', async () => {
    const path = folder.path('events.db')
    const writer = await opened({ path })
    await appended(writer, { stream: 'pledge-1', expected: noStream, events: [happened('a')] })
    await writer.close()
    const reader = await opened({ path, readOnly: true })
    expect(notes(await everything(reader))).toEqual(['a'])
    await reader.close()
  })
})
