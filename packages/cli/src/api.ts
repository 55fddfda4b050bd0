/**
 * The HTTP API as the command line sees it: over the wire when a server runs on the data folder, else in this very process on the
 * same store. Either way the same routes answer, so that nothing is said twice.
 */
import * as E from 'fp-ts/lib/Either.js'
import { openMuster } from '@muster/all-in-one/open'
import { openTokens } from '@muster/http/tokens'
import type { Clock } from '@muster/kernel/time'
import { persistently, serverOf } from './running.ts'

export interface ApiAnswer {
  readonly status: number
  readonly body: string
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** With the query. */
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Api {
  readonly request: (request: ApiRequest) => Promise<ApiAnswer>
  /** Address of the running server; undefined when this process answers itself. */
  readonly server: string | undefined
  readonly close: () => Promise<void>
}

export interface ConnectOptions {
  readonly data: string
  /** A command that only reads opens the store beside anything that writes. */
  readonly mode: 'read' | 'write'
  readonly clock: Clock
  readonly token?: string
  /** How long to wait for a server that lives but does not answer. */
  readonly patienceMs?: number
}

/** Left: one sentence that says what is wrong and what to do. */
export const connect = async ({ data, mode, clock, token, patienceMs }: ConnectOptions): Promise<E.Either<string, Api>> => {
  const server = await serverOf(data, patienceMs)
  if (server._tag === 'Silent') return E.left(server.message)
  const bearer = async (): Promise<string> => `Bearer ${token ?? (await officerToken(data, clock))}`
  if (server._tag === 'Answering') return E.right(overTheWire(server.url, await bearer()))
  const muster = await openMuster({ data, mode, clock })
  if (E.isLeft(muster)) return muster
  const { app, close } = muster.right
  const authorization = await bearer()
  return E.right({
    server: undefined,
    close,
    request: async ({ method, path, body, headers = {} }) => {
      const answer = await app.inject({
        method,
        url: path,
        headers: { ...headersFor(body), ...headers, authorization },
        ...(body === undefined ? {} : { payload: body }),
      })
      return { status: answer.statusCode, body: answer.body }
    },
  })
}

const overTheWire = (server: string, authorization: string): Api => ({
  server,
  close: async () => {},
  request: ({ method, path, body, headers = {} }) =>
    persistently(server, async () => {
      const answer = await fetch(`${server}${path}`, {
        method,
        headers: { ...headersFor(body), ...headers, authorization },
        ...(body === undefined ? {} : { body }),
      })
      return { status: answer.status, body: await answer.text() }
    }),
})

const headersFor = (body: string | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-type': 'application/json' }

/** Whoever may read the data folder holds its secret and acts as an officer, unless MUSTER_TOKEN says otherwise. */
const officerToken = async (data: string, clock: Clock): Promise<string> => {
  const tokens = await openTokens(data, clock)
  const token = await tokens.issue({ role: 'officer', ttlSeconds: 3_600 })
  if (E.isLeft(token)) throw new Error(`A local officer token was refused: ${token.left._tag}`)
  return token.right
}
