/**
 * Cursors of lists: opaque and signed. A cursor carries where the next page begins, which question it belongs to, and the
 * position of the log the question was answered at, so that pages never shift under a reader and a cursor cannot be bent
 * to another question.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { problem, type Problem } from './problem.ts'

/** What a cursor stands for. */
export interface Cursor {
  /** Key of the last row shown. */
  readonly after: string
  /** Position of the log at which the first page was answered. */
  readonly position: number
}

export interface Cursors {
  readonly encode: (cursor: Cursor, question: Question) => string
  readonly decode: (text: string, question: Question) => E.Either<Problem, Cursor>
}

/** Route and filters, without the parts that change from page to page. */
export type Question = Readonly<Record<string, unknown>>

const Payload = z.tuple([z.string(), z.int().min(0), z.string()])
const SIGNATURE_BYTES = 16

const foreign = problem('invalid-cursor', {
  detail: 'Take the address of the next page from the Link header as it is; begin again without a cursor.',
})

const hashOf = (question: Question): string => {
  const entries = Object.entries(question)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 16)
}

const parse = (json: string): (Cursor & { readonly hash: string }) | undefined => {
  try {
    const [after, position, hash] = Payload.parse(JSON.parse(json))
    return { after, position, hash }
  } catch {
    return undefined
  }
}

export const openCursors = (secret: Uint8Array): Cursors => {
  const sign = (payload: string): Buffer =>
    createHmac('sha256', secret).update(`cursor\n${payload}`).digest().subarray(0, SIGNATURE_BYTES)
  return {
    encode: ({ after, position }, question) => {
      const payload = Buffer.from(JSON.stringify([after, position, hashOf(question)])).toString('base64url')
      return `${payload}.${sign(payload).toString('base64url')}`
    },
    decode: (text, question) => {
      const [payload = '', signature = ''] = text.split('.')
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== SIGNATURE_BYTES || !timingSafeEqual(given, sign(payload))) return E.left(foreign)
      const cursor = parse(Buffer.from(payload, 'base64url').toString('utf8'))
      return cursor === undefined || cursor.hash !== hashOf(question)
        ? E.left(foreign)
        : E.right({ after: cursor.after, position: cursor.position })
    },
  }
}
