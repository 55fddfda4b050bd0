/** A log in memory and read models on a real PostgreSQL, for projectors and readers of one process. Everything in them is synthetic. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { startProjector, type Projector } from '@muster/projector/projector'
import { compareSides, type Comparison } from '@muster/read-models/compare'
import { openPostgresReadModels, openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'
import type { TestPostgres } from '@muster/read-models/testing/postgres'
import { systemSurroundings, type Surroundings } from '@muster/subscription/surroundings'

export const clock = () => '2027-01-01T00:00:00.000Z'
export const PATIENCE_MS = 20_000
/** A projector that says nothing for this long is given up. */
export const SILENCE_MS = 600

/** Pauses after failures are cut short; everything else takes the time it takes. */
export const surroundings: Surroundings = {
  ...systemSurroundings,
  sleep: (milliseconds, signal) => systemSurroundings.sleep(Math.min(milliseconds, 150), signal),
}

export interface House {
  readonly store: EventStore
  /** A connection of its own, as another process would have it. */
  readonly open: () => Promise<ReadModelStore>
  readonly project: (shards: number, pageSize?: number) => Promise<Projector>
  /** Every row version of the generation in force, against a cold rebuild in a SQLite file. */
  readonly comparedWithColdRebuild: () => Promise<Comparison>
  readonly close: () => Promise<void>
}

let databases = 0

export const houseOn = async (server: TestPostgres, silenceMs = SILENCE_MS): Promise<House> => {
  const connectionString = await server.database(`house_${process.pid}_${(databases += 1)}`)
  const store = memoryEventStore({ clock })
  const opened: ReadModelStore[] = []
  const projectors: Projector[] = []
  const open = async (): Promise<ReadModelStore> => {
    const readModels = await openPostgresReadModels({ connectionString, silenceMs }, { clock })
    opened.push(readModels)
    return readModels
  }
  return {
    store,
    open,
    project: async (shards, pageSize = 20) => {
      const projector = await startProjector({ store, readModels: await open(), clock, surroundings, pageSize, shards })
      projectors.push(projector)
      return projector
    },
    comparedWithColdRebuild: async () => coldComparison(store, await open()),
    close: async () => {
      for (const projector of projectors) await projector.stop()
      for (const readModels of opened) await readModels.close()
      await store.close()
    },
  }
}

/** Fills fresh read models from the start of the log, by one projector, and compares every row of the two at the head. */
export const coldComparison = async (store: EventStore, readModels: ReadModelStore): Promise<Comparison> => {
  const head = await store.head()
  const folder = await mkdtemp(join(tmpdir(), 'muster-cold-'))
  const cold = await openSqliteReadModels(join(folder, 'rows.db'), { clock })
  const inForce = (await readModels.generations()).find(({ state }) => state === 'current')
  const projector = await startProjector({ store, readModels: cold, clock, surroundings })
  try {
    if (!(await projector.waitFor(head, PATIENCE_MS))) throw new Error('the cold rebuild did not reach the head')
    if (inForce === undefined || inForce.position < head) throw new Error('the read models have not reached the head')
    return await compareSides({ store: readModels.rows, generation: inForce.id }, { store: cold.rows, generation: 1 }, head)
  } finally {
    await projector.stop()
    await cold.close()
    await rm(folder, { recursive: true, force: true })
  }
}
