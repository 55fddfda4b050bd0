/** Who is asking: the bearer token of a request, and the roles a route is open to. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, Role } from '@muster/kernel/actor'
import { problem, sendProblem } from './problem.ts'
import type { Tokens } from './tokens.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the token a request came with is still good: what runs on for long asks again. */
    stillAuthentic: (request: FastifyRequest) => Promise<boolean>
  }
  interface FastifyRequest {
    /** Set on every route that is not open; `NOBODY` elsewhere. */
    actor: Actor
  }
  interface FastifyContextConfig {
    /** Answers without a token: health, metrics, documents. */
    readonly open?: boolean
    /** Roles this route is open to; every role when absent. Checked before a body is read. */
    readonly roles?: ReadonlyArray<Role>
    /** What one request takes from the caller's quota; 1 unless it is heavy. */
    readonly cost?: number
  }
}

/** Stands in before a token was looked at. A nation without a name may do and see nothing of its own. */
export const NOBODY: Actor = { role: 'reporting' }

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i
/** The token of an `authorization` header. */
export const tokenIn = (authorization: string | undefined): string | undefined => BEARER.exec(authorization ?? '')?.[1]

const unauthenticated = problem('unauthenticated', {
  detail: 'Send "Authorization: Bearer …" with a token that is valid now; `muster token --role …` prints one.',
  headers: { 'www-authenticate': 'Bearer realm="muster"' },
})

const SEE_ALL: ReadonlyArray<Role> = ['officer', 'auditor', 'system']
/** On routes that are open to all: whether the caller has shown a token of a role from which no record is withheld. */
export const seesAll =
  (tokens: Pick<Tokens, 'verify'>) =>
  async ({ headers }: FastifyRequest): Promise<boolean> => {
    const token = tokenIn(headers.authorization)
    const verified = token === undefined ? undefined : await tokens.verify(token)
    return verified !== undefined && E.isRight(verified) && SEE_ALL.includes(verified.right.role)
  }

export const authenticate = (app: FastifyInstance, tokens: Tokens): void => {
  const actorOf = async ({ headers }: FastifyRequest): Promise<E.Either<'invalid', Actor>> => {
    const token = tokenIn(headers.authorization)
    return token === undefined ? E.left('invalid') : tokens.verify(token)
  }
  app.decorateRequest('actor')
  app.decorate('stillAuthentic', async (request: FastifyRequest) => E.isRight(await actorOf(request)))
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    request.actor = NOBODY
    const { open, roles } = request.routeOptions.config
    if (open === true || request.is404) return
    const verified = await actorOf(request)
    if (E.isLeft(verified)) return sendProblem(request, reply, unauthenticated)
    request.actor = verified.right
    if (roles !== undefined && !roles.includes(request.actor.role)) {
      return sendProblem(
        request,
        reply,
        problem('not-allowed', { detail: `This is not open to the role ${request.actor.role}.` }),
      )
    }
  })
}
