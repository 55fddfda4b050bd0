/** Counts by month: their keys begin with it, so a span of months is a range of keys. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Month } from '@muster/kernel/time'

/** `}` sorts right behind `|`. */
export const keysOfMonths = (table: string, first: Month, last: Month): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${sql.ref(`${table}.key`)} >= ${`${first}|`} and ${sql.ref(`${table}.key`)} < ${`${last}}`})`
