/** Applies a page of events to one generation: rows and checkpoint in one transaction, or nothing at all. */
import * as E from 'fp-ts/lib/Either.js'
import type { Projection, Recorded } from './change.ts'
import type { RowStore } from './store/row-store.ts'
import type { Row, Table } from './table.ts'
import { changesOf, foldVersions, keysToLoad, type Failure } from './store/versions.ts'

export interface EventPage {
  /** Where the reader believes the checkpoint stands. */
  readonly after: number
  readonly events: ReadonlyArray<Recorded>
  /** Where it stands once the page is applied. */
  readonly through: number
}

export interface Applied {
  readonly position: number
  readonly rows: number
}

export type ApplyError =
  /** Somebody else moved the checkpoint: read on from where it stands now. */
  | { readonly _tag: 'CheckpointConflict'; readonly expected: number; readonly actual: number | undefined }
  /** A stream that cannot be projected stands in this page; nothing was written. Park it and apply the rest. */
  | { readonly _tag: 'Poisoned'; readonly first: Failure }
  | { readonly _tag: 'StoreUnavailable'; readonly cause: unknown }

export interface Target {
  readonly generation: number
  /** Name of the checkpoint: the whole log, or one shard of its streams. */
  readonly checkpoint: string
}

/** Carries a refusal out of a transaction, so that it is rolled back. */
class Refusal extends Error {
  readonly error: ApplyError
  constructor(error: ApplyError) {
    super(error._tag)
    this.error = error
  }
}

export const applyPage = async (
  store: RowStore,
  projection: Projection,
  { generation, checkpoint }: Target,
  page: EventPage,
): Promise<E.Either<ApplyError, Applied>> => {
  const changes = changesOf(projection, page.events)
  if (E.isLeft(changes)) return E.left({ _tag: 'Poisoned', first: changes.left })
  const located = changes.right
  const attempt = (trusting: boolean): Promise<E.Either<ApplyError, Applied>> =>
    store.transaction(async (transaction) => {
      const moved = await transaction.execute(
        'update "checkpoint" set "position" = $1 where "generation" = $2 and "name" = $3 and "position" = $4',
        [page.through, generation, checkpoint, page.after],
      )
      if (moved !== 1) {
        const [row] = await transaction.query('select "position" from "checkpoint" where "generation" = $1 and "name" = $2', [
          generation,
          checkpoint,
        ])
        const actual = row === undefined ? undefined : Number(row['position'])
        throw new Refusal({ _tag: 'CheckpointConflict', expected: page.after, actual })
      }
      const loaded = new Map<Table, ReadonlyMap<string, Row>>()
      for (const [table, keys] of keysToLoad(located, trusting)) {
        if (keys.length > 0) loaded.set(table, await transaction.inForce(generation, table, keys))
      }
      const folded = foldVersions(located, loaded)
      if (E.isLeft(folded)) throw new Refusal({ _tag: 'Poisoned', first: folded.left })
      for (const { table, closings, openings } of folded.right) {
        await transaction.write(generation, table, closings, openings)
      }
      const rows = folded.right.reduce((sum, { openings }) => sum + openings.length, 0)
      return E.right({ position: page.through, rows })
    })
  try {
    return await attempt(true).catch((cause: unknown) => {
      // Something said to be new was there before: look everything up.
      if (store.isDuplicate(cause)) return attempt(false)
      throw cause
    })
  } catch (cause) {
    return E.left(cause instanceof Refusal ? cause.error : { _tag: 'StoreUnavailable', cause })
  }
}
