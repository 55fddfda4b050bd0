/** How fast a log of synthetic events becomes rows, beside the bare insertion of the very same rows in the same batches. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import Database from 'better-sqlite3'
import { settledAt } from '@muster/event-store/expected'
import { openPostgresReadModels, openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'
import { wholeLog } from '@muster/read-models/slots'
import { createTable, nameIn, quoted } from '@muster/read-models/store/schema'
import { generationSubscriber } from '@muster/read-models/subscriber'
import { tables } from '@muster/read-models/tables'
import { startPostgres } from '@muster/read-models/testing/postgres'
import { spansOf } from '@muster/subscription/spans'
import { rateFigure, type Figure } from '../figure.ts'
import { syntheticPages } from './log.ts'

export interface ProjectionBenchOptions {
  /** Events of the log; a million unless given. */
  readonly events?: number
  readonly pageSize?: number
  /** PostgreSQL gets a part of it, because it is started anew each time. */
  readonly postgresEvents?: number
}

const clock = () => '2027-01-01T00:00:00.000Z'
const AIM_EVENTS_PER_SECOND = 50_000

/** Events per second, generation of the events left out. */
const project = async (readModels: ReadModelStore, events: number, pageSize: number): Promise<number> => {
  const subscriber = generationSubscriber(readModels, { generation: 1, checkpoints: wholeLog(readModels.dialect) })
  let after = settledAt(0)
  let milliseconds = 0
  for (const page of syntheticPages(events, pageSize)) {
    const through = settledAt(after + page.length)
    const start = performance.now()
    const spans = spansOf(
      page,
      () => undefined,
      () => false,
    )
    const delivered = await subscriber.deliver({ spans, after, through })()
    milliseconds += performance.now() - start
    if (E.isLeft(delivered)) throw new Error(`the page after ${after} was not taken: ${JSON.stringify(delivered.left)}`)
    after = through
  }
  return (events / milliseconds) * 1_000
}

/** The rows of a filled generation into empty tables of the same shape, as many in a transaction as the projection wrote. */
const insertBare = (
  filled: string,
  empty: string,
  events: number,
  pageSize: number,
): { readonly rows: number; readonly rate: number } => {
  const source = new Database(filled, { readonly: true })
  const target = new Database(empty)
  target.pragma('journal_mode = WAL')
  target.pragma('synchronous = NORMAL')
  target.pragma('cache_size = -65536')
  let [rows, milliseconds] = [0, 0]
  const counts = tables.map(({ name }) =>
    Number(
      source
        .prepare(`select count(*) from ${quoted(nameIn(1, name))}`)
        .pluck()
        .get(),
    ),
  )
  const batch = Math.ceil((counts.reduce((sum, count) => sum + count, 0) / events) * pageSize)
  for (const table of tables) {
    for (const statement of createTable('sqlite', 1, table)) target.exec(statement)
    const name = quoted(nameIn(1, table.name))
    const holes = Array.from({ length: Object.keys(table.columns).length + 3 }, () => '?').join(', ')
    const insert = target.prepare(`insert into ${name} values (${holes})`)
    let waiting: unknown[][] = []
    const write = (): void => {
      const start = performance.now()
      target.exec('begin immediate')
      for (const row of waiting) insert.run(...row)
      target.exec('commit')
      milliseconds += performance.now() - start
      rows += waiting.length
      waiting = []
    }
    for (const row of source.prepare<[], unknown[]>(`select * from ${name} order by "since"`).raw().iterate()) {
      waiting.push(row)
      if (waiting.length >= batch) write()
    }
    if (waiting.length > 0) write()
  }
  source.close()
  target.close()
  return { rows, rate: (events / milliseconds) * 1_000 }
}

export const projectionFigures = async (options: ProjectionBenchOptions = {}): Promise<Figure[]> => {
  const { events = 1_000_000, pageSize = 2_000, postgresEvents = Math.min(events, 100_000) } = options
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-projection-'))
  try {
    const file = join(folder, 'projected.db')
    const sqlite = await openSqliteReadModels(file, { clock })
    const rate = await project(sqlite, events, pageSize)
    await sqlite.close()
    const bare = insertBare(file, join(folder, 'bare.db'), events, pageSize)
    const server = await startPostgres()
    try {
      const connectionString = await server.database('bench')
      const postgres = await openPostgresReadModels({ connectionString }, { clock })
      const postgresRate = await project(postgres, postgresEvents, pageSize)
      await postgres.close()
      return [
        {
          ...rateFigure(
            `projection of ${events} events to SQL (SQLite)`,
            rate,
            'events/s',
            { name: 'bare insertion of the same rows, events/s', value: bare.rate },
            null,
          ),
          aim: AIM_EVENTS_PER_SECOND,
          met: rate >= AIM_EVENTS_PER_SECOND,
        },
        {
          name: `projection of ${postgresEvents} events to SQL (PostgreSQL)`,
          value: postgresRate,
          unit: 'events/s',
          reference: { name: 'the same projection to SQLite, events/s', value: rate },
          ratio: postgresRate / rate,
          aim: null,
          met: null,
        },
      ]
    } finally {
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
