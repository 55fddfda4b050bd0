/** Strong ETags made of a stream's revision, and the condition a sender puts on its change. */
import * as E from 'fp-ts/lib/Either.js'
import { problem, type Problem } from './problem.ts'

/** `"r17"` */
export const etagOf = (revision: number): string => `"r${revision}"`

const ETAG = /^"r(\d{1,15})"$/

/**
 * The revision the sender has seen; undefined when it sets no condition. `*` asks only for existence, which commands on
 * existing records do anyway.
 */
export const parseIfMatch = (header: string | undefined, required: boolean): E.Either<Problem, number | undefined> => {
  if (header === undefined) {
    return required
      ? E.left(
          problem('if-match-required', { detail: 'Send If-Match with the ETag of the version you have seen, such as "r17".' }),
        )
      : E.right(undefined)
  }
  if (header.trim() === '*') return E.right(undefined)
  const revision = ETAG.exec(header.trim())?.[1]
  return revision === undefined
    ? E.left(problem('malformed-request', { detail: 'If-Match takes the ETag of the record, one strong tag such as "r17".' }))
    : E.right(Number(revision))
}
