/**
 * A fastify that speaks the house's HTTP: zod schemas on the routes, problem documents, bearer tokens, quotas, trace ids,
 * health, metrics and the OpenAPI document. Services register their routes on it; the all-in-one registers several.
 */
import swagger from '@fastify/swagger'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler as zodValidator } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { Clock } from '@muster/kernel/time'
import { authenticate, seesAll } from './authenticate.ts'
import { docsRoutes } from './docs.ts'
import { handleErrors, problemOfError } from './errors.ts'
import { healthRoutes, type Health } from './health.ts'
import { openApiBase, openApiRoutes } from './openapi.ts'
import { sendProblem } from './problem.ts'
import { DEFAULT_QUOTA, limitRate, type Quota } from './rate-limit.ts'
import { openStreamsOf } from './sse.ts'
import type { Tokens } from './tokens.ts'
import { traceIdOf } from './trace.ts'

/** One finished request, for counters; `route` is the pattern, never the address with its ids. */
export interface Finished {
  readonly route: string
  readonly method: string
  readonly status: number
  readonly seconds: number
}

export interface ServerOptions {
  readonly tokens: Tokens
  readonly clock: Clock
  readonly health: Pick<Health, 'checks' | 'metrics' | 'mayName'>
  readonly logger?: FastifyBaseLogger
  readonly observe?: (finished: Finished) => void
  readonly quota?: Quota
}

/** Bodies are commands of at most this size; batches and uploads are streamed. */
const BODY_LIMIT = 1_048_576
/** Whoever needs longer to send a request is cut off; a batch of 10,000 lines takes seconds. */
const REQUEST_TIMEOUT_MS = 300_000

export const createServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { tokens, clock, health, logger, observe, quota = DEFAULT_QUOTA } = options
  const app = fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply, problemOfError(error))
    },
    genReqId: ({ headers }) => traceIdOf(headers),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
  })
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
  })

  // Bodies are commands, which the command handler checks; checking them here too would do the work twice. Headers have
  // problems of their own (a missing key is not a wrong parameter), so the routes look at them.
  app.setValidatorCompiler<z.ZodType>(({ httpPart, schema }) =>
    httpPart === 'body' || httpPart === 'headers' ? () => true : zodValidator({ schema, method: '', url: '' }),
  )
  // Answers are typed by their schemas; tests check them against the schemas, requests need not.
  app.setSerializerCompiler(() => JSON.stringify)

  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many commands have nothing to say beside their address; clients send them with an empty body.
    if (body.length === 0) done(null, undefined)
    else void parseJson(request, String(body), done)
  })

  handleErrors(app)
  openStreamsOf(app)
  await app.register(swagger, {
    openapi: openApiBase,
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  authenticate(app, tokens)
  limitRate(app, quota, () => Date.parse(clock()))
  if (observe !== undefined) {
    app.addHook('onResponse', async (request, reply) => {
      observe({
        route: request.routeOptions.url ?? 'unknown',
        method: request.method,
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1000,
      })
    })
  }
  healthRoutes(app, { mayName: seesAll(tokens), ...health, draining: () => draining })
  openApiRoutes(app)
  docsRoutes(app)
  return app
}
