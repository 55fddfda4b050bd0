/** The intake on the log that its settings name; of an embedded log it is the only writer. */
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { openCommandHandler } from '@muster/command-handler/handler'
import { createServer } from '@muster/http/server'
import { openTokens } from '@muster/http/tokens'
import { observedStore } from '@muster/observability/observed-store'
import { openBroker } from '@muster/runtime/broker'
import { guarded, type Service, type ServiceDefinition } from '@muster/runtime/service'
import { anyBrokerSettings, anyLogSettings, processSettings } from '@muster/runtime/settings'
import { openLog } from '@muster/runtime/stores'
import { countedHandler } from './counted-handler.ts'
import { consumeInBackground } from './kafka/background.ts'
import { intakePlugin } from './routes.ts'

export const IntakeEnvironment = z.object({ ...processSettings(8081), ...anyLogSettings, ...anyBrokerSettings })
export type IntakeSettings = z.output<typeof IntakeEnvironment>

const open: ServiceDefinition<IntakeSettings>['open'] = async (settings, surroundings): Promise<E.Either<string, Service>> => {
  const { clock, logger, metrics } = surroundings
  const log = await openLog(settings, { access: 'write', clock, logger })
  if (E.isLeft(log)) return log
  const store = observedStore(log.right.store, metrics, () => performance.now())
  const handler = countedHandler(openCommandHandler({ store, clock }), metrics)
  const tokens = await openTokens(settings.MUSTER_DATA, clock)
  const { KAFKA_BROKERS } = settings
  const broker = KAFKA_BROKERS === undefined ? undefined : openBroker({ KAFKA_BROKERS }, 'intake', logger)
  const consumer = broker === undefined ? undefined : consumeInBackground({ broker, handler, tokens, logger })
  const closeBehind = async (): Promise<void> => {
    await consumer?.stop()
    await broker?.close()
    await store.close()
  }
  const checks = () =>
    guarded('log', async () => {
      await store.head()
      return [{ name: 'log', ok: true }, ...(consumer === undefined ? [] : [consumer.check()])]
    })
  const app = await createServer({
    tokens,
    clock,
    health: { checks, metrics: metrics.text },
    logger,
    observe: metrics.request,
  })
  await app.register(intakePlugin({ handler, newId: randomUUID }))
  return E.right({ app, close: closeBehind })
}

export const intake: ServiceDefinition<IntakeSettings> = { name: 'intake', settings: IntakeEnvironment, open }
