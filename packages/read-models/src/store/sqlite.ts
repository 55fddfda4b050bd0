/** Read models in one SQLite file: a connection that writes, another that reads. */
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { codecOf, FOREVER, type Row, type SqlValue, type Table } from '../table.ts'
import type { Database as Tables } from '../tables.ts'
import { inSequence, type RowStore, type WriteTransaction } from './row-store.ts'
import { nameIn, quoted } from './schema.ts'

const plain = (statement: string): string => statement.replaceAll(/\$\d+/g, '?')

interface Prepared {
  readonly inForce: Database.Statement<[string], Row>
  readonly close: Database.Statement<[number, string]>
  readonly open: Database.Statement<SqlValue[]>
}

const prepare = (db: Database.Database, generation: number, table: Table): Prepared => {
  const name = quoted(nameIn(generation, table.name))
  const holes = `(${Array.from({ length: Object.keys(table.columns).length + 3 }, () => '?').join(', ')})`
  return {
    inForce: db.prepare<[string], Row>(`select * from ${name} where "key" = ? and "until" = ${FOREVER}`),
    close: db.prepare(`update ${name} set "until" = ? where "key" = ? and "until" = ${FOREVER}`),
    open: db.prepare(`insert into ${name} values ${holes}`),
  }
}

/** Another writer is waited for this long, without holding up this process. */
const PATIENCE_MS = 10_000
const PAUSE_MS = 5

const isBusy = (cause: unknown): boolean => cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')

const beginImmediate = async (writer: Database.Database): Promise<void> => {
  for (let tries = PATIENCE_MS / PAUSE_MS; ; tries -= 1) {
    try {
      writer.exec('begin immediate')
      return
    } catch (cause) {
      if (!isBusy(cause) || tries <= 0) throw cause
      await setTimeout(PAUSE_MS)
    }
  }
}

export const sqliteRowStore = (file: string): RowStore => {
  const writer = new Database(file)
  writer.pragma('busy_timeout = 0')
  writer.pragma('journal_mode = WAL')
  // Rows and their checkpoint are lost or kept together, and what a power loss takes is projected again: no need for FULL.
  writer.pragma('synchronous = NORMAL')
  writer.pragma('cache_size = -65536')
  // Pages that are written again and again while a log is replayed go to the file once in 32 MB instead of once in 4.
  writer.pragma('wal_autocheckpoint = 8000')
  const readConnection = new Database(file)
  readConnection.pragma('query_only = true')
  readConnection.pragma('cache_size = -32768')
  const reader = new Kysely<Tables>({ dialect: new SqliteDialect({ database: readConnection }) })

  const prepared = new Map<string, Prepared>()
  const statementsOf = (generation: number, table: Table): Prepared => {
    const name = nameIn(generation, table.name)
    const known = prepared.get(name) ?? prepare(writer, generation, table)
    prepared.set(name, known)
    return known
  }
  const all = (db: Database.Database, statement: string, parameters: ReadonlyArray<SqlValue>): ReadonlyArray<Row> =>
    db.prepare<SqlValue[], Row>(plain(statement)).all(...parameters)

  const transaction: WriteTransaction = {
    query: async (statement, parameters = []) => all(writer, statement, parameters),
    execute: async (statement, parameters = []) => writer.prepare<SqlValue[]>(plain(statement)).run(...parameters).changes,
    inForce: async (generation, table, keys) => {
      const { inForce } = statementsOf(generation, table)
      const codec = codecOf(table)
      const found = new Map<string, Row>()
      for (const key of keys) {
        const stored = inForce.get(key)
        if (stored !== undefined) found.set(key, codec.decode(stored))
      }
      return found
    },
    write: async (generation, table, closings, openings) => {
      const { close, open } = statementsOf(generation, table)
      for (const { key, until } of closings) close.run(until, key)
      // One row per statement: measured, longer statements bind more slowly than they save in calls.
      for (const opening of openings) open.run(...opening)
    },
  }

  const oneByOne = inSequence()
  return {
    dialect: 'sqlite',
    reader,
    query: async (statement, parameters = []) => all(readConnection, statement, parameters),
    transaction: (work) =>
      oneByOne(async () => {
        await beginImmediate(writer)
        try {
          const result = await work(transaction)
          writer.exec('commit')
          return result
        } catch (cause) {
          if (writer.inTransaction) writer.exec('rollback')
          throw cause
        }
      }),
    isDuplicate: (cause) =>
      cause instanceof Database.SqliteError &&
      (cause.code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || cause.code === 'SQLITE_CONSTRAINT_UNIQUE'),
    close: async () => {
      await oneByOne(async () => {
        await reader.destroy()
        writer.close()
      })
    },
  }
}
