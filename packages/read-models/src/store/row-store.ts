/** The seam between versioning and SQL: what a dialect must be able to do with rows, in one transaction. */
import type { Kysely } from 'kysely'
import type { Dialect } from '../read-models.ts'
import type { Row, SqlValue, Table } from '../table.ts'
import type { Database } from '../tables.ts'

/** The row in force of this key ends. */
export interface Closing {
  readonly key: string
  readonly until: number
}
/** Key, since, until, then the table's columns in their order. */
export type Opening = ReadonlyArray<SqlValue>

export interface WriteTransaction {
  /** `$1`, `$2` … stand for the parameters, each once and in order. */
  readonly query: (statement: string, parameters?: ReadonlyArray<SqlValue>) => Promise<ReadonlyArray<Row>>
  /** Runs a statement and tells how many rows it touched. */
  readonly execute: (statement: string, parameters?: ReadonlyArray<SqlValue>) => Promise<number>
  readonly inForce: (generation: number, table: Table, keys: ReadonlyArray<string>) => Promise<ReadonlyMap<string, Row>>
  readonly write: (
    generation: number,
    table: Table,
    closings: ReadonlyArray<Closing>,
    openings: ReadonlyArray<Opening>,
  ) => Promise<void>
}

export interface RowStore {
  readonly dialect: Dialect
  /** For reads, on plain table names; `generationPlugin` leads them into a generation. */
  readonly reader: Kysely<Database>
  readonly query: (statement: string, parameters?: ReadonlyArray<SqlValue>) => Promise<ReadonlyArray<Row>>
  /** What throws is rolled back and thrown on. In SQLite one transaction comes after the other. */
  readonly transaction: <T>(work: (transaction: WriteTransaction) => Promise<T>) => Promise<T>
  /** A row was in force already where a new one was to come into force. */
  readonly isDuplicate: (cause: unknown) => boolean
  readonly close: () => Promise<void>
}

/** Runs tasks one after the other, whoever starts them. */
export const inSequence = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task, task)
    last = turn.catch(() => undefined)
    return turn
  }
}
