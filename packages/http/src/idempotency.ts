/** `Idempotency-Key`: the sender's own name for a command, under which a repeat is recognised. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyRequest } from 'fastify'
import { problem, type Problem } from './problem.ts'

/** Printable ASCII; senders commonly use a UUID. */
const KEY = /^[\u0021-\u007e]{1,200}$/

const missing = problem('idempotency-key-required', {
  detail:
    'Send Idempotency-Key with a value of your own for each command, such as a UUID; a repeat with the same key changes nothing.',
})
const unfit = problem('malformed-request', { detail: 'Idempotency-Key takes 1 to 200 printable characters without blanks.' })

export const idempotencyKeyOf = (request: FastifyRequest): E.Either<Problem, string> => {
  const header = request.headers['idempotency-key']
  if (typeof header !== 'string' || header === '') return E.left(missing)
  return KEY.test(header) ? E.right(header) : E.left(unfit)
}
