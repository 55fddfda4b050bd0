/**
 * What came on a command topic, step by step: is it a message with a command in it, who sent it, does it lie where it belongs. Whatever
 * cannot be a command is poison and goes to the dead letters; a sender who is known is answered in any case.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Headers, Message } from '@muster/broker/broker'
import type { BatchAnswer } from '@muster/contracts/answers'
import { BatchLine } from '@muster/contracts/commands'
import { aggregateKinds, commandTopics, type AggregateKind } from '@muster/contracts/integration/topics'
import { violationsOf } from '@muster/contracts/violations'
import { commandId } from '@muster/command-handler/ids'
import { prepare } from '@muster/command-handler/prepare'
import type { Submission } from '@muster/command-handler/submission'
import { streamId, streamKind } from '@muster/event-store/event'
import { tokenIn } from '@muster/http/authenticate'
import { problem } from '@muster/http/problem'
import type { Actor } from '@muster/kernel/actor'
import { parseTraceparent, traceparentOf } from '@muster/kernel/trace-context'
import { idOf, parseJson, submissionOf, type Circumstances } from '../line.ts'
import { refusedLine } from '../refusals.ts'

/** Why a message is poison. */
export type PoisonReason =
  | 'too-large'
  | 'not-json'
  | 'no-id'
  /** No token, a forged one, or one that had expired when its turn came. */
  | 'unauthenticated'
  /** Header and line name two different commands. */
  | 'ids-differ'
  /** JSON, but not `{"id", "type", "data", "effectiveAt"?}`. */
  | 'not-a-command'
  /** A command on another kind of record than its topic carries. */
  | 'wrong-topic'

/** A message that names its command and carries a token that nobody has looked at yet. */
export interface Letter {
  readonly message: Message
  readonly id: string
  readonly token: string
  readonly content: unknown
}

/** A command that will not be handled; `poison` says that its message is put aside too. */
export interface TurnedAway {
  readonly answer: BatchAnswer
  readonly poison?: PoisonReason
}

const MOST_BYTES = commandTopics.pledge.maxMessageBytes
const LONGEST_ID = 200

const headerOf = (headers: Headers, wanted: string): string | undefined =>
  headers[wanted] ?? Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1]

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** Bytes that are no text are not mended: a name must not change on its way into the log. */
const textIn = (value: Uint8Array): E.Either<'not JSON', string> =>
  E.tryCatch(
    () => utf8.decode(value),
    () => 'not JSON' as const,
  )

/** A batch may be packed: what the broker took as small can be large once it is unpacked. */
export const letterIn = (message: Message): E.Either<PoisonReason, Letter> => {
  if (message.value.length > MOST_BYTES) return E.left('too-large')
  const json = E.chain(parseJson)(textIn(message.value))
  if (E.isLeft(json)) return E.left('not-json')
  const id = headerOf(message.headers, 'ce_id') || idOf(json.right)
  if (id === '' || id.length > LONGEST_ID) return E.left('no-id')
  const token = tokenIn(headerOf(message.headers, 'authorization'))
  return token === undefined ? E.left('unauthenticated') : E.right({ message, id, token, content: json.right })
}

/** The sender's trace where it gave one; else what follows from the command, so that a repeat has the same. */
export const circumstancesOf = ({ message, id }: Letter, actor: Actor): Circumstances => {
  const { headers } = message
  const trace = parseTraceparent(headerOf(headers, 'traceparent') ?? headerOf(headers, 'ce_traceparent'))
  return trace === undefined
    ? { actor, correlationId: commandId(actor, id).replaceAll('-', '') }
    : { actor, correlationId: trace.traceId, traceparent: traceparentOf(trace) }
}

const kindOfTopic = new Map(aggregateKinds.map((kind): [string, AggregateKind] => [commandTopics[kind].name, kind]))

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

export const commandIn = (letter: Letter, circumstances: Circumstances): E.Either<TurnedAway, Submission> => {
  const { id, content, message } = letter
  const ownId = idOf(content)
  if (ownId !== '' && ownId !== id) {
    return turnedAway(ownId, 'ids-differ', 'The header ce_id and the id of the line name two commands; give both the same.')
  }
  const line = BatchLine.safeParse(isObject(content) ? { ...content, id } : content)
  if (!line.success) {
    const detail = 'The value is not a command {"id", "type", "data", "effectiveAt"?}; see the violations.'
    const violations = violationsOf(line.error)
    return E.left({ answer: refusedLine(id, problem('invalid-command', { detail, violations })), poison: 'not-a-command' })
  }
  const submission = submissionOf(line.data, circumstances)
  // What cannot be prepared is refused by the handler, which says why.
  const prepared = prepare(submission)
  if (E.isLeft(prepared)) return E.right(submission)
  const { stream } = prepared.right
  const kind = streamKind(stream)
  if (kind !== kindOfTopic.get(message.topic)) {
    return turnedAway(id, 'wrong-topic', `${line.data.type} is a command on a ${kind}; send it to the topic of that kind.`)
  }
  // A pledge that names itself only by its terms is the first of its record: there is nothing yet that it could overtake.
  const unnamed = line.data.type === 'SubmitPledge' && line.data.data['pledge'] === undefined
  if (unnamed || message.key === streamId(stream)) return E.right(submission)
  const detail = `Under another key commands on one record would overtake each other: let the key be "${streamId(stream)}".`
  return E.left({ answer: refusedLine(id, { code: 'wrong-key', detail }) })
}

const turnedAway = (id: string, poison: PoisonReason, detail: string): E.Either<TurnedAway, never> =>
  E.left({ answer: refusedLine(id, { code: poison, detail }), poison })
