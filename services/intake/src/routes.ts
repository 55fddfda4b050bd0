/**
 * The HTTP door for commands: one command, a batch of them, and every command as a resource. Nothing is decided here; the
 * command handler checks payload, role and ownership, and its refusals become problem documents.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { CommandAnswer } from '@muster/contracts/answers'
import { BatchLine, CommandMessage, rolesFor } from '@muster/contracts/commands'
import { inPlainWords, violationsOf } from '@muster/contracts/violations'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { Submission } from '@muster/command-handler/submission'
import type { Actor } from '@muster/kernel/actor'
import { etagOf, parseIfMatch } from '@muster/http/etag'
import { idempotencyKeyOf } from '@muster/http/idempotency'
import { problem, sendProblem, type Problem } from '@muster/http/problem'
import { callersTrace } from '@muster/http/trace'
import { answerBatch } from './batch.ts'
import {
  CommandExample,
  EffectiveAt,
  headerSchemaOf,
  ResourceAnswer,
  addressSchemaOf,
  batchResponses,
  bodySchemaOf,
  problemResponses,
} from './documents.ts'
import type { Circumstances } from './line.ts'
import { notForRole, problemOf } from './refusals.ts'
import { commandRoutes, type CommandRoute } from './route-table.ts'

export interface IntakeDeps {
  readonly handler: Pick<CommandHandler, 'handle'>
  /** A fresh id, for requests that need no key of the sender. */
  readonly newId: () => string
}

/** Of the routes that take any command. */
const CommandQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).optional().describe('true: only say what would become of it, and write nothing'),
})

const circumstancesOf = (request: FastifyRequest): Circumstances => {
  const traceparent = callersTrace(request.headers)
  return { actor: request.actor, correlationId: request.id, ...(traceparent === undefined ? {} : { traceparent }) }
}

const circumstancesOfCommand = (request: FastifyRequest): Circumstances =>
  CommandQuery.parse(request.query).dryRun === 'true' ? { ...circumstancesOf(request), dryRun: true } : circumstancesOf(request)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const notAnObject = problem('malformed-json', { detail: 'The body must be one JSON object.' })

const parseMessage = (body: unknown): E.Either<Problem, CommandMessage> => {
  const message = CommandMessage.safeParse(body, inPlainWords)
  if (message.success) return E.right(message.data)
  if (!isObject(body)) return E.left(notAnObject)
  return E.left(
    problem('invalid-command', {
      detail: 'A command is {"type", "data", "effectiveAt"?}; see the violations.',
      violations: violationsOf(message.error),
    }),
  )
}

/** The fields in the address and those in the body together; the body may repeat the address but not contradict it. */
const dataOf = (
  route: CommandRoute,
  address: Readonly<Record<string, string>>,
  body: unknown,
): E.Either<Problem, Record<string, unknown>> => {
  const given = body ?? {}
  if (!isObject(given)) return E.left(notAnObject)
  const fields = Object.fromEntries(Object.entries(route.ids).map(([part, field]) => [field, address[part] ?? '']))
  const contradicted = Object.keys(fields).filter((field) => given[field] !== undefined && given[field] !== fields[field])
  return contradicted.length === 0
    ? E.right({ ...given, ...fields })
    : E.left(
        problem('invalid-command', {
          detail: 'The body contradicts the address.',
          violations: contradicted.map((field) => ({ pointer: `/${field}`, message: 'already given by the address' })),
        }),
      )
}

/** Follows from the key, so that a repeated request names the same thing again. */
const idFrom = ({ role, contributor }: Actor, key: string): string =>
  `PL-${createHash('sha256')
    .update(`${role}\n${contributor ?? ''}\n${key}`)
    .digest('hex')
    .slice(0, 16)}`

const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1)

export const intakePlugin =
  ({ handler, newId }: IntakeDeps): FastifyPluginAsync =>
  async (app) => {
    const submit = async (
      request: FastifyRequest,
      reply: FastifyReply,
      submission: Submission,
    ): Promise<CommandAnswer | undefined> => {
      const [result] = await handler.handle([submission])
      if (result === undefined || E.isLeft(result)) {
        const refusal = result?.left ?? { _tag: 'Unavailable' as const, message: 'no answer' }
        if (refusal._tag === 'Unavailable')
          request.log.error({ traceId: request.id, err: new Error(refusal.message) }, 'the log is unavailable')
        sendProblem(request, reply, problemOf(refusal))
        return undefined
      }
      reply.header('etag', etagOf(result.right.revision))
      return result.right
    }

    oneCommand(app, submit)
    batch(app, handler)
    for (const route of commandRoutes) resource(app, route, submit, newId)
  }

type Submit = (request: FastifyRequest, reply: FastifyReply, submission: Submission) => Promise<CommandAnswer | undefined>

const oneCommand = (app: FastifyInstance, submit: Submit): void => {
  app.post(
    '/v1/commands',
    {
      config: { roles: ['officer', 'nation', 'system'] },
      schema: {
        tags: ['commands'],
        summary: 'Give one command',
        headers: headerSchemaOf({ method: 'POST' }),
        querystring: CommandQuery,
        body: CommandExample,
        response: { 200: CommandAnswer, ...problemResponses },
      },
    },
    async (request, reply) => {
      const forbidden = notForRole(request.body, request.actor)
      if (forbidden !== undefined) return sendProblem(request, reply, forbidden)
      const key = idempotencyKeyOf(request)
      if (E.isLeft(key)) return sendProblem(request, reply, key.left)
      const message = parseMessage(request.body)
      if (E.isLeft(message)) return sendProblem(request, reply, message.left)
      const condition = parseIfMatch(request.headers['if-match'], false)
      if (E.isLeft(condition)) return sendProblem(request, reply, condition.left)
      const answer = await submit(request, reply, {
        ...circumstancesOfCommand(request),
        key: key.right,
        message: message.right,
        ...(condition.right === undefined ? {} : { expectedRevision: condition.right }),
      })
      return answer ?? reply
    },
  )
}

/** Pushes without waiting for the reader; see batch.ts for why. */
const pouring = (texts: AsyncIterable<string>): Readable => {
  const stream = new Readable({ read: () => {} })
  const pour = async (): Promise<void> => {
    for await (const text of texts) stream.push(text)
    stream.push(null)
  }
  pour().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))))
  return stream
}

const batch = (app: FastifyInstance, handler: IntakeDeps['handler']): void => {
  const lines = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { body } = request
    if (!(body instanceof Readable)) {
      return sendProblem(
        request,
        reply,
        problem('unsupported-media-type', { detail: 'Send application/x-ndjson: one command a line.' }),
      )
    }
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .send(pouring(answerBatch(handler, body, circumstancesOfCommand(request))))
  }
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload))
  app.post(
    '/v1/commands/batch',
    {
      config: { roles: ['officer', 'nation', 'system'], cost: 10 },
      schema: {
        tags: ['commands'],
        summary: 'Give up to 10,000 commands, one a line, each with its own id',
        consumes: ['application/x-ndjson'],
        querystring: CommandQuery,
        body: BatchLine,
        response: batchResponses,
      },
    },
    lines,
  )
}

const Address = z.record(z.string(), z.string())
const ResourceQuery = z.strictObject({ effectiveAt: EffectiveAt.optional() })

const resource = (app: FastifyInstance, route: CommandRoute, submit: Submit, newId: () => string): void => {
  const { type, method, url, creates, named, cost = 1 } = route
  const answers = { 200: ResourceAnswer, ...(creates === undefined ? {} : { 201: ResourceAnswer }), ...problemResponses }
  app.route({
    method,
    url,
    config: { roles: rolesFor(type), cost },
    schema: {
      tags: ['resources'],
      summary: route.summary,
      description: `The command ${type}.`,
      headers: headerSchemaOf(route),
      params: addressSchemaOf(route),
      querystring: ResourceQuery,
      body: bodySchemaOf(route),
      response: answers,
    },
    handler: async (request, reply) => {
      // Without a key of the sender a repeat is a command of its own; the condition of If-Match makes that harmless.
      const keyed = method === 'POST' || request.headers['idempotency-key'] !== undefined
      const key = keyed ? idempotencyKeyOf(request) : E.right(newId())
      if (E.isLeft(key)) return sendProblem(request, reply, key.left)
      const condition = parseIfMatch(request.headers['if-match'], route.ifMatch === true)
      if (E.isLeft(condition)) return sendProblem(request, reply, condition.left)
      const data = dataOf(route, Address.parse(request.params), request.body)
      if (E.isLeft(data)) return sendProblem(request, reply, data.left)
      const { effectiveAt } = ResourceQuery.parse(request.query)
      const answer = await submit(request, reply, {
        ...circumstancesOf(request),
        key: key.right,
        message: {
          type,
          data: named === undefined ? data.right : { [named]: idFrom(request.actor, key.right), ...data.right },
          ...(effectiveAt === undefined ? {} : { effectiveAt }),
        },
        ...(condition.right === undefined ? {} : { expectedRevision: condition.right }),
      })
      if (answer === undefined) return reply
      const id = idOf(answer.stream)
      if (creates !== undefined) {
        reply.header('location', creates.replace('{id}', encodeURIComponent(id)))
        if (answer.outcome === 'accepted') reply.code(201)
      }
      return { ...answer, id }
    },
  })
}
