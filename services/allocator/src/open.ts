/** The allocator as a service: it reads what projectors fold, and gives its own commands to the log beside the intake's. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { openCommandHandler } from '@muster/command-handler/handler'
import { observedStore } from '@muster/observability/observed-store'
import { guarded, healthServer, subscriptionCheck, type Service, type ServiceDefinition } from '@muster/runtime/service'
import { processSettings, sharedLogSettings, sharedReadModelSettings } from '@muster/runtime/settings'
import { openLog, openReadModels, reachedIn } from '@muster/runtime/stores'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { startAllocator } from './allocator.ts'

export const AllocatorEnvironment = z.object({ ...processSettings(8084), ...sharedLogSettings, ...sharedReadModelSettings })
export type AllocatorSettings = z.output<typeof AllocatorEnvironment>

/** Whoever waits longer for the read models begins anew: its reactors try again by themselves. */
const PATIENCE_MS = 60_000

const open: ServiceDefinition<AllocatorSettings>['open'] = async (settings, surroundings): Promise<E.Either<string, Service>> => {
  const { clock, logger, metrics } = surroundings
  const log = await openLog(settings, { access: 'write', clock, logger })
  if (E.isLeft(log)) return log
  const store = observedStore(log.right.store, metrics, () => performance.now())
  const opened = await openReadModels(settings, clock)
  if (E.isLeft(opened)) {
    await store.close()
    return opened
  }
  const readModels = opened.right
  const allocator = await startAllocator({
    store,
    readModels,
    handler: openCommandHandler({ store, clock }),
    reached: reachedIn(readModels, PATIENCE_MS),
    clock,
    surroundings: systemSurroundings,
    onFailure: (error) => logger.error({ err: error }, 'flags could not be looked at'),
  })
  const checks = () => guarded('log', async () => (await allocator.status()).map(subscriptionCheck))
  const app = await healthServer(surroundings, checks)
  const close = async (): Promise<void> => {
    await allocator.stop()
    await readModels.close()
    await store.close()
  }
  return E.right({ app, close })
}

export const allocator: ServiceDefinition<AllocatorSettings> = { name: 'allocator', settings: AllocatorEnvironment, open }
