/**
 * Durable appends by concurrent callers, each waiting for its answer, against raw SQLite that writes the same rows with the
 * same durability, the same number of rows a commit, on one thread that does nothing else. What callers append, and the rows
 * of the reference, are made before the time is taken.
 */
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import type { Append, Expected } from '@muster/event-store/event-store'
import { rowText, textOfEvent } from '@muster/event-store-sqlite/format'
import { tuneWriter } from '@muster/event-store-sqlite/schema'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { median, rateFigure, type Figure } from '../figure.ts'
import { syntheticEvent } from './synthetic.ts'

const EVENTS_PER_STREAM = 10
const AIM = 0.7

/** Appends so many events; answers with the seconds it took. */
interface Runner {
  readonly run: (events: number) => Promise<number>
  readonly close: () => Promise<void>
}

/** Where the `n`-th event of all goes when `callers` take turns, each filling a stream before it begins the next. */
const placeOf = (n: number, callers: number): { readonly stream: number; readonly revision: number } => {
  const round = Math.floor(n / callers)
  return { stream: Math.floor(round / EVENTS_PER_STREAM) * callers + (n % callers), revision: round % EVENTS_PER_STREAM }
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000

const rawRunner = (path: string, batch: number): Runner => {
  const db = new Database(path)
  tuneWriter(db)
  db.exec(`CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE UNIQUE INDEX places ON events (stream, revision)`)
  const insert = db.prepare('INSERT INTO events (position, stream, revision, body) VALUES (?, ?, ?, ?)')
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  let written = 0

  const rowOf = (n: number): readonly [number, number, number, string] => {
    const { stream, revision } = placeOf(n, batch)
    const text = textOfEvent(`pledge-P-${stream}`, syntheticEvent(n))
    return [n + 1, stream, revision, rowText(n + 1, revision, '2027-01-01T00:00:00.000Z', text)]
  }

  return {
    run: async (events) => {
      const rows = Array.from({ length: events }, (_, index) => rowOf(written + index))
      written += events
      const started = performance.now()
      for (let first = 0; first < events; first += batch) {
        begin.run()
        for (const row of rows.slice(first, first + batch)) insert.run(...row)
        commit.run()
      }
      return secondsSince(started)
    },
    close: async () => void db.close(),
  }
}

const storeRunner = async (path: string, callers: number): Promise<Runner> => {
  const opening = await openSqliteEventStore({ path })()
  if (E.isLeft(opening)) throw new Error(opening.left.message)
  const store = opening.right
  let written = 0

  const appendOf = (n: number): Append => {
    const { stream, revision } = placeOf(n, callers)
    const expected: Expected = revision === 0 ? { _tag: 'NoStream' } : { _tag: 'Exactly', revision: revision - 1 }
    return { stream: `pledge-P-${stream}`, expected, events: [syntheticEvent(n)] }
  }

  const caller = async (appends: ReadonlyArray<Append>, first: number): Promise<void> => {
    for (let index = first; index < appends.length; index += callers) {
      const append = appends[index]
      const answer = append && (await store.append(append)())
      if (!answer || E.isLeft(answer)) throw new Error(`append failed: ${JSON.stringify(answer)}`)
    }
  }

  return {
    run: async (events) => {
      const appends = Array.from({ length: events }, (_, index) => appendOf(written + index))
      written += events
      const started = performance.now()
      await Promise.all(Array.from({ length: callers }, (_, index) => caller(appends, index)))
      return secondsSince(started)
    },
    close: () => store.close(),
  }
}

export interface AppendBenchOptions {
  /** A folder for the database files, on the disk to be measured. */
  readonly folder: string
  readonly callers: ReadonlyArray<number>
  /** Raw and store take turns so often, so that a busy moment of the machine meets both. */
  readonly rounds: number
  /** Commits in a round; each carries as many events as there are callers, up to `eventsPerRound`. */
  readonly commitsPerRound: number
  readonly eventsPerRound: number
}

export const appendFigures = async (options: AppendBenchOptions): Promise<ReadonlyArray<Figure>> => {
  const { folder, callers, rounds, commitsPerRound, eventsPerRound } = options
  const figures: Figure[] = []
  for (const count of callers) {
    const raw = rawRunner(`${folder}/raw-${count}.db`, count)
    const store = await storeRunner(`${folder}/store-${count}.db`, count)
    const events = count * Math.max(1, Math.min(commitsPerRound, Math.floor(eventsPerRound / count)))
    const rates: { raw: number; store: number }[] = []
    // The first round warms both up and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      rates.push({ raw: events / (await raw.run(events)), store: events / (await store.run(events)) })
    }
    await raw.close()
    await store.close()
    const counted = rates.slice(1)
    const reference = { name: `raw SQLite, ${count} rows a commit`, value: median(counted.map((rate) => rate.raw)) }
    figures.push(rateFigure(`append, ${count} callers`, median(counted.map((rate) => rate.store)), 'events/s', reference, AIM))
  }
  return figures
}
