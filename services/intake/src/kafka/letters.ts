/** What is sent for a command: its result, or the message itself put aside. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Headers, Message, OutgoingMessage } from '@muster/broker/broker'
import type { BatchAnswer } from '@muster/contracts/answers'
import type { Result } from '@muster/command-handler/submission'
import { answerOf } from '../line.ts'
import { refusedLine } from '../refusals.ts'
import type { PoisonReason } from './received.ts'

/** `result-rejected`: the command was handled, but the results topic did not take its result. */
export type DeadLetterReason = PoisonReason | 'result-rejected'

export const RESULT_TYPE = 'muster.command.result.v1'
const RESULT_SOURCE = 'urn:muster:intake'

const ASK_OVER_HTTP =
  'Give the same command with the same id over HTTP to read which figures the rule looked at; it is not done twice.'

/**
 * Every sender can read every result, so a result says what became of the command and nothing of what its record holds: the sentences
 * of rules quote quantities, days and names of records that may be confidential, and stay where only the sender can read them.
 */
export const openAnswerOf = (id: string, result: Result | undefined): BatchAnswer => {
  if (result === undefined || E.isRight(result) || result.left._tag !== 'Rejected') return answerOf(id, result)
  const { code, pointer } = result.left
  return refusedLine(id, {
    code,
    detail: ASK_OVER_HTTP,
    ...(pointer === undefined ? {} : { violations: [{ pointer, message: code }] }),
  })
}

/** The key is the command's own, so that a sender finds its results in one partition. */
export const resultLetter = ({ key }: Message, answer: BatchAnswer, id: string, correlationId: string): OutgoingMessage => ({
  key,
  value: Buffer.from(JSON.stringify(answer)),
  headers: {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: RESULT_SOURCE,
    ce_type: RESULT_TYPE,
    ce_correlationid: correlationId,
    'content-type': 'application/json',
  },
})

const whereabouts = ({ topic, partition, offset }: Message, reason: DeadLetterReason): Headers => ({
  dead_letter_reason: reason,
  dead_letter_topic: topic,
  dead_letter_partition: String(partition),
  dead_letter_offset: String(offset),
})

/** Dead letters are read by people; a token is for nobody to read. */
const withoutTokens = (headers: Headers): Headers =>
  Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => !/authorization/i.test(name) && !/\bbearer\b/i.test(value)),
  )

/** The original bytes and headers, without the token. */
export const deadLetter = (message: Message, reason: DeadLetterReason): OutgoingMessage => ({
  key: message.key,
  value: message.value,
  headers: { ...withoutTokens(message.headers), ...whereabouts(message, reason) },
})

/** For an original too large to be put aside: where it lies, and how to tell whether what lies there is still the same. */
export const bareDeadLetter = (message: Message, reason: DeadLetterReason): OutgoingMessage => ({
  key: '',
  value: new Uint8Array(),
  headers: {
    ...whereabouts(message, reason),
    dead_letter_bytes: String(message.value.length),
    dead_letter_sha256: createHash('sha256').update(message.value).digest('hex'),
  },
})
