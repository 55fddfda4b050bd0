/** The intake as a process of its own on the embedded log, of which it is the only writer. */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { openCommandHandler } from '@muster/command-handler/handler'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import type { EventStore } from '@muster/event-store/event-store'
import { dataSetting, logSetting, portSetting } from '@muster/http/environment'
import type { Check } from '@muster/http/health'
import { createServer } from '@muster/http/server'
import { openTokens } from '@muster/http/tokens'
import type { Clock } from '@muster/kernel/time'
import { createLogger } from '@muster/observability/log'
import { createMetrics } from '@muster/observability/metrics'
import { observedStore } from '@muster/observability/observed-store'
import { countedHandler } from './counted-handler.ts'
import { intakePlugin } from './routes.ts'

export const IntakeEnvironment = z.object({ MUSTER_PORT: portSetting(8081), MUSTER_DATA: dataSetting, MUSTER_LOG: logSetting })
export type IntakeSettings = z.output<typeof IntakeEnvironment>

export interface Service {
  readonly app: FastifyInstance
  /** Closes what lies behind the routes, once they answer no more. */
  readonly close: () => Promise<void>
}

const storeAnswers = async (store: EventStore): Promise<ReadonlyArray<Check>> => {
  try {
    await store.head()
    return [{ name: 'log', ok: true }]
  } catch {
    return [{ name: 'log', ok: false, detail: 'the store does not answer' }]
  }
}

/** Left: one sentence that says what is wrong and what to do. */
export const openIntake = async (settings: IntakeSettings, clock: Clock): Promise<E.Either<string, Service>> => {
  const data = resolve(settings.MUSTER_DATA)
  await mkdir(data, { recursive: true })
  const opened = await openSqliteEventStore({ path: join(data, 'log.sqlite'), clock })()
  if (E.isLeft(opened)) return E.left(opened.left.message)
  const metrics = createMetrics('intake')
  const store = observedStore(opened.right, metrics, () => performance.now())
  const app = await createServer({
    tokens: await openTokens(data, clock),
    clock,
    health: { checks: () => storeAnswers(store), metrics: metrics.text },
    logger: createLogger({ service: 'intake', level: settings.MUSTER_LOG }),
    observe: metrics.request,
  })
  await app.register(intakePlugin({ handler: countedHandler(openCommandHandler({ store, clock }), metrics), newId: randomUUID }))
  return E.right({ app, close: store.close })
}
