/** Golden histories: events as they were once stored, committed as files, decoded by the codec of today for ever after. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Codec } from './codec.ts'

export interface StoredPayload {
  readonly type: string
  readonly data: unknown
}

const payloadOf = (line: string): StoredPayload => {
  const stored: unknown = JSON.parse(line)
  if (
    typeof stored !== 'object' ||
    stored === null ||
    !('type' in stored) ||
    !('data' in stored) ||
    typeof stored.type !== 'string'
  ) {
    throw new TypeError(`not a stored event: ${line}`)
  }
  return { type: stored.type, data: stored.data }
}

/** The events of a history file: one `{"type","data"}` a line. */
const goldenHistory = (path: string): ReadonlyArray<StoredPayload> =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(payloadOf)

/**
 * One test for each `.ndjson` file of a folder: today's codec knows every event in it, and what it makes of the event survives
 * being written and read again.
 */
export const itReadsGoldenHistories = <E extends { readonly type: string }>(codec: Codec<E>, folder: string): void => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ndjson'))
  it(`finds golden histories in ${folder.split('/').slice(-2).join('/')}`, () => expect(files).not.toEqual([]))
  it.each(files)('reads every event of %s', (file) => {
    const events = goldenHistory(join(folder, file))
    expect(events).not.toEqual([])
    for (const stored of events) {
      const decoded = codec.decode(stored.type, stored.data)
      if (decoded._tag !== 'Known') throw new Error(`${JSON.stringify(stored)} is ${JSON.stringify(decoded)}`)
      const again = codec.encode(decoded.event)
      expect(codec.decode(again.type, JSON.parse(JSON.stringify(again.data)))).toEqual(decoded)
    }
  })
}
