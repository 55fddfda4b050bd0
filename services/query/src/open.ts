/** The read API beside the log and the read models that its settings name; of both it only reads. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Check } from '@muster/http/health'
import { createServer } from '@muster/http/server'
import { secretOf, tokensWith } from '@muster/http/tokens'
import type { ReadModelStore } from '@muster/read-models/open'
import { projectionVersion } from '@muster/read-models/store/schema'
import { guarded, type Service, type ServiceDefinition } from '@muster/runtime/service'
import { anyLogSettings, anyReadModelSettings, processSettings } from '@muster/runtime/settings'
import { openLog, openReadModels, type Log } from '@muster/runtime/stores'
import { queryPlugin } from './routes.ts'

export const QueryEnvironment = z.object({ ...processSettings(8082), ...anyLogSettings, ...anyReadModelSettings })
export type QuerySettings = z.output<typeof QueryEnvironment>

/** Rows that another version of the projections made cannot be asked by this one; a projector is then building new ones. */
const checksOf = async (
  { store, longestLag }: Log,
  readModels: Pick<ReadModelStore, 'position' | 'generations'>,
): Promise<ReadonlyArray<Check>> => {
  const lag = Math.max(0, (await store.head()) - (await readModels.position()))
  const inForce = (await readModels.generations()).find(({ state }) => state === 'current')
  return [
    { name: 'read models', ok: lag <= longestLag, detail: `${lag} positions behind the log` },
    {
      name: 'version',
      ok: inForce?.version === projectionVersion,
      detail: `read models of version ${inForce?.version ?? 'none'}`,
    },
  ]
}

const open: ServiceDefinition<QuerySettings>['open'] = async (settings, surroundings): Promise<E.Either<string, Service>> => {
  const { clock, logger, metrics } = surroundings
  const log = await openLog(settings, { access: 'read', clock, logger })
  if (E.isLeft(log)) return log
  const { store } = log.right
  const opened = await openReadModels(settings, clock)
  if (E.isLeft(opened)) {
    await store.close()
    return opened
  }
  const readModels = opened.right
  metrics.lag('read-models', async () => (await store.head()) - (await readModels.position()))
  const secret = await secretOf(settings.MUSTER_DATA)
  const app = await createServer({
    tokens: tokensWith(secret, clock),
    clock,
    health: { checks: () => guarded('read models', () => checksOf(log.right, readModels)), metrics: metrics.text },
    logger,
    observe: metrics.request,
  })
  await app.register(queryPlugin({ readModels, store, clock, cursorSecret: secret }))
  const close = async (): Promise<void> => {
    await readModels.close()
    await store.close()
  }
  return E.right({ app, close })
}

export const query: ServiceDefinition<QuerySettings> = { name: 'query', settings: QueryEnvironment, open }
