/** What every query is asked with. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Visibility } from '../visibility.ts'

export interface AsOf {
  /** Position of the log whose knowledge is wanted; at most `ReadModels.position()`. */
  readonly asOf: number
}
export interface Asked extends AsOf {
  readonly visibility: Visibility
}

/** The row version of a table (or its alias) that was in force at a position. */
export const heldAt = (table: string, asOf: number): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${sql.ref(`${table}.since`)} <= ${asOf} and ${sql.ref(`${table}.until`)} > ${asOf})`

export const groupBy = <T, K>(items: ReadonlyArray<T>, keyOf: (item: T) => K): ReadonlyMap<K, ReadonlyArray<T>> =>
  Map.groupBy(items, keyOf)
