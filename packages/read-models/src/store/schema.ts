/** DDL of the read models, for both dialects, and the version that a rebuild is triggered by. */
import { createHash } from 'node:crypto'
import type { Column, Table } from '../table.ts'
import type { Dialect } from '../read-models.ts'
import { tables } from '../tables.ts'

/**
 * Raise it when a projection comes to other rows from the same events. A change of the tables alone is noticed by itself:
 * their description is part of the version.
 */
const PROJECTION_LOGIC = 2

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const nameIn = (generation: number, table: string): string => `g${generation}_${table}`

const typeOf = (dialect: Dialect, kind: Column<unknown>['kind']): string => {
  if (dialect === 'sqlite') return kind === 'text' || kind === 'json' ? 'text' : 'integer'
  // Byte order, as in SQLite: keyset pages must come in the same order in both.
  return kind === 'text' || kind === 'json' ? 'text collate "C"' : 'bigint'
}

const hasLongRows = (table: Table): boolean => Object.values(table.columns).some(({ kind }) => kind === 'json')

export const createTable = (dialect: Dialect, generation: number, table: Table): ReadonlyArray<string> => {
  const name = nameIn(generation, table.name)
  const columns = Object.entries(table.columns).map(
    ([column, { kind, nullable }]) => `${quoted(column)} ${typeOf(dialect, kind)}${nullable ? '' : ' not null'}`,
  )
  const versioned = [
    `"key" ${typeOf(dialect, 'text')} not null`,
    `"since" ${typeOf(dialect, 'integer')} not null`,
    `"until" ${typeOf(dialect, 'integer')} not null`,
  ]
  // Short rows lie in the key's own tree in SQLite; long ones would make that tree deep.
  const clustered = dialect === 'sqlite' && !hasLongRows(table) ? ' without rowid' : ''
  return [
    // Versions of a row follow one another, so `until` tells them apart; and there is one place for the row in force.
    `create table ${quoted(name)} (${[...versioned, ...columns].join(', ')}, primary key ("key", "until"))${clustered}`,
    ...table.indexes.map((index, ordinal) => {
      const indexed = [...index, 'until'].map(quoted)
      return `create index ${quoted(`${name}_${ordinal}`)} on ${quoted(name)} (${indexed.join(', ')})`
    }),
  ]
}

export const createGeneration = (dialect: Dialect, generation: number): ReadonlyArray<string> =>
  tables.flatMap((table) => createTable(dialect, generation, table))

export const dropGeneration = (generation: number): ReadonlyArray<string> =>
  tables.map((table) => `drop table if exists ${quoted(nameIn(generation, table.name))}`)

export const createMeta = (dialect: Dialect): ReadonlyArray<string> => [
  `create table if not exists "generation" ("id" ${typeOf(dialect, 'integer')} primary key, "version" text not null,
    "state" text not null, "createdAt" text not null, "swappedAt" text)`,
  `create table if not exists "checkpoint" ("generation" ${typeOf(dialect, 'integer')} not null, "name" text not null,
    "position" ${typeOf(dialect, 'integer')} not null, primary key ("generation", "name"))`,
]

/** Version of projections and tables together; a generation of another version is rebuilt. */
export const projectionVersion: string = `${PROJECTION_LOGIC}-${createHash('sha256')
  .update(tables.flatMap((table) => createTable('sqlite', 0, table)).join(';'))
  .digest('hex')
  .slice(0, 12)}`
