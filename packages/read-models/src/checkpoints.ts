/** How far each slot of a generation has got. Checkpoints move by compare-and-set, in the transaction of the rows they cover. */
import type { RowStore, WriteTransaction } from './store/row-store.ts'
import type { Row, SqlValue } from './table.ts'

/** Whoever holds a lease on checkpoints; see leases.ts. */
export interface Holder {
  readonly name: string
  /** The lease ends when nothing was heard of its holder for this long. */
  readonly silenceMs: number
}

export interface Target {
  readonly generation: number
  /** The slots that move together: all of them, or those of one shard. They must stand at the same position. */
  readonly checkpoints: ReadonlyArray<string>
  /** Absent where nothing is leased: compare-and-set alone decides then. */
  readonly holder?: Holder | undefined
}

/** Milliseconds on the clock of the database: the only one that all projectors share. */
export const NOW_IN_POSTGRES = '(extract(epoch from clock_timestamp()) * 1000)::bigint'

/** `$first`, `$first+1` … */
export const holes = (first: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `$${first + index}`).join(', ')

const lowest = (rows: ReadonlyArray<Row>): number | undefined =>
  rows.length === 0 ? undefined : Math.min(...rows.map((row) => Number(row['position'])))

/** The lowest of the target's checkpoints; undefined when the generation is not there. */
export const positionOf = async (
  from: Pick<RowStore | WriteTransaction, 'query'>,
  { generation, checkpoints }: Target,
): Promise<number | undefined> =>
  lowest(
    await from.query(
      `select "position" from "checkpoint" where "generation" = $1 and "name" in (${holes(2, checkpoints.length)})`,
      [generation, ...checkpoints],
    ),
  )

/** True while all of the target's checkpoints stand at a position and are held by its holder: a page from there would be taken. */
export const stands = async (
  from: Pick<RowStore, 'query'>,
  { generation, checkpoints, holder }: Target,
  position: number,
): Promise<boolean> => {
  const held = holder === undefined ? '' : `and "holder" = $${checkpoints.length + 3}`
  const [row] = await from.query(
    `select count(*) as "count" from "checkpoint"
      where "generation" = $1 and "position" = $2 and "name" in (${holes(3, checkpoints.length)}) ${held}`,
    [generation, position, ...checkpoints, ...(holder === undefined ? [] : [holder.name])],
  )
  return Number(row?.['count'] ?? 0) === checkpoints.length
}

/** Every checkpoint of a generation by its name. */
export const positionsIn = async (from: Pick<RowStore, 'query'>, generation: number): Promise<ReadonlyMap<string, number>> => {
  const rows = await from.query('select "name", "position" from "checkpoint" where "generation" = $1', [generation])
  return new Map(rows.map((row) => [String(row['name']), Number(row['position'])]))
}

/**
 * Moves all of the target's checkpoints; false when one of them did not stand at `from` or is held by another. Moving is a
 * sign of life: it renews the lease.
 */
export const moved = async (
  transaction: WriteTransaction,
  { generation, checkpoints, holder }: Target,
  from: number,
  to: number,
): Promise<boolean> => {
  const names = (first: number): string => holes(first, checkpoints.length)
  const parameters: ReadonlyArray<SqlValue> = [generation, from, ...checkpoints]
  const count =
    holder === undefined
      ? await transaction.execute(
          `update "checkpoint" set "position" = $1 where "generation" = $2 and "position" = $3 and "name" in (${names(4)})`,
          [to, ...parameters],
        )
      : await transaction.execute(
          `update "checkpoint" set "position" = $1, "heldUntil" = ${NOW_IN_POSTGRES} + $2
            where "holder" = $3 and "generation" = $4 and "position" = $5 and "name" in (${names(6)})`,
          [to, holder.silenceMs, holder.name, ...parameters],
        )
  return count === checkpoints.length
}
