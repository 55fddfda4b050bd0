/** Read models in PostgreSQL: rows of a page go in as arrays, one statement per table. */
import pg from 'pg'
import { Kysely, PostgresDialect } from 'kysely'
import { codecOf, FOREVER, type ColumnKind, type Row, type Table } from '../table.ts'
import type { Database } from '../tables.ts'
import type { RowStore, WriteTransaction } from './row-store.ts'
import { nameIn, quoted } from './schema.ts'

/** Counts, sums and positions come as text from the driver; all of them are whole numbers below 2⁵³. */
const asNumber = (text: string): number => Number(text)
const WHOLE_NUMBERS: ReadonlySet<number> = new Set([pg.types.builtins.INT4, pg.types.builtins.INT8, pg.types.builtins.NUMERIC])
const asText = (text: string): string => text
/** Every other column of these tables is text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) => (WHOLE_NUMBERS.has(oid) ? asNumber : asText),
}

const UNIQUE_VIOLATION = '23505'

const arrayType = (kind: ColumnKind): string => (kind === 'text' || kind === 'json' ? 'text[]' : 'bigint[]')

interface Statements {
  readonly inForce: string
  readonly close: string
  readonly open: string
  readonly width: number
}

const statementsFor = (generation: number, table: Table): Statements => {
  const name = quoted(nameIn(generation, table.name))
  const kinds: ReadonlyArray<ColumnKind> = ['text', 'integer', 'integer', ...Object.values(table.columns).map(({ kind }) => kind)]
  return {
    inForce: `select found.* from unnest($1::text[]) as wanted("key")
      join ${name} as found on found."key" = wanted."key" and found."until" = ${FOREVER}`,
    close: `update ${name} as t set "until" = c."until"
      from unnest($1::text[], $2::bigint[]) as c("key", "until")
      where t."key" = c."key" and t."until" = ${FOREVER}`,
    open: `insert into ${name} select * from unnest(${kinds.map((kind, index) => `$${index + 1}::${arrayType(kind)}`).join(', ')})`,
    width: kinds.length,
  }
}

export interface PostgresOptions {
  readonly connectionString: string
  /** Most connections for reads; 8 unless given. */
  readonly readers?: number
  /** Most connections for writes: pages that are applied at the same time, and leases; 4 unless given. */
  readonly writers?: number
  /** A transaction whose process says nothing for this long is ended by the server: what it has locked must not stay locked. */
  readonly silenceMs: number
}

/** For a connection to be made or to become free. */
const CONNECT_MS = 10_000
/** No statement of a page or of an answer takes as long while all is well. */
const STATEMENT_MS = 60_000

/** Reads and writes have pools of their own: many who ask must not keep the projector waiting. */
const poolsOf = ({
  connectionString,
  readers = 8,
  writers = 4,
  silenceMs,
}: PostgresOptions): { read: pg.Pool; write: pg.Pool } => {
  const shared = {
    connectionString,
    types,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
  }
  const read = new pg.Pool({ ...shared, max: readers })
  const write = new pg.Pool({ ...shared, max: writers, idle_in_transaction_session_timeout: silenceMs })
  for (const pool of [read, write]) {
    // A connection lost while idle is replaced by the pool; one lost while in use fails its query. Neither may end the process.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
  }
  return { read, write }
}

type Ask = (statement: string, parameters?: ReadonlyArray<unknown>) => Promise<pg.QueryResult<Record<string, unknown>>>

/** A connection within a transaction, and whether the server still answers on it. */
const conversation = (client: pg.PoolClient): { readonly ask: Ask; readonly lost: () => Error | undefined } => {
  let lost: Error | undefined
  return {
    lost: () => lost,
    ask: async (statement, parameters = []) => {
      try {
        return await client.query<Record<string, unknown>>(statement, [...parameters])
      } catch (cause) {
        // A refusal is an answer; without one (connection gone, no reply in time) nobody knows what the connection still waits for.
        if (!(cause instanceof pg.DatabaseError)) lost = cause instanceof Error ? cause : new Error(String(cause))
        throw cause
      }
    },
  }
}

export const postgresRowStore = (options: PostgresOptions): RowStore => {
  const { read, write } = poolsOf(options)
  const reader = new Kysely<Database>({ dialect: new PostgresDialect({ pool: read }) })
  const statements = new Map<string, Statements>()
  const statementsOf = (generation: number, table: Table): Statements => {
    const name = nameIn(generation, table.name)
    const known = statements.get(name) ?? statementsFor(generation, table)
    statements.set(name, known)
    return known
  }

  const transactionOn = (ask: Ask): WriteTransaction => ({
    query: async (statement, parameters) => (await ask(statement, parameters)).rows,
    execute: async (statement, parameters) => (await ask(statement, parameters)).rowCount ?? 0,
    inForce: async (generation, table, keys) => {
      const codec = codecOf(table)
      const { rows } = await ask(statementsOf(generation, table).inForce, [keys])
      return new Map<string, Row>(rows.map((stored) => [String(stored['key']), codec.decode(stored)]))
    },
    write: async (generation, table, closings, openings) => {
      const { close, open, width } = statementsOf(generation, table)
      if (closings.length > 0) {
        await ask(close, [closings.map(({ key }) => key), closings.map(({ until }) => until)])
      }
      if (openings.length > 0) {
        await ask(
          open,
          Array.from({ length: width }, (_, column) => openings.map((opening) => opening[column] ?? null)),
        )
      }
    },
  })

  return {
    dialect: 'postgres',
    reader,
    query: async (statement, parameters = []) => (await read.query<Record<string, unknown>>(statement, [...parameters])).rows,
    transaction: async (work) => {
      const client = await write.connect()
      const { ask, lost } = conversation(client)
      try {
        await ask('begin')
        const result = await work(transactionOn(ask))
        await ask('commit')
        return result
      } catch (cause) {
        if (lost() === undefined) await ask('rollback').catch(() => undefined)
        throw cause
      } finally {
        client.release(lost())
      }
    },
    isDuplicate: (cause) => cause instanceof pg.DatabaseError && cause.code === UNIQUE_VIOLATION,
    close: async () => {
      await reader.destroy()
      await write.end()
    },
  }
}
