/** A server for tests of routes: a frozen clock, tokens of a fixed secret, nothing written anywhere. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import type { Clock } from '@muster/kernel/time'
import type { Quota } from './rate-limit.ts'
import { createServer } from './server.ts'
import { tokensWith, type TokenRequest, type Tokens } from './tokens.ts'

export const TEST_SECRET: Uint8Array = new Uint8Array(32).fill(7)
export const TEST_NOW = '2027-01-01T00:00:00.000Z'

export interface TestServer {
  readonly app: FastifyInstance
  readonly tokens: Tokens
  /** Headers of a request by this role. */
  readonly as: (role: TokenRequest['role'], contributor?: string) => Promise<Record<string, string>>
}

export const bearer = async (tokens: Tokens, request: TokenRequest): Promise<Record<string, string>> => {
  const token = await tokens.issue(request)
  if (isLeft(token)) throw new Error(`no token: ${token.left._tag}`)
  return { authorization: `Bearer ${token.right}` }
}

export interface TestOptions {
  readonly clock?: Clock
  readonly quota?: Quota
  /** Answers leave as the real server sends them; else each is held against the schema that its route promises. */
  readonly asSent?: boolean
}

export const testServer = async (options: TestOptions = {}): Promise<TestServer> => {
  const clock = options.clock ?? (() => TEST_NOW)
  const tokens = tokensWith(TEST_SECRET, clock)
  const app = await createServer({
    tokens,
    clock,
    health: { checks: async () => [], metrics: async () => '' },
    ...(options.quota === undefined ? {} : { quota: options.quota }),
  })
  if (options.asSent !== true) app.setSerializerCompiler(serializerCompiler)
  return { app, tokens, as: (role, contributor) => bearer(tokens, contributor === undefined ? { role } : { role, contributor }) }
}
