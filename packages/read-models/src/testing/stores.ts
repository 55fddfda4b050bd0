/** The two databases of the contract suite: each gives fresh, empty read models per call. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@muster/kernel/time'
import type { Projection } from '../change.ts'
import { openPostgresReadModels, openSqliteReadModels, type ReadModelStore } from '../open.ts'
import { startPostgres } from './postgres.ts'

export interface TestDatabase {
  /** Where another handle can be opened on the same rows. */
  readonly open: (projection?: Projection) => Promise<ReadModelStore>
}
export interface TestServer {
  readonly fresh: () => Promise<TestDatabase>
  readonly stop: () => Promise<void>
}

/** Frozen: nothing in a read model depends on when it was filled. */
const clock: Clock = () => '2027-01-01T00:00:00.000Z'
const options = (projection: Projection | undefined) => (projection === undefined ? { clock } : { clock, projection })

export const sqliteServer = async (): Promise<TestServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-read-models-'))
  let count = 0
  return {
    fresh: async () => {
      const file = join(folder, `${(count += 1)}.db`)
      return { open: (projection) => openSqliteReadModels(file, options(projection)) }
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}

export const postgresServer = async (): Promise<TestServer> => {
  const server = await startPostgres()
  let count = 0
  return {
    fresh: async () => {
      const connectionString = await server.database(`read_models_${(count += 1)}`)
      return { open: (projection) => openPostgresReadModels({ connectionString, readers: 3 }, options(projection)) }
    },
    stop: server.stop,
  }
}

export const servers = [
  ['SQLite', sqliteServer],
  ['PostgreSQL', postgresServer],
] as const
