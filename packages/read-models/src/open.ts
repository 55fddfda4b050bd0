/** Opens read models on one of the two databases. Readers take the `ReadModels` part; the projector takes the whole. */
import type { Kysely } from 'kysely'
import type { Clock } from '@muster/kernel/time'
import type * as E from 'fp-ts/lib/Either.js'
import { applyPage, type Applied, type ApplyError, type EventPage } from './apply.ts'
import type { Projection } from './change.ts'
import { positionOf, positionsIn, stands, type Target } from './checkpoints.ts'
import { ensureCurrent, generationsIn, type Generation } from './generations.ts'
import { projection as wholeProjection } from './projections/all.ts'
import { leasesIn, type Leases } from './leases.ts'
import type { ReadModels } from './read-models.ts'
import { migrate } from './store/migrations.ts'
import { generationPlugin } from './store/prefix.ts'
import { postgresRowStore, type PostgresOptions } from './store/postgres.ts'
import type { RowStore } from './store/row-store.ts'
import { sqliteRowStore } from './store/sqlite.ts'
import type { Database } from './tables.ts'

export interface ReadModelStore extends ReadModels {
  /** Applies a page of events to slots of a generation; one page of a slot at a time. */
  readonly apply: (target: Target, page: EventPage) => Promise<E.Either<ApplyError, Applied>>
  /** The lowest of a target's checkpoints. */
  readonly checkpoint: (target: Target) => Promise<number>
  /** Whether a page from this position would find its checkpoints there, and its own. */
  readonly stands: (target: Target, position: number) => Promise<boolean>
  /** Every checkpoint of a generation by its name. */
  readonly checkpoints: (generation: number) => Promise<ReadonlyMap<string, number>>
  /** For one projector, by a name that no other has. */
  readonly leases: (name: string) => Leases
  /** How long a projector may be silent before what it holds is taken from it, in milliseconds. */
  readonly silenceMs: number
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

const open = async (
  rows: RowStore,
  silenceMs: number,
  { clock, projection = wholeProjection }: OpenOptions,
): Promise<ReadModelStore> => {
  const databases = new Map<number, Kysely<Database>>()
  const dbOf = (generation: number): Kysely<Database> => {
    const known = databases.get(generation) ?? rows.reader.withPlugin(generationPlugin(generation))
    databases.set(generation, known)
    return known
  }
  await migrate(rows)
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
    checkpoint: async (target) => (await positionOf(rows, target)) ?? 0,
    stands: (target, position) => stands(rows, target, position),
    checkpoints: (generation) => positionsIn(rows, generation),
    leases: (name) => leasesIn(rows, { name, silenceMs }),
    silenceMs,
    generations: () => generationsIn(rows),
    dbOf,
    rows,
    close: rows.close,
  }
}

/** Whatever waits in a transaction or holds a lease is given up when nothing was heard of its process for this long. */
const SILENCE_MS = 5_000

/** Closes what it was given when it cannot be used. */
const openOn = async (rows: RowStore, silenceMs: number, options: OpenOptions): Promise<ReadModelStore> => {
  try {
    return await open(rows, silenceMs, options)
  } catch (cause) {
    await rows.close()
    throw cause
  }
}

/** `file` is created when it does not exist; one process writes, any number may read. */
export const openSqliteReadModels = (file: string, options: OpenOptions): Promise<ReadModelStore> =>
  openOn(sqliteRowStore(file), SILENCE_MS, options)

export interface PostgresReadModelOptions extends Omit<PostgresOptions, 'silenceMs'> {
  /** How long a projector may be silent before another takes over, in milliseconds; 5,000 unless given. */
  readonly silenceMs?: number
}

/** Any number of processes may open the same database, at the same moment too: one sets it up, the others wait. Rejects when it cannot be reached. */
export const openPostgresReadModels = (
  { silenceMs = SILENCE_MS, ...connection }: PostgresReadModelOptions,
  options: OpenOptions,
): Promise<ReadModelStore> => openOn(postgresRowStore({ ...connection, silenceMs }), silenceMs, options)
