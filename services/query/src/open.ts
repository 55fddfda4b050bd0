/**
 * The read API as a process of its own: beside the embedded log, which it opens for reading alone, and on read models in
 * SQLite, or in PostgreSQL where one is named.
 */
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { dataSetting, logSetting, portSetting } from '@muster/http/environment'
import type { Check } from '@muster/http/health'
import { createServer } from '@muster/http/server'
import { secretOf, tokensWith } from '@muster/http/tokens'
import type { Clock } from '@muster/kernel/time'
import { createLogger } from '@muster/observability/log'
import { createMetrics } from '@muster/observability/metrics'
import { openPostgresReadModels, openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'
import { projectionVersion } from '@muster/read-models/store/schema'
import type { QueryDeps } from './deps.ts'
import { queryPlugin } from './routes.ts'

export const QueryEnvironment = z.object({
  MUSTER_PORT: portSetting(8082),
  MUSTER_DATA: dataSetting,
  MUSTER_LOG: logSetting,
  MUSTER_POSTGRES: z.url('the address of a PostgreSQL database, such as postgres://user:password@host:5432/muster').optional(),
})
export type QuerySettings = z.output<typeof QueryEnvironment>

export interface Service {
  readonly app: FastifyInstance
  readonly close: () => Promise<void>
}

/** Read models may be so many positions behind the log before traffic is better sent elsewhere. */
const LONGEST_LAG = 10_000

interface Stores {
  readonly store: QueryDeps['store']
  readonly readModels: Pick<ReadModelStore, 'position' | 'generations'>
}

/** Rows that another version of the projections made cannot be asked by this one; a projector is then building new ones. */
const checksOf = async ({ store, readModels }: Stores): Promise<ReadonlyArray<Check>> => {
  try {
    const lag = (await store.head()) - (await readModels.position())
    const inForce = (await readModels.generations()).find(({ state }) => state === 'current')
    return [
      { name: 'read models', ok: lag <= LONGEST_LAG, detail: `${lag} positions behind the log` },
      {
        name: 'version',
        ok: inForce?.version === projectionVersion,
        detail: `read models of version ${inForce?.version ?? 'none'}`,
      },
    ]
  } catch {
    return [{ name: 'read models', ok: false, detail: 'the stores do not answer' }]
  }
}

const openReadModels = ({ MUSTER_POSTGRES }: QuerySettings, data: string, clock: Clock): Promise<ReadModelStore> =>
  MUSTER_POSTGRES === undefined
    ? openSqliteReadModels(join(data, 'read.sqlite'), { clock })
    : openPostgresReadModels({ connectionString: MUSTER_POSTGRES }, { clock })

/** Left: one sentence that says what is wrong and what to do. */
export const openQuery = async (settings: QuerySettings, clock: Clock): Promise<E.Either<string, Service>> => {
  const data = resolve(settings.MUSTER_DATA)
  const opened = await openSqliteEventStore({ path: join(data, 'log.sqlite'), clock, readOnly: true })()
  if (E.isLeft(opened)) return E.left(opened.left.message)
  const store = opened.right
  const readModels = await openReadModels(settings, data, clock)
  const metrics = createMetrics('query')
  metrics.lag('read-models', async () => (await store.head()) - (await readModels.position()))
  const secret = await secretOf(data)
  const app = await createServer({
    tokens: tokensWith(secret, clock),
    clock,
    health: { checks: () => checksOf({ store, readModels }), metrics: metrics.text },
    logger: createLogger({ service: 'query', level: settings.MUSTER_LOG }),
    observe: metrics.request,
  })
  await app.register(queryPlugin({ readModels, store, clock, cursorSecret: secret }))
  const close = async (): Promise<void> => {
    await readModels.close()
    await store.close()
  }
  return E.right({ app, close })
}
