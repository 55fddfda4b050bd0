/** One line of a batch, however it came: parsed, turned into a submission, and answered. */
import * as E from 'fp-ts/lib/Either.js'
import type { BatchAnswer } from '@muster/contracts/answers'
import type { BatchLine } from '@muster/contracts/commands'
import type { Result, Submission } from '@muster/command-handler/submission'
import { problem } from '@muster/http/problem'
import { problemOf, refusedLine } from './refusals.ts'

/** Circumstances that come with the request, not with the line. */
export type Circumstances = Pick<Submission, 'actor' | 'correlationId' | 'traceparent' | 'dryRun'>

export const parseJson = (text: string): E.Either<'not JSON', unknown> =>
  E.tryCatch(
    (): unknown => JSON.parse(text),
    () => 'not JSON' as const,
  )

/** The id a line gives itself, even where the rest of it is wrong; empty when there is none. */
export const idOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : ''

/** The line's id is the key under which the command is done once. */
export const submissionOf = ({ id, type, data, effectiveAt }: BatchLine, circumstances: Circumstances): Submission => ({
  ...circumstances,
  key: id,
  message: { type, data, ...(effectiveAt === undefined ? {} : { effectiveAt }) },
})

export const answerOf = (id: string, result: Result | undefined): BatchAnswer => {
  if (result === undefined) return refusedLine(id, problem('internal-error'))
  return E.isRight(result) ? { id, ...result.right } : refusedLine(id, problemOf(result.left))
}
