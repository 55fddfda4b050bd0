import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventData } from '@muster/event-store/event'
import { appended, everything, exactly, happened, noStream, receipt, refusal } from '@muster/event-store/testing'
import { opened, refusedToOpen, temporaryFolder, type TemporaryFolder } from './testing.ts'

let folder: TemporaryFolder
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const filledStore = async (path: string, events: number): Promise<void> => {
  const store = await opened({ path })
  await store.appendAll(
    Array.from({ length: events }, (_, n) => ({
      stream: `pledge-${n}`,
      expected: noStream,
      events: [happened(String(n))] as const,
    })),
  )
  await store.close()
}

describe('opening a sqlite store', () => {
  it('refuses a second writer, names the one at work, and lets it in when that one has closed', async () => {
    const path = folder.path('events.db')
    const first = await opened({ path })
    const error = await refusedToOpen({ path })
    expect(error).toMatchObject({ _tag: 'AlreadyOpen', pid: process.pid })
    expect(error.message).toContain(`(pid ${process.pid}) has the store ${path} open for writing`)
    await appended(first, { stream: 'pledge-1', expected: noStream, events: [happened('a')] })
    await first.close()
    const second = await opened({ path })
    expect(await everything(second)).toHaveLength(1)
    await second.close()
  })

  it('says so when a file to be read is not there, and does not create it', async () => {
    const path = folder.path('nowhere/events.db')
    expect(await refusedToOpen({ path, readOnly: true })).toMatchObject({ _tag: 'Missing', path })
    expect(existsSync(path)).toBe(false)
  })

  it.each([true, false])('leaves a file alone that is no database (read-only: %s)', async (readOnly) => {
    const path = folder.path('events.db')
    writeFileSync(path, 'Dear diary, '.repeat(1000))
    expect(await refusedToOpen({ path, readOnly })).toMatchObject({ _tag: 'Damaged' })
    expect(readFileSync(path, 'utf8')).toBe('Dear diary, '.repeat(1000))
  })

  it.each([50, 5_000, 20_000])('recognises a file cut off after %i bytes and does not touch it', async (bytes) => {
    const path = folder.path('events.db')
    await filledStore(path, 300)
    truncateSync(path, bytes)
    const before = readFileSync(path)
    for (const readOnly of [true, false]) {
      const error = await refusedToOpen({ path, readOnly })
      expect(error).toMatchObject({ _tag: 'Damaged', message: expect.stringContaining('restore it from a backup') })
    }
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('recognises a file with scrambled pages', async () => {
    const path = folder.path('events.db')
    await filledStore(path, 300)
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4096, 12_288)
    writeFileSync(path, bytes)
    expect(await refusedToOpen({ path })).toMatchObject({ _tag: 'Damaged' })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('leaves the database of another program alone', async () => {
    const path = folder.path('events.db')
    const other = new Database(path)
    other.exec('CREATE TABLE holidays (day TEXT)')
    other.close()
    const before = readFileSync(path)
    expect(await refusedToOpen({ path })).toMatchObject({ _tag: 'NotAStore' })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('leaves the store of a newer version alone', async () => {
    const path = folder.path('events.db')
    await filledStore(path, 1)
    const newer = new Database(path)
    newer.pragma('user_version = 99')
    newer.close()
    expect(await refusedToOpen({ path })).toMatchObject({ _tag: 'WrongVersion', found: 99 })
  })

  it('says so when the path cannot be used', async () => {
    expect(await refusedToOpen({ path: '/dev/null/events.db' })).toMatchObject({ _tag: 'CannotOpen' })
  })
})

const bulky = (note: string): EventData => happened(note + 'x'.repeat(2_000))

describe('a full disk', () => {
  it('refuses the append, says what to do, leaves nothing half, and goes on when there is room again', async () => {
    const path = folder.path('events.db')
    const small = await opened({ path, maxPages: 40 })
    let written = 0
    let refused
    while (refused === undefined && written < 1000) {
      const events = [bulky('a'), bulky('b'), bulky('c')] as const
      const stream = `pledge-${written}`
      const [answer] = await small.appendAll([{ stream, expected: noStream, events, receipts: [receipt(stream)] }])
      if (answer?._tag === 'Left') refused = answer.left
      else written += 1
    }
    expect(refused).toMatchObject({
      _tag: 'StoreUnavailable',
      cause: expect.objectContaining({
        message: expect.stringContaining('The disk is full: nothing of this append was written.'),
      }),
    })
    expect(written).toBeGreaterThan(5)
    expect(await everything(small)).toHaveLength(written * 3)
    expect(await small.receiptOf(`pledge-${written}`)).toBeUndefined()
    const again = await refusal(small, { stream: 'pledge-0', expected: exactly(2), events: [bulky('d'), bulky('e'), bulky('f')] })
    expect(again).toMatchObject({ _tag: 'StoreUnavailable' })
    await small.close()

    const roomy = await opened({ path })
    expect(await everything(roomy)).toHaveLength(written * 3)
    const answer = await appended(roomy, { stream: `pledge-${written}`, expected: noStream, events: [bulky('a')] })
    expect(answer).toEqual({ position: written * 3 + 1, revision: 0 })
    await roomy.close()
  })
})
