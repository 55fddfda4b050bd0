/** Opens read models on one of the two databases. Readers take the `ReadModels` part; the projector takes the whole. */
import type { Kysely } from 'kysely'
import type { Clock } from '@muster/kernel/time'
import type * as E from 'fp-ts/lib/Either.js'
import { applyPage, type Applied, type ApplyError, type EventPage, type Target } from './apply.ts'
import type { Projection } from './change.ts'
import { ensureCurrent, generationsIn, type Generation } from './generations.ts'
import { projection as wholeProjection } from './projections/all.ts'
import type { ReadModels } from './read-models.ts'
import { generationPlugin } from './store/prefix.ts'
import { postgresRowStore, type PostgresOptions } from './store/postgres.ts'
import type { RowStore } from './store/row-store.ts'
import { sqliteRowStore } from './store/sqlite.ts'
import type { Database } from './tables.ts'

export interface ReadModelStore extends ReadModels {
  /** Applies a page of events to a generation; one page at a time. */
  readonly apply: (target: Target, page: EventPage) => Promise<E.Either<ApplyError, Applied>>
  readonly checkpoint: (target: Target) => Promise<number>
  readonly generations: () => Promise<ReadonlyArray<Generation>>
  /** Tables of one generation, whether it is in force or not. */
  readonly dbOf: (generation: number) => Kysely<Database>
  /** For generations.ts and tests: SQL underneath the versions. */
  readonly rows: RowStore
}

export interface OpenOptions {
  readonly clock: Clock
  /** Another projection than the engine's own; for tests of the store. */
  readonly projection?: Projection
}

const open = async (rows: RowStore, { clock, projection = wholeProjection }: OpenOptions): Promise<ReadModelStore> => {
  const databases = new Map<number, Kysely<Database>>()
  const dbOf = (generation: number): Kysely<Database> => {
    const known = databases.get(generation) ?? rows.reader.withPlugin(generationPlugin(generation))
    databases.set(generation, known)
    return known
  }
  let current = (await ensureCurrent(rows, clock)).id
  return {
    dialect: rows.dialect,
    db: () => dbOf(current),
    position: async () => {
      // Another process may have swapped generations: whoever asks where we stand also learns in which one.
      const [row] = await rows.query(
        `select g."id", min(c."position") as "position" from "generation" g join "checkpoint" c on c."generation" = g."id"
          where g."state" = 'current' group by g."id"`,
      )
      current = Number(row?.['id'] ?? current)
      return Number(row?.['position'] ?? 0)
    },
    apply: (target, page) => applyPage(rows, projection, target, page),
    checkpoint: async ({ generation, checkpoint }) => {
      const [row] = await rows.query('select "position" from "checkpoint" where "generation" = $1 and "name" = $2', [
        generation,
        checkpoint,
      ])
      return Number(row?.['position'] ?? 0)
    },
    generations: () => generationsIn(rows),
    dbOf,
    rows,
    close: rows.close,
  }
}

/** `file` is created when it does not exist; one process writes, any number may read. */
export const openSqliteReadModels = async (file: string, options: OpenOptions): Promise<ReadModelStore> =>
  open(sqliteRowStore(file), options)

export const openPostgresReadModels = async (connection: PostgresOptions, options: OpenOptions): Promise<ReadModelStore> =>
  open(await postgresRowStore(connection), options)
