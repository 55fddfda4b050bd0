import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openJournal } from './journal.ts'

const folder = mkdtempSync(join(tmpdir(), 'muster-journal-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a journal gives back what was answered, drops a line that was cut off, and goes on behind it', () => {
  const path = join(folder, 'log.ndjson')
  const event = (id: string) => ({
    id,
    type: 'pledge-submitted',
    contentType: 'application/json',
    data: Uint8Array.from(Buffer.from(`{"synthetic":"${id} Ñ"}`)),
    metadata: new Uint8Array(),
  })
  const first = openJournal(path)
  first.log.append('pledge-1', 'no_stream', [event('a'), event('b')])
  first.log.append('pledge-2', 'no_stream', [event('c')])
  first.close()
  appendFileSync(path, '[{"id":"d","ty')

  const second = openJournal(path)
  expect(second.log.all).toEqual(first.log.all)
  expect(second.log.append('pledge-1', 0, [event('x')])).toMatchObject({ _tag: 'WrongExpectedVersion', current: 1 })
  const written = second.log.append('pledge-1', 1, [event('e')])
  expect(written).toMatchObject({ _tag: 'Written', revision: 2 })
  second.close()

  const third = openJournal(path)
  expect(third.log.all.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'e'])
  expect(third.log.stream('pledge-1').map(({ revision }) => revision)).toEqual([0, 1, 2])
  third.close()
})
