/** Requests to a running engine, with the answers as they came. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { tokenFor, type Engine } from './engine.ts'
import type { TokenRole } from '@muster/http/tokens'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown
  readonly text: string
}

export interface Ask {
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>
  readonly send: (
    method: 'POST' | 'PATCH' | 'PUT',
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  /** `POST /v1/commands` under a fresh key. */
  readonly give: (type: string, data: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>
  readonly batch: (lines: ReadonlyArray<string>) => Promise<ReadonlyArray<Line>>
}

const Line = z.looseObject({ id: z.string(), outcome: z.string(), code: z.string().optional() })
export type Line = z.output<typeof Line>

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text), text }
}

/** Asks with a token, or without one. */
export const askWith = (url: string, token: string | undefined): Ask => {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const send: Ask['send'] = async (method, path, body, headers = {}) => {
    const request: RequestInit = {
      method,
      headers: { ...authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }
    return answerOf(await fetch(`${url}${path}`, request))
  }
  return {
    get: async (path, headers = {}) => answerOf(await fetch(`${url}${path}`, { headers: { ...authorization, ...headers } })),
    send,
    give: (type, data, headers) => send('POST', '/v1/commands', { type, data }, headers),
    batch: async (lines) => {
      const { status, text } = await send('POST', '/v1/commands/batch', `${lines.join('\n')}\n`, {
        'content-type': 'application/x-ndjson',
      })
      if (status !== 200) throw new Error(`the batch answered ${status}: ${text}`)
      return text
        .trim()
        .split('\n')
        .map((line) => Line.parse(JSON.parse(line)))
    },
  }
}

export const askAs = async ({ url, data }: Engine, role: TokenRole, contributor?: string): Promise<Ask> =>
  askWith(url, await tokenFor(data, role, contributor))

/** A header that leaves the key out. */
export const NO_KEY = { 'idempotency-key': '' }

const Accepted = z.object({
  outcome: z.enum(['accepted', 'unchanged']),
  position: z.int(),
  stream: z.string(),
  revision: z.int(),
  eventIds: z.array(z.string()),
})
export type Accepted = z.output<typeof Accepted>

/** The answer to a command that must have been taken. */
export const accepted = ({ status, body, text }: Answer): Accepted => {
  if (status !== 200 && status !== 201) throw new Error(`refused with ${status}: ${text}`)
  return Accepted.parse(body)
}

const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  violations: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  traceId: z.string(),
  retryable: z.boolean(),
})
export type Problem = z.output<typeof Problem>

/** The problem document of an answer that must be a refusal. */
export const refusal = ({ status, headers, body, text }: Answer): Problem => {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) throw new Error(`no problem: ${status} ${text}`)
  return Problem.parse(body)
}
