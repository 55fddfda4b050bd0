/** The life of a service process: settings checked, stores opened, port opened, ready said; drained and closed on a signal. */
import { randomBytes } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { settingsFrom } from '@muster/http/environment'
import type { Check } from '@muster/http/health'
import { listen } from '@muster/http/listen'
import { createServer } from '@muster/http/server'
import { shutDownOnSignal } from '@muster/http/shutdown'
import { tokensWith } from '@muster/http/tokens'
import type { Clock } from '@muster/kernel/time'
import { createLogger, type Logger } from '@muster/observability/log'
import { createMetrics, type Metrics } from '@muster/observability/metrics'
import type { SubscriptionStatus } from '@muster/subscription/status'
import type { ProcessSettings } from './settings.ts'

export interface Service {
  readonly app: FastifyInstance
  /** Closes what lies behind the routes, once they answer no more. */
  readonly close: () => Promise<void>
}

/** What every service is given to work with. */
export interface Surroundings {
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** A service as its `main.ts` declares it. */
export interface ServiceDefinition<Settings extends ProcessSettings> {
  readonly name: string
  readonly settings: z.ZodType<Settings> & z.ZodObject
  /** Left: one sentence that says what is wrong and what to do; what had been opened by then is closed again. */
  readonly open: (settings: Settings, surroundings: Surroundings) => Promise<E.Either<string, Service>>
}

const clock: Clock = () => new Date().toISOString()

const start = async <S extends ProcessSettings>({
  name,
  settings,
  open,
}: ServiceDefinition<S>): Promise<E.Either<string, string>> => {
  const checked = settingsFrom(settings, process.env)
  if (E.isLeft(checked)) return checked
  const { MUSTER_PORT: port, MUSTER_HOST: host, MUSTER_LOG: level } = checked.right
  const service = await open(checked.right, {
    clock,
    logger: createLogger({ service: name, level }),
    metrics: createMetrics(name),
  })
  if (E.isLeft(service)) return service
  const { app, close } = service.right
  const address = await listen(app, { port, host })
  if (E.isLeft(address)) await close()
  else shutDownOnSignal(app, close)
  return address
}

/** Runs until a signal ends it; a service that cannot start says why on stderr and exits with 1. */
export const runService = async <S extends ProcessSettings>(definition: ServiceDefinition<S>): Promise<void> => {
  const started = await start(definition)
  if (E.isRight(started)) {
    process.stdout.write(`${definition.name} is ready at ${started.right}\n`)
    return
  }
  process.stderr.write(`${started.left}\n`)
  process.exitCode = 1
}

/** The HTTP of a service that only works in the background: health and metrics. */
export const healthServer = (
  { clock: now, logger, metrics }: Surroundings,
  checks: () => Promise<ReadonlyArray<Check>>,
): Promise<FastifyInstance> =>
  createServer({
    // None of its routes asks for a token; this secret signs nothing.
    tokens: tokensWith(randomBytes(32), now),
    clock: now,
    // Its port is for operators alone.
    health: { checks, metrics: metrics.text, mayName: async () => true },
    logger,
    observe: metrics.request,
  })

/** How a subscription shows in `/readyz`. */
export const subscriptionCheck = ({ name, state, lastFailure, parked }: SubscriptionStatus): Check => ({
  name,
  ok: state === 'running',
  detail: parked.length === 0 ? state : `${state}; ${parked.length} parked`,
  ...recordsOf({ lastFailure, parked }),
})

/** The part that names streams and quotes what is wrong with them. */
export const recordsOf = ({
  lastFailure,
  parked,
}: Pick<SubscriptionStatus, 'lastFailure' | 'parked'>): Pick<Check, 'records'> => {
  const named = [
    ...(lastFailure === undefined ? [] : [lastFailure]),
    ...parked.map(({ stream, reason }) => `parked ${stream} (${reason})`),
  ]
  return named.length === 0 ? {} : { records: named.join('; ') }
}

/** Checks that ask a store: one that does not answer is a check that fails. */
export const guarded = async (name: string, checks: () => Promise<ReadonlyArray<Check>>): Promise<ReadonlyArray<Check>> => {
  try {
    return await checks()
  } catch {
    return [{ name, ok: false, detail: 'the stores do not answer' }]
  }
}
