/** The reporter as a service: a broker to read from, a folder for its database, the report over HTTP. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { createServer } from '@muster/http/server'
import { openTokens } from '@muster/http/tokens'
import { openBroker } from '@muster/runtime/broker'
import type { Service, ServiceDefinition } from '@muster/runtime/service'
import { brokerSettings, processSettings } from '@muster/runtime/settings'
import { startReporter } from './reporter.ts'
import { openReportStore, Report } from './store.ts'

export const ReporterEnvironment = z.object({ ...processSettings(8086), ...brokerSettings })
export type ReporterSettings = z.output<typeof ReporterEnvironment>

const open: ServiceDefinition<ReporterSettings>['open'] = async (settings, surroundings): Promise<E.Either<string, Service>> => {
  const { clock, logger, metrics } = surroundings
  const broker = openBroker(settings, 'reporter', logger)
  const folder = resolve(settings.MUSTER_DATA)
  await mkdir(folder, { recursive: true })
  const store = openReportStore(join(folder, 'report.sqlite'))
  // The topic is the relay's to create: until it is there, and whenever the broker is away, the service lives on and is not ready.
  const consumer = await startReporter(broker, store)
  const app = await createServer({
    tokens: await openTokens(folder, clock),
    clock,
    health: {
      checks: async () => {
        const trouble = consumer.trouble()
        return [{ name: 'events', ok: trouble === undefined, ...(trouble === undefined ? {} : { detail: trouble }) }]
      },
      metrics: metrics.text,
    },
    logger,
    observe: metrics.request,
  })
  app.get(
    '/v1/report',
    {
      config: { roles: ['officer', 'reporting', 'auditor'] },
      schema: { tags: ['report'], summary: 'The report as it stands', response: { 200: Report } },
    },
    async () => store.report(),
  )
  const close = async (): Promise<void> => {
    await broker.close()
    store.close()
  }
  return E.right({ app, close })
}

export const reporter: ServiceDefinition<ReporterSettings> = { name: 'reporter', settings: ReporterEnvironment, open }
