/** The projector as a service: several of them share one PostgreSQL, each with its part of the shards. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { SLOTS } from '@muster/read-models/slots'
import { guarded, healthServer, type Service, type ServiceDefinition } from '@muster/runtime/service'
import { processSettings, sharedLogSettings, sharedReadModelSettings } from '@muster/runtime/settings'
import { openLog, openReadModels } from '@muster/runtime/stores'
import { openProjectorService } from './service.ts'

const SHARDS = `a number of shards from 1 to ${SLOTS.postgres}`

export const ProjectorEnvironment = z.object({
  ...processSettings(8083),
  ...sharedLogSettings,
  ...sharedReadModelSettings,
  MUSTER_SHARDS: z.coerce
    .number(SHARDS)
    .int(SHARDS)
    .min(1, SHARDS)
    .max(SLOTS.postgres, SHARDS)
    .default(1)
    .describe('Over how many shards all projectors together spread the streams; the same for all of them'),
})
export type ProjectorSettings = z.output<typeof ProjectorEnvironment>

const open: ServiceDefinition<ProjectorSettings>['open'] = async (settings, surroundings): Promise<E.Either<string, Service>> => {
  const { clock, logger, metrics } = surroundings
  const log = await openLog(settings, { access: 'write', clock, logger })
  if (E.isLeft(log)) return log
  const { store } = log.right
  const opened = await openReadModels(settings, clock)
  if (E.isLeft(opened)) {
    await store.close()
    return opened
  }
  const readModels = opened.right
  const service = await openProjectorService({ store, readModels, clock, shards: settings.MUSTER_SHARDS })
  metrics.lag('read-models', service.lag)
  const app = await healthServer(surroundings, () => guarded('read models', service.checks))
  const close = async (): Promise<void> => {
    await service.close()
    await readModels.close()
    await store.close()
  }
  return E.right({ app, close })
}

export const projector: ServiceDefinition<ProjectorSettings> = { name: 'projector', settings: ProjectorEnvironment, open }
