/** The gateway: holds nothing, decides nothing, needs only the contract's routes and the addresses of the services behind it. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Service, ServiceDefinition } from '@muster/runtime/service'
import { processSettings } from '@muster/runtime/settings'
import { createGateway } from './routes.ts'

const Addresses = z
  .string('addresses such as http://host1:8082,http://host2:8082')
  .regex(/^https?:\/\/[^\s,]+(,https?:\/\/[^\s,]+)*$/, 'addresses such as http://host1:8082,http://host2:8082')
  .transform((list) => list.split(','))

export const GatewayEnvironment = z.object({
  ...processSettings(8080),
  MUSTER_INTAKE_URLS: Addresses.describe('Where the intake answers; several, separated by commas, are used in turn'),
  MUSTER_QUERY_URLS: Addresses.describe('Where the query replicas answer'),
  MUSTER_BACKGROUND_URLS: Addresses.optional().describe(
    'Health of projectors, allocator and relay, for the readiness of the whole',
  ),
})
export type GatewaySettings = z.output<typeof GatewayEnvironment>

const open: ServiceDefinition<GatewaySettings>['open'] = async (
  settings,
  { logger, metrics },
): Promise<E.Either<string, Service>> => {
  const { MUSTER_INTAKE_URLS: intake, MUSTER_QUERY_URLS: query, MUSTER_BACKGROUND_URLS: background = [] } = settings
  const app = await createGateway({
    upstreams: { intake, query, background },
    logger,
    metrics: metrics.text,
    observe: metrics.request,
  })
  return E.right({ app, close: async () => {} })
}

export const gateway: ServiceDefinition<GatewaySettings> = { name: 'gateway', settings: GatewayEnvironment, open }
