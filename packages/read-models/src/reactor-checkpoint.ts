/**
 * How far a process manager has got. Its effects are commands, which cannot share a transaction with this row; each carries a key that
 * follows from its event, so what is done again after a crash changes nothing.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { RowStore } from './store/row-store.ts'

/** Process managers belong to no generation of tables; theirs is numbered 0, which no rebuild ever creates or drops. */
const OF_NO_GENERATION = 0

export interface ReactorCheckpoint {
  /** 0 before the first move. */
  readonly position: () => Promise<number>
  /** Left: where it stands, when it is not where the caller believed. */
  readonly move: (from: number, to: number) => Promise<E.Either<number, void>>
}

export const reactorCheckpoint = (rows: RowStore, name: string): ReactorCheckpoint => {
  const position = async (): Promise<number> => {
    const [row] = await rows.query('select "position" from "checkpoint" where "generation" = $1 and "name" = $2', [
      OF_NO_GENERATION,
      name,
    ])
    return Number(row?.['position'] ?? 0)
  }
  return {
    position,
    move: async (from, to) => {
      const moved = await rows.transaction(async ({ execute, query }) => {
        const [known] = await query('select "position" from "checkpoint" where "generation" = $1 and "name" = $2', [
          OF_NO_GENERATION,
          name,
        ])
        if (known === undefined && from === 0) {
          return execute('insert into "checkpoint" ("generation", "name", "position") values ($1, $2, $3)', [
            OF_NO_GENERATION,
            name,
            to,
          ])
        }
        return execute('update "checkpoint" set "position" = $1 where "generation" = $2 and "name" = $3 and "position" = $4', [
          to,
          OF_NO_GENERATION,
          name,
          from,
        ])
      })
      return moved === 1 ? E.right(undefined) : E.left(await position())
    },
  }
}
