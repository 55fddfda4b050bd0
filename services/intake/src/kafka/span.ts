/** Handles a span of commands: reads and authenticates each, hands over all of them at once, sends what came of them. */
import * as E from 'fp-ts/lib/Either.js'
import type { Message, OutgoingMessage, Span } from '@muster/broker/broker'
import type { Lanes } from '@muster/broker/lanes'
import type { BatchAnswer } from '@muster/contracts/answers'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { Refusal, Result, Submission } from '@muster/command-handler/submission'
import type { Tokens } from '@muster/http/tokens'
import type { Logger } from '@muster/observability/log'
import type { Circumstances } from '../line.ts'
import { problemOf } from '../refusals.ts'
import { openAnswerOf, resultLetter } from './letters.ts'
import { putAside, sendAll, type Aside } from './outbox.ts'
import { circumstancesOf, commandIn, letterIn, type Letter, type PoisonReason, type TurnedAway } from './received.ts'

/** A message on its way through a span. */
type Arrived =
  | { readonly _tag: 'Poison'; readonly message: Message; readonly reason: PoisonReason }
  | { readonly _tag: 'TurnedAway'; readonly letter: Letter; readonly circumstances: Circumstances; readonly why: TurnedAway }
  | { readonly _tag: 'Command'; readonly letter: Letter; readonly circumstances: Circumstances; readonly submission: Submission }

/** What handling needs beside the topics it answers on. */
export interface HandlingOptions {
  readonly handler: Pick<CommandHandler, 'handle'>
  readonly tokens: Pick<Tokens, 'verify'>
  readonly logger: Pick<Logger, 'warn'>
}

interface Tools extends HandlingOptions {
  readonly results: Lanes
  readonly deadLetters: Lanes
}

/** A refusal that says nothing about the command: it is given again until there is an answer. */
const isPassing = ({ _tag }: Refusal): boolean => _tag === 'Unavailable' || _tag === 'InFlight' || _tag === 'Conflict'

/** What the log itself says may quote anything, and readiness is open to all. */
const reasonOf = (refusal: Refusal): string => problemOf(refusal).detail ?? refusal._tag

export const spanHandler =
  ({ handler, tokens, logger, results, deadLetters }: Tools) =>
  async ({ topic, partition, messages }: Span, signal: AbortSignal): Promise<E.Either<string, void>> => {
    const arrived = await Promise.all(messages.map((message) => arrive(message, tokens)))
    if (signal.aborted) return E.left('the partition has gone to another member')

    const commands = arrived.flatMap((one) => (one._tag === 'Command' ? [one.submission] : []))
    const handled = commands.length === 0 ? [] : await handler.handle(commands)
    const held = handled.find((result) => E.isLeft(result) && isPassing(result.left))
    if (held !== undefined && E.isLeft(held)) {
      logger.warn(
        { topic, partition, code: held.left._tag, count: messages.length },
        'commands are held until the log takes them',
      )
      return E.left(reasonOf(held.left))
    }

    const answered = new Map<OutgoingMessage, Message>()
    for (const { letter, circumstances, answer } of answersTo(arrived, handled)) {
      answered.set(resultLetter(letter.message, answer, letter.id, circumstances.correlationId), letter.message)
    }
    const unsent = await sendAll(results, [...answered.keys()])
    if (E.isLeft(unsent)) return unsent

    const aside: Aside[] = [
      ...arrived.flatMap(poisonIn),
      ...unsent.right.flatMap((letter): Aside[] => {
        const message = answered.get(letter)
        return message === undefined ? [] : [{ message, reason: 'result-rejected' }]
      }),
    ]
    for (const { message, reason } of aside) {
      logger.warn({ topic, partition, offset: message.offset, code: reason }, 'a message was put aside as a dead letter')
    }
    return putAside(deadLetters, aside)
  }

const arrive = async (message: Message, tokens: Pick<Tokens, 'verify'>): Promise<Arrived> => {
  const letter = letterIn(message)
  if (E.isLeft(letter)) return { _tag: 'Poison', message, reason: letter.left }
  const actor = await tokens.verify(letter.right.token)
  if (E.isLeft(actor)) return { _tag: 'Poison', message, reason: 'unauthenticated' }
  const circumstances = circumstancesOf(letter.right, actor.right)
  const command = commandIn(letter.right, circumstances)
  return E.isLeft(command)
    ? { _tag: 'TurnedAway', letter: letter.right, circumstances, why: command.left }
    : { _tag: 'Command', letter: letter.right, circumstances, submission: command.right }
}

interface Answered {
  readonly letter: Letter
  readonly circumstances: Circumstances
  readonly answer: BatchAnswer
}

/** Who is answered, and what, in the order of arrival; `handled` are the commands' results in that order. */
const answersTo = (arrived: ReadonlyArray<Arrived>, handled: ReadonlyArray<Result>): ReadonlyArray<Answered> => {
  let next = 0
  return arrived.flatMap((one): ReadonlyArray<Answered> => {
    if (one._tag === 'Poison') return []
    if (one._tag === 'TurnedAway') return [{ ...one, answer: one.why.answer }]
    const answer = openAnswerOf(one.letter.id, handled[next])
    next += 1
    return [{ ...one, answer }]
  })
}

const poisonIn = (one: Arrived): ReadonlyArray<Aside> => {
  if (one._tag === 'Poison') return [{ message: one.message, reason: one.reason }]
  if (one._tag === 'TurnedAway' && one.why.poison !== undefined) {
    return [{ message: one.letter.message, reason: one.why.poison }]
  }
  return []
}
