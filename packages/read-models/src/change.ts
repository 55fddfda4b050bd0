/** What a projection says about an event: which rows become what. Pure: the store loads, folds, versions and writes them. */
import type { Day, Instant } from '@muster/kernel/time'
import type { DomainEvent, EventType } from '@muster/contracts/events'
import type { Row, RowOf, Table } from './table.ts'

/** A decoded event together with its place in the log. */
export interface Recorded<E extends DomainEvent = DomainEvent> {
  readonly event: E
  readonly stream: string
  readonly revision: number
  readonly position: number
  readonly recordedAt: Instant
  readonly effectiveOn: Day
}

/** One row to come: `next` gets the row in force (undefined: none) and gives its successor (undefined: it ends). */
export interface Change {
  readonly table: Table
  readonly key: string
  /** The log says it for the first time: no row in force need be looked up. The table's primary key proves it. */
  readonly isNew?: boolean
  next(current: Row | undefined): Row | undefined
}

/**
 * `on(event)` lists the changes. Every row is a fold of ONE stream: a projection never writes a row from events of two
 * streams, so that spans can be parked, and streams spread over several projectors, without a row ever being half right.
 * Figures over several streams are joined when they are asked for.
 */
export type Projection = (recorded: Recorded) => ReadonlyArray<Change>

export const change = <T extends Table>(
  table: T,
  key: string,
  next: (current: RowOf<T> | undefined) => RowOf<T> | undefined,
): Change => ({ table, key, next })

/** The row becomes this, whatever it was. */
export const put = <T extends Table>(table: T, key: string, row: RowOf<T>): Change => ({ table, key, next: () => row })

/** A row that cannot be there yet, because the event happens once. */
export const putNew = <T extends Table>(table: T, key: string, row: RowOf<T>): Change => ({
  table,
  key,
  isNew: true,
  next: () => row,
})

/** The row in force gets other values in some columns; a row that is not there is left alone. */
export const patch = <T extends Table>(table: T, key: string, values: (current: RowOf<T>) => Partial<RowOf<T>>): Change =>
  change(table, key, (current) => (current === undefined ? undefined : { ...current, ...values(current) }))

export type Handlers = {
  readonly [T in EventType]?: (recorded: Recorded<Extract<DomainEvent, { type: T }>>) => ReadonlyArray<Change>
}
