/** Keeps the double's log in a file, one append a line, so that it outlives its process. It is not synced: it survives a kill, not a power cut. */
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { createLog, type ServerLog, type StoredEvent } from './log.ts'

const Line = z.array(
  z.object({
    id: z.string(),
    type: z.string(),
    contentType: z.string(),
    stream: z.string(),
    revision: z.number(),
    position: z.number(),
    created: z.string().transform(BigInt),
    data: z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
    metadata: z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
  }),
)

const lineOf = (events: ReadonlyArray<StoredEvent>): string =>
  `${JSON.stringify(
    events.map(({ created, data, metadata, ...event }) => ({
      ...event,
      created: String(created),
      data: Buffer.from(data).toString('base64'),
      metadata: Buffer.from(metadata).toString('base64'),
    })),
  )}\n`

export interface Journal {
  readonly log: ServerLog
  readonly close: () => void
}

/** A last line that was cut off by a kill had not been answered, so it is dropped. */
export const openJournal = (path: string): Journal => {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
  const file = openSync(path, 'a')
  ftruncateSync(file, whole.length)
  const lines = whole.toString('utf8').split('\n').slice(0, -1)
  const log = createLog({
    kept: lines.flatMap((line) => Line.parse(JSON.parse(line))),
    keep: (events) => void writeSync(file, lineOf(events)),
  })
  return { log, close: () => closeSync(file) }
}
