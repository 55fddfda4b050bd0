/** Applies a page of events to one generation: rows and checkpoint in one transaction, or nothing at all. */
import * as E from 'fp-ts/lib/Either.js'
import type { Projection, Recorded } from './change.ts'
import type { RowStore, WriteTransaction } from './store/row-store.ts'
import { courseOf, writesOf, type Failure, type Load } from './store/versions.ts'

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

const conflict = async (
  transaction: WriteTransaction,
  generation: number,
  checkpoint: string,
  expected: number,
): Promise<ApplyError> => {
  const [row] = await transaction.query('select "position" from "checkpoint" where "generation" = $1 and "name" = $2', [
    generation,
    checkpoint,
  ])
  return { _tag: 'CheckpointConflict', expected, actual: row === undefined ? undefined : Number(row['position']) }
}

export const applyPage = async (
  store: RowStore,
  projection: Projection,
  { generation, checkpoint }: Target,
  page: EventPage,
): Promise<E.Either<ApplyError, Applied>> => {
  const course = courseOf(projection, page.events)
  if (E.isLeft(course)) return E.left({ _tag: 'Poisoned', first: course.left })
  const attempt = (trusting: boolean): Promise<E.Either<ApplyError, Applied>> =>
    store.transaction(async (transaction) => {
      const moved = await transaction.execute(
        'update "checkpoint" set "position" = $1 where "generation" = $2 and "name" = $3 and "position" = $4',
        [page.through, generation, checkpoint, page.after],
      )
      if (moved !== 1) throw new Refusal(await conflict(transaction, generation, checkpoint, page.after))
      const load: Load = (table, keys) => transaction.inForce(generation, table, keys)
      const writes = await writesOf(course.right, load, trusting)
      if (E.isLeft(writes)) throw new Refusal({ _tag: 'Poisoned', first: writes.left })
      for (const { table, closings, openings } of writes.right) {
        await transaction.write(generation, table, closings, openings)
      }
      const rows = writes.right.reduce((sum, { openings }) => sum + openings.length, 0)
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
