/** How a command ended, as it is kept beside its events, so that the same command again gets the same answer. */
import * as E from 'fp-ts/lib/Either.js'
import { last, type ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { z } from 'zod'
import { Outcome } from '@muster/contracts/answers'
import type { RecordedEvent } from '@muster/event-store/event'
import type { StoredReceipt } from '@muster/event-store/event-store'
import { rejected } from '@muster/kernel/rejection'
import type { Decided } from './decide.ts'
import type { Result } from './submission.ts'

const Answered = z.object({
  _tag: z.literal('Answered'),
  outcome: Outcome,
  stream: z.string(),
  revision: z.int(),
  eventIds: z.array(z.string()),
})
const RuledOut = z.object({
  _tag: z.literal('Rejected'),
  code: z.string(),
  message: z.string(),
  pointer: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  traceId: z.string().optional(),
})
const Conclusion = z.discriminatedUnion('_tag', [Answered, RuledOut])
export type Conclusion = z.infer<typeof Conclusion>

/** What is kept: answers, and refusals by a rule of the aggregate. Refusals that time can mend (not found, conflict, an unknown name) are not. */
export const conclusionOf = (decided: Decided, stream: string, revision: number, traceId: string): Conclusion | undefined => {
  switch (decided._tag) {
    case 'Accepted':
      return { _tag: 'Answered', outcome: 'accepted', stream, revision, eventIds: decided.events.map(({ id }) => id) }
    case 'Unchanged':
      return { _tag: 'Answered', outcome: 'unchanged', stream, revision, eventIds: [] }
    case 'Refused':
      return decided.refusal._tag === 'Rejected' && !decided.refusal.code.startsWith('unknown-')
        ? {
            ...decided.refusal,
            details: decided.refusal.details === undefined ? undefined : { ...decided.refusal.details },
            traceId,
          }
        : undefined
  }
}

/** What was answered to the command that brought these events. */
export const accountOf = (events: ReadonlyNonEmptyArray<RecordedEvent>): Conclusion => {
  const { stream, revision } = last(events)
  return { _tag: 'Answered', outcome: 'accepted', stream, revision, eventIds: events.map(({ id }) => id) }
}

/** The answer given before, or a refusal when the key now comes with another payload. */
export const answerFrom = (receipt: StoredReceipt, fingerprint: string): Result => {
  if (receipt.fingerprint !== fingerprint) return E.left({ _tag: 'KeyReused' })
  const conclusion = Conclusion.parse(receipt.response)
  if (conclusion._tag === 'Answered') {
    const { outcome, stream, revision, eventIds } = conclusion
    return E.right({ outcome, position: receipt.position, stream, revision, eventIds })
  }
  const { code, message, pointer, details, traceId } = conclusion
  return E.left({
    ...rejected(code, message, { ...(pointer === undefined ? {} : { pointer }), ...(details === undefined ? {} : { details }) }),
    ...(traceId === undefined ? {} : { traceId }),
  })
}
