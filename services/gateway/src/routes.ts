/**
 * One address for everybody: commands go on to the intake, reads to the query replicas in turn. A service that is being started
 * again is waited for as long as the request can be repeated without doing anything twice.
 */
import replyFrom from '@fastify/reply-from'
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { partition } from 'fp-ts/lib/ReadonlyArray.js'
import contract from '@muster/contracts/openapi.json' with { type: 'json' }
import { docsRoutes } from '@muster/http/docs'
import { handleErrors, problemOfError } from '@muster/http/errors'
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
/** As long as the services behind take them. */
const LONGEST_ID = 300
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
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply, problemOfError(error))
    },
    genReqId: ({ headers }) => traceIdOf(headers),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: LONGEST_ID },
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
  // Intake and query replicas know a part of each path's methods: only together do they tell a wrong method from an unknown path.
  const behind = routesOfContract().filter((route) => !app.hasRoute(route))
  const { left: commands, right: reads } = partition(({ method }: Route) => method === 'GET')(behind)
  await app.register(forwarding(commands, upstreams.intake))
  await app.register(forwarding(reads, upstreams.query))
  return app
}

interface Route {
  readonly method: string
  readonly url: string
}

/** Every route of the contract, its path as the router writes it. */
const routesOfContract = (): ReadonlyArray<Route> =>
  Object.entries(contract.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), url: path.replaceAll(/\{(\w+)\}/g, ':$1') })),
  )

const forwarding = (routes: ReadonlyArray<Route>, base: ReadonlyArray<string>) => async (app: FastifyInstance) => {
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
  const forward = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
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
  }
  for (const route of routes) app.route({ ...route, handler: forward })
}
