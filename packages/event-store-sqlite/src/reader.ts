/** Reads from the callers' own thread over a connection of their own; a page is one look at the log, in one snapshot. */
import Database from 'better-sqlite3'
import type { Page, StoredReceipt } from '@muster/event-store/event-store'
import type { RecordedEvent, SettledPosition, StreamName, StreamRevision } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { eventOf, isList, positionOf } from './format.ts'
import { hashOf, tuneReader } from './schema.ts'

export interface Reader {
  readonly page: (after: SettledPosition, limit: number, until: SettledPosition | undefined) => Page
  readonly stream: (stream: StreamName, from: StreamRevision, to: StreamRevision) => Generator<RecordedEvent>
  readonly head: () => SettledPosition
  /** The event at or before a position. */
  readonly eventAt: (position: SettledPosition) => RecordedEvent | undefined
  readonly receipt: (key: string) => StoredReceipt | undefined
  /** A number that changes when any other connection has committed. */
  readonly version: () => number
  readonly close: () => void
}

/** A page ends early when it has this much text, so that a few huge events do not fill the memory. */
const PAGE_CHARACTERS = 16 * 1024 * 1024
const FIRST_ROWS = 64
const MOST_ROWS = 1_000
const STREAM_ROWS = 500

const isText = (value: unknown): value is string => typeof value === 'string'

const receiptOf = (row: unknown): StoredReceipt | undefined => {
  if (!isList(row)) return undefined
  const [key, fingerprint, response, position] = row
  if (!isText(key) || !isText(fingerprint) || !isText(response)) return undefined
  const answer: unknown = JSON.parse(response)
  return { key, fingerprint, response: answer, position: positionOf(position) }
}

export const openReader = (path: string): Reader => {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  tuneReader(db)
  const everything = db
    .prepare<[number, number, number]>('SELECT body FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?')
    .pluck()
  const ofStream = db
    .prepare<[string, number, number, number]>(
      'SELECT body FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision BETWEEN ? AND ? ORDER BY revision LIMIT ?',
    )
    .pluck()
  const before = db.prepare<[number]>('SELECT body FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1').pluck()
  const last = db.prepare('SELECT max(position) FROM events').pluck()
  const receipts = db
    .prepare<[number, string]>(
      'SELECT key, fingerprint, response, position FROM receipts WHERE hash = ? AND key = ? ORDER BY rowid LIMIT 1',
    )
    .raw()

  const head = (): SettledPosition => positionOf(last.get())

  const version = (): number => Number(db.pragma('data_version', { simple: true }))

  const readPage = db.transaction((after: SettledPosition, limit: number, until: SettledPosition | undefined): Page => {
    const latest = head()
    const end = settledAt(Math.min(until ?? latest, latest))
    const events: RecordedEvent[] = []
    let through = after
    let characters = 0
    let rows = Math.min(FIRST_ROWS, limit)
    while (through < end && events.length < limit && characters < PAGE_CHARACTERS) {
      const bodies = everything.all(through, end, Math.min(rows, limit - events.length)).filter(isText)
      for (const body of bodies) {
        events.push(eventOf(body))
        characters += body.length
      }
      through = bodies.length === 0 ? end : (events.at(-1)?.position ?? end)
      // Small rows come in large handfuls, large ones in small.
      if (characters / events.length < PAGE_CHARACTERS / MOST_ROWS) rows = Math.min(rows * 4, MOST_ROWS)
    }
    return { events, through, isTail: through >= latest }
  })

  /** Followers come to the tail one after another and ask for the same page: it is read and parsed once. */
  let tail: { readonly after: SettledPosition; readonly version: number; readonly page: Page } | undefined
  const page: Reader['page'] = (after, limit, until) => {
    // Taken before the look, so that what is written meanwhile makes the page old and not the other way round.
    const now = version()
    const same = tail !== undefined && tail.after === after && tail.version === now && tail.page.events.length <= limit
    if (tail !== undefined && same && until === undefined) return tail.page
    const read = readPage(after, limit, until)
    if (read.isTail) tail = { after, version: now, page: read }
    return read
  }

  return {
    page,
    stream: function* (stream, from, to) {
      let next = from
      while (next <= to) {
        const bodies = ofStream.all(stream, next, to, STREAM_ROWS).filter(isText)
        for (const body of bodies) {
          const event = eventOf(body)
          next = event.revision + 1
          yield event
        }
        if (bodies.length < STREAM_ROWS) return
      }
    },
    head,
    eventAt: (position) => {
      const body = before.get(position)
      return isText(body) ? eventOf(body) : undefined
    },
    receipt: (key) => receiptOf(receipts.get(hashOf(key), key)),
    version,
    close: () => db.close(),
  }
}
