/** Applies a page of events to one generation: rows and checkpoint in one transaction, or nothing at all. */
import * as E from 'fp-ts/lib/Either.js'
import type { Projection, Recorded } from './change.ts'
import { moved, positionOf, type Target } from './checkpoints.ts'
import type { RowStore } from './store/row-store.ts'
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
  /** Somebody else moved the checkpoint, or holds it now: `actual` is where it stands. */
  | { readonly _tag: 'CheckpointConflict'; readonly expected: number; readonly actual: number | undefined }
  /** A stream that cannot be projected stands in this page; nothing was written. Park it and apply the rest. */
  | { readonly _tag: 'Poisoned'; readonly first: Failure }
  | { readonly _tag: 'StoreUnavailable'; readonly cause: unknown }

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
  target: Target,
  page: EventPage,
): Promise<E.Either<ApplyError, Applied>> => {
  const course = courseOf(projection, page.events)
  if (E.isLeft(course)) return E.left({ _tag: 'Poisoned', first: course.left })
  const attempt = (trusting: boolean): Promise<E.Either<ApplyError, Applied>> =>
    store.transaction(async (transaction) => {
      if (!(await moved(transaction, target, page.after, page.through))) {
        const actual = await positionOf(transaction, target)
        throw new Refusal({ _tag: 'CheckpointConflict', expected: page.after, actual })
      }
      const { generation } = target
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
