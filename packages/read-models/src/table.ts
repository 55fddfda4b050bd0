/**
 * How a read-model table is described once: its columns give the TypeScript row, the DDL of both dialects and the codec.
 * Every row is system-versioned: it is valid for positions `since <= p < until`, `until` being `FOREVER` for the row in
 * force, so that every query can be asked as of any past position with the same SQL.
 */

/** `until` of a row that is still in force: the largest integer that JavaScript, SQLite and PostgreSQL all keep exactly. */
export const FOREVER = Number.MAX_SAFE_INTEGER

export type ColumnKind = 'text' | 'integer' | 'boolean' | 'json'

export interface Column<T> {
  readonly kind: ColumnKind
  readonly nullable: boolean
  /** Never there at run time: carries the column's type. */
  readonly type?: T
}

export const text = <T extends string = string>(): Column<T> => ({ kind: 'text', nullable: false })
export const integer = (): Column<number> => ({ kind: 'integer', nullable: false })
export const boolean = (): Column<boolean> => ({ kind: 'boolean', nullable: false })
/** Nested values, kept as JSON text in both dialects; never filtered on in SQL. */
export const json = <T>(): Column<T> => ({ kind: 'json', nullable: false })
export const optional = <T>(column: Column<T>): Column<T | null> => ({ kind: column.kind, nullable: true })

export type Columns = Readonly<Record<string, Column<unknown>>>

export interface Table<C extends Columns = Columns, N extends string = string> {
  readonly name: N
  readonly columns: C
  /**
   * Columns by which rows are looked up besides their key. `until` is appended to each, so that one index serves reads
   * at the head (only rows in force and those closed since lie in its range) and reads of the past.
   */
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
}

export const table = <const N extends string, C extends Columns>(
  name: N,
  columns: C,
  indexes: ReadonlyArray<ReadonlyArray<keyof C & string>> = [],
): Table<C, N> => ({ name, columns, indexes })

type ValueOf<C> = C extends Column<infer T> ? T : never
/** A row as projections and queries see it: nested values parsed, booleans as booleans. */
export type RowOf<T extends { readonly columns: Columns }> = { readonly [K in keyof T['columns']]: ValueOf<T['columns'][K]> }

type NullOf<T> = null extends T ? null : never
type StoredValue<C> =
  C extends Column<infer T>
    ? [NonNullable<T>] extends [string]
      ? T
      : [NonNullable<T>] extends [number]
        ? T
        : [NonNullable<T>] extends [boolean]
          ? number | NullOf<T>
          : string | NullOf<T>
    : never
/** A row as it lies in SQL: JSON as text, booleans as 0 and 1, with its key and the positions between which it holds. */
export type StoredOf<T extends { readonly columns: Columns }> = {
  [K in keyof T['columns']]: StoredValue<T['columns'][K]>
} & { key: string; since: number; until: number }

export type Row = Readonly<Record<string, unknown>>
export type SqlValue = string | number | null

const encodeValue = (kind: ColumnKind, value: unknown): SqlValue => {
  if (value === null || value === undefined) return null
  if (kind === 'json') return JSON.stringify(value)
  if (kind === 'boolean') return value === true ? 1 : 0
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a ${kind} column cannot hold ${typeof value}`)
}

export interface TableCodec {
  readonly names: ReadonlyArray<string>
  /** Key, since, until, then the columns in their order. */
  readonly encode: (row: Row, key: string, since: number, until: number) => ReadonlyArray<SqlValue>
  readonly decode: (stored: Readonly<Record<string, unknown>>) => Row
}

export const tableCodec = ({ columns }: Pick<Table, 'columns'>): TableCodec => {
  const entries = Object.entries(columns)
  const decodeValue = (kind: ColumnKind, value: unknown): unknown => {
    if (value === null || value === undefined) return value
    if (kind === 'json' && typeof value === 'string') {
      const parsed: unknown = JSON.parse(value)
      return parsed
    }
    return kind === 'boolean' ? Number(value) === 1 : value
  }
  return {
    names: entries.map(([name]) => name),
    encode: (row, key, since, until) => {
      const values: SqlValue[] = [key, since, until]
      for (const [name, { kind }] of entries) values.push(encodeValue(kind, row[name]))
      return values
    },
    decode: (stored) => Object.fromEntries(entries.map(([name, { kind }]) => [name, decodeValue(kind, stored[name])])),
  }
}

const codecs = new WeakMap<object, TableCodec>()
export const codecOf = (of: Pick<Table, 'columns'>): TableCodec => {
  const known = codecs.get(of)
  if (known) return known
  const made = tableCodec(of)
  codecs.set(of, made)
  return made
}

const isRowOf = <T extends Table>({ columns }: T, row: Row): row is RowOf<T> => {
  for (const name in columns) if (row[name] === undefined) return false
  return true
}

/**
 * Gives a stored row its type back. What lies in a table was encoded from the same columns by this very version of the
 * tables (a generation of another version is rebuilt, never read), so looking for its columns is enough.
 */
export const rowOf = <T extends Table>(of: T, stored: Readonly<Record<string, unknown>>): RowOf<T> => {
  const row = codecOf(of).decode(stored)
  if (!isRowOf(of, row)) throw new TypeError(`a row of ${of.name} lacks a column; rebuild the read models`)
  return row
}
