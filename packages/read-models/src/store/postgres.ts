/** Read models in PostgreSQL: rows of a page go in as arrays, one statement per table. */
import pg from 'pg'
import { Kysely, PostgresDialect } from 'kysely'
import { codecOf, FOREVER, type ColumnKind, type Row, type Table } from '../table.ts'
import type { Database } from '../tables.ts'
import { inSequence, type RowStore, type WriteTransaction } from './row-store.ts'
import { createMeta, nameIn, quoted } from './schema.ts'

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
  /** Connections for reads; one more is held while writing. */
  readonly poolSize?: number
}

export const postgresRowStore = async ({ connectionString, poolSize = 8 }: PostgresOptions): Promise<RowStore> => {
  const pool = new pg.Pool({ connectionString, max: poolSize + 1, types })
  // A connection lost while idle is replaced by the pool; the next query reports it if the server stays away.
  pool.on('error', () => undefined)
  // Two services that start at once must not create the same table twice: `if not exists` alone can collide.
  const first = await pool.connect()
  try {
    await first.query('begin')
    await first.query('select pg_advisory_xact_lock(7301126)')
    for (const statement of createMeta('postgres')) await first.query(statement)
    await first.query('commit')
  } finally {
    first.release()
  }

  const reader = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const statements = new Map<string, Statements>()
  const statementsOf = (generation: number, table: Table): Statements => {
    const name = nameIn(generation, table.name)
    const known = statements.get(name) ?? statementsFor(generation, table)
    statements.set(name, known)
    return known
  }

  const transactionOn = (client: pg.PoolClient): WriteTransaction => ({
    query: async (statement, parameters = []) => (await client.query<Record<string, unknown>>(statement, [...parameters])).rows,
    execute: async (statement, parameters = []) => (await client.query(statement, [...parameters])).rowCount ?? 0,
    inForce: async (generation, table, keys) => {
      const codec = codecOf(table)
      const { rows } = await client.query<Record<string, unknown>>(statementsOf(generation, table).inForce, [keys])
      return new Map<string, Row>(rows.map((stored) => [String(stored['key']), codec.decode(stored)]))
    },
    write: async (generation, table, closings, openings) => {
      const { close, open, width } = statementsOf(generation, table)
      if (closings.length > 0) {
        await client.query(close, [closings.map(({ key }) => key), closings.map(({ until }) => until)])
      }
      if (openings.length > 0) {
        await client.query(
          open,
          Array.from({ length: width }, (_, column) => openings.map((opening) => opening[column] ?? null)),
        )
      }
    },
  })

  const oneByOne = inSequence()
  return {
    dialect: 'postgres',
    reader,
    query: async (statement, parameters = []) => (await pool.query<Record<string, unknown>>(statement, [...parameters])).rows,
    transaction: (work) =>
      oneByOne(async () => {
        const client = await pool.connect()
        let broken: Error | undefined
        try {
          await client.query('begin')
          const result = await work(transactionOn(client))
          await client.query('commit')
          return result
        } catch (cause) {
          await client.query('rollback').catch((error: unknown) => {
            broken = error instanceof Error ? error : new Error(String(error))
          })
          throw cause
        } finally {
          client.release(broken)
        }
      }),
    isDuplicate: (cause) => cause instanceof pg.DatabaseError && cause.code === UNIQUE_VIOLATION,
    close: () => oneByOne(() => reader.destroy()),
  }
}
