import { afterEach, beforeEach, expect, it } from 'vitest'
import { appended, exactly, happened, noStream, notes } from '@muster/event-store/testing'
import { settledAt } from '@muster/event-store/expected'
import { openReader } from './reader.ts'
import { opened, temporaryFolder, type TemporaryFolder } from './testing.ts'

let folder: TemporaryFolder
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

it('reads the page at the tail once for all who ask for it, and anew when the log has grown or less is wanted', async () => {
  const path = folder.path('events.db')
  const writer = await opened({ path })
  await appended(writer, { stream: 'pledge-1', expected: noStream, events: [happened('a'), happened('b')] })
  const reader = openReader(path)
  const start = settledAt(0)
  const first = reader.page(start, 10, undefined)
  expect(notes(first.events)).toEqual(['a', 'b'])
  expect(reader.page(start, 2, undefined)).toBe(first)
  expect(notes(reader.page(start, 1, undefined).events)).toEqual(['a'])
  expect(notes(reader.page(start, 10, settledAt(1)).events)).toEqual(['a'])
  expect(notes(reader.page(settledAt(1), 10, undefined).events)).toEqual(['b'])
  await appended(writer, { stream: 'pledge-1', expected: exactly(1), events: [happened('c')] })
  expect(notes(reader.page(start, 10, undefined).events)).toEqual(['a', 'b', 'c'])
  reader.close()
  await writer.close()
})
