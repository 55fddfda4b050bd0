/**
 * One address for everybody: commands go on to the intake, reads to the query replicas in turn. A service that is being started
 * again is waited for as long as the request can be repeated without doing anything twice.
 */
import replyFrom from '@fastify/reply-from'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { docsRoutes } from '@muster/http/docs'
import { handleErrors } from '@muster/http/errors'
import { healthRoutes } from '@muster/http/health'
import { problem, sendProblem } from '@muster/http/problem'
import type { Finished } from '@muster/http/server'
import { traceIdOf } from '@muster/http/trace'
import { openApi, readiness, type Upstreams } from './upstreams.ts'

export interface GatewayOptions {
  readonly upstreams: Upstreams
  readonly logger: FastifyBaseLogger
  readonly metrics: () => Promise<string>
  readonly observe: (finished: Finished) => void
}

const BODY_LIMIT = 1_048_576
const CONNECTIONS = 128
/** A killed service is back within seconds; whoever asks meanwhile waits about so long. */
const TRIES = 60
const PAUSE_MS = 250
/** Plans are computed while the client waits for nothing; batches and exports take their time between two chunks. */
const PATIENCE_MS = 300_000

/** Nothing had been sent when the connection was refused. */
const neverSent = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(neverSent)
    : error instanceof Error && 'code' in error && ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'].includes(String(error.code))

const repeatable = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' || method === 'HEAD' || headers['idempotency-key'] !== undefined

const unavailable = problem('unavailable', {
  detail: 'The service behind this route does not answer at the moment. Send the request again, a command with the same key.',
  headers: { 'retry-after': '1' },
})

export const createGateway = async (options: GatewayOptions): Promise<FastifyInstance> => {
  const { upstreams, logger, metrics, observe } = options
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => traceIdOf(headers),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
  })
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  handleErrors(app)
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    observe({ route: routeOptions.url ?? 'unknown', method, status: reply.statusCode, seconds: reply.elapsedTime / 1000 })
  })
  healthRoutes(app, { checks: () => readiness(upstreams), metrics, draining: () => draining })
  docsRoutes(app)
  for (const url of ['/openapi.json', '/v1/openapi.json']) app.get(url, () => openApi(upstreams))
  await app.register(forwarding(['POST', 'PATCH', 'PUT', 'DELETE'], upstreams.intake))
  await app.register(forwarding(['GET'], upstreams.query))
  return app
}

const forwarding = (method: string[], base: ReadonlyArray<string>) => async (app: FastifyInstance) => {
  const [only] = base
  await app.register(replyFrom, {
    base: base.length === 1 && only !== undefined ? only : [...base],
    undici: { connections: CONNECTIONS, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS },
    disableRequestLogging: true,
  })
  app.removeAllContentTypeParsers()
  // Kept whole, so that they can be sent again; everything else, uploads above all, is passed through as it comes.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.route({
    method,
    url: '/v1/*',
    handler: (request, reply) => {
      const { body } = request
      const whole = Buffer.isBuffer(body)
      const streamed = body !== undefined && body !== null && !whole
      return reply.from(request.url, {
        ...(whole ? { body, contentType: 'application/json' } : {}),
        retryDelay: ({ err, attempt }) =>
          err !== null && err !== undefined && attempt < TRIES && !streamed && (neverSent(err) || repeatable(request))
            ? PAUSE_MS
            : null,
        onError: (failed, { error }) => {
          request.log.warn({ err: error, traceId: request.id }, 'a service does not answer')
          sendProblem(request, reply, unavailable)
        },
      })
    },
  })
}
