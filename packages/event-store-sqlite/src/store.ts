/**
 * The embedded event store: one SQLite file, one writer thread that commits everything queued at once and durably, readers
 * beside it. One process writes; any number may read.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Clock, Instant } from '@muster/kernel/time'
import type { EventStore } from '@muster/event-store/event-store'
import type { SettledPosition } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { createTail, pages, type Tail } from '@muster/event-store/tail'
import { inspect } from './inspect.ts'
import { cannotOpen, missing, type OpenError } from './open-error.ts'
import { openReader, type Reader } from './reader.ts'
import { watch } from './watch.ts'
import { openWriter, type Answer, type WriterClient } from './writer-client.ts'

export interface SqliteStoreOptions {
  /** The database file; `-wal`, `-shm` and `-lock` files lie beside it. Created with its folder when it is not there. */
  readonly path: string
  /** Gives the recorded time; the system's by default. */
  readonly clock?: Clock
  /** Opens beside a running writer; every append is refused. */
  readonly readOnly?: boolean
  /** How often one that only reads looks whether another process or thread has written; 100 ms by default. See watch.ts. */
  readonly lookEveryMs?: number
  /** Most pages (4 KiB) the file may have; beyond it appends are refused as on a full disk. */
  readonly maxPages?: number
}

const LOOK_EVERY_MS = 100

const systemClock: Clock = () => new Date().toISOString()

/** The last position recorded at or before an instant: recorded times never fall, so halving finds it. */
const positionAt = (reader: Reader, instant: Instant): SettledPosition => {
  let known = 0
  let unknown: number = reader.head() + 1
  while (unknown - known > 1) {
    const middle = Math.floor((known + unknown) / 2)
    const event = reader.eventAt(settledAt(middle))
    if (!event || event.recordedAt <= instant) known = middle
    else unknown = middle
  }
  return settledAt(known)
}

const storeOver = (reader: Reader, writer: WriterClient, tail: Tail, close: () => Promise<void>): EventStore => ({
  append: (append) => () => writer.append(append),
  appendAll: (appends) => Promise.all(appends.map((append) => writer.append(append))),
  readStream: async function* (stream, from = 0, to = Number.MAX_SAFE_INTEGER) {
    yield* reader.stream(stream, from, to)
  },
  readAll: (after, options) => pages(after, options, reader.page, tail),
  head: async () => reader.head(),
  positionAt: async (instant) => positionAt(reader, instant),
  timeOf: async (position) => reader.eventAt(position)?.recordedAt,
  receiptOf: async (key) => reader.receipt(key),
  recordReceipts: async (receipts) => {
    if (receipts.length === 0) return
    const answer = await writer.record(receipts)
    if (E.isLeft(answer)) throw new Error('The receipts could not be stored.', { cause: answer.left })
  },
  close,
})

const openForWriting = async (
  path: string,
  clock: Clock,
  maxPages: number | undefined,
): Promise<E.Either<OpenError, EventStore>> => {
  mkdirSync(dirname(path), { recursive: true })
  const tail = createTail()
  const writer = await openWriter({ path, maxPages }, clock, tail.grown)
  if (E.isLeft(writer)) return writer
  const reader = openReader(path)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await writer.right.close()
    reader.close()
  }
  return E.right(storeOver(reader, writer.right, tail, () => (closing ??= close())))
}

const readOnlyWriter = (path: string): WriterClient => {
  const refuse = async (): Promise<Answer> =>
    E.left({ _tag: 'StoreUnavailable', cause: new Error(`The store ${path} is open read-only: send the command to the server.`) })
  return { append: refuse, record: refuse, close: async () => {} }
}

const openForReading = (path: string, lookEveryMs: number): E.Either<OpenError, EventStore> => {
  if (!existsSync(path)) return E.left(missing(path))
  const fault = inspect(path)
  if (fault) return E.left(fault)
  const reader = openReader(path)
  const tail = createTail()
  const stopWatching = watch(reader, lookEveryMs, tail.grown)
  const close = async (): Promise<void> => {
    stopWatching()
    reader.close()
  }
  return E.right(storeOver(reader, readOnlyWriter(path), tail, close))
}

/** Opens the store, for writing unless `readOnly`. The errors say in a sentence what to do; a damaged file is not touched. */
export const openSqliteEventStore =
  (options: SqliteStoreOptions): TaskEither<OpenError, EventStore> =>
  async () => {
    const path = resolve(options.path)
    try {
      if (options.readOnly) return openForReading(path, options.lookEveryMs ?? LOOK_EVERY_MS)
      return await openForWriting(path, options.clock ?? systemClock, options.maxPages)
    } catch (error) {
      return E.left(cannotOpen(path, error))
    }
  }
