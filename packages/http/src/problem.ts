/** Problems as values, and how they look outside: RFC 9457 problem documents. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ProblemDocument, Violation } from '@muster/contracts/answers'
import { problemCodes, type ProblemCode } from './problem-codes.ts'

export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail?: string
  readonly violations?: ReadonlyArray<Violation>
  readonly retryable: boolean
  /** Figures a rule looked at, current revisions and the like. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** Of the request that was refused first, when this is a repeat; else the request's own. */
  readonly traceId?: string
}

type More = Pick<Problem, 'detail' | 'violations' | 'details' | 'headers'>

export const problem = (code: ProblemCode, more: More = {}): Problem => ({ code, ...problemCodes[code], ...more })

/** A domain rule said no; `code` is the rule's own. */
export const refusedByRule = (
  code: string,
  message: string,
  more: Pick<Problem, 'violations' | 'details' | 'traceId'> = {},
): Problem => ({
  code,
  status: 422,
  title: 'Refused by a rule',
  detail: message,
  retryable: false,
  ...more,
})

/** What does not exist and what may not be seen answer with this very value, so that nobody can tell them apart. */
export const NOT_FOUND: Problem = problem('not-found', { detail: 'There is no such record, or it is not open to you.' })

const PROBLEM_JSON = 'application/problem+json; charset=utf-8'

/** The page is served by the engine itself, so the reference resolves against the address of the request. */
export const problemType = (code: string): string => `/docs/problems.md#${code}`

export const problemDocument = (problem: Problem, traceId: string): ProblemDocument => {
  const { status, code, title, detail, violations, retryable, details } = problem
  return {
    type: problemType(code),
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(violations === undefined ? {} : { violations: [...violations] }),
    traceId,
    retryable,
    ...(details === undefined ? {} : { details }),
  }
}

/** Serialised here: a problem never goes through the schema of the route's good answer. */
export const sendProblem = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
  reply
    .code(problem.status)
    .headers(problem.headers ?? {})
    .header('content-type', PROBLEM_JSON)
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(problemDocument(problem, problem.traceId ?? request.id))
