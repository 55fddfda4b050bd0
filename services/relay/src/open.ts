/** The relay as a service: it reads the log, tells Kafka, and keeps its checkpoint with the read models. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { reactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { openBroker } from '@muster/runtime/broker'
import { guarded, healthServer, subscriptionCheck, type Service, type ServiceDefinition } from '@muster/runtime/service'
import { brokerSettings, processSettings, sharedLogSettings, sharedReadModelSettings } from '@muster/runtime/settings'
import { openLog, openReadModels } from '@muster/runtime/stores'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { openRelay, RELAY } from './relay.ts'

export const RelayEnvironment = z.object({
  ...processSettings(8085),
  ...sharedLogSettings,
  ...sharedReadModelSettings,
  ...brokerSettings,
})
export type RelaySettings = z.output<typeof RelayEnvironment>

const open: ServiceDefinition<RelaySettings>['open'] = async (settings, surroundings): Promise<E.Either<string, Service>> => {
  const { clock, logger, metrics } = surroundings
  const log = await openLog(settings, { access: 'write', clock, logger })
  if (E.isLeft(log)) return log
  const { store } = log.right
  const readModels = await openReadModels(settings, clock)
  if (E.isLeft(readModels)) {
    await store.close()
    return readModels
  }
  const { rows } = readModels.right
  const broker = openBroker(settings, 'relay', logger)
  const closeStores = async (): Promise<void> => {
    await broker.close()
    await readModels.right.close()
    await store.close()
  }
  const relay = await openRelay({
    store,
    broker,
    checkpoint: reactorCheckpoint(rows, RELAY),
    clock,
    surroundings: systemSurroundings,
  })
  if (E.isLeft(relay)) {
    await closeStores()
    return relay
  }
  const { status, stop } = relay.right
  metrics.lag(RELAY, async () => (await status()).lag)
  const app = await healthServer(surroundings, () => guarded('log', async () => [subscriptionCheck(await status())]))
  const close = async (): Promise<void> => {
    await stop()
    await closeStores()
  }
  return E.right({ app, close })
}

export const relay: ServiceDefinition<RelaySettings> = { name: 'relay', settings: RelayEnvironment, open }
