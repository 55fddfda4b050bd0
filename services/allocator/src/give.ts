/** Commands of the engine itself. */
import * as E from 'fp-ts/lib/Either.js'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { Refusal } from '@muster/command-handler/submission'
import type { Actor } from '@muster/kernel/actor'
import type { Reaction } from './reactions.ts'

const SYSTEM: Actor = { role: 'system' }

export type Give = (reaction: Reaction, correlationId: string) => Promise<E.Either<Refusal, void>>

export const giveThrough =
  (handler: Pick<CommandHandler, 'handle'>): Give =>
  async ({ key, type, data }, correlationId) => {
    const [result] = await handler.handle([{ key, actor: SYSTEM, message: { type, data: { ...data } }, correlationId }])
    if (result === undefined) return E.left({ _tag: 'Unavailable', message: 'The command handler gave no answer.' })
    return E.isLeft(result) ? result : E.right(undefined)
  }

/** Refusals that time can mend: the event behind the command must be tried again. */
export const isPassing = ({ _tag }: Refusal): boolean => _tag === 'Unavailable' || _tag === 'InFlight' || _tag === 'Conflict'

/** Why an event could not be handled. */
export type Unhandled =
  /** Time can mend it: the event is tried again, for ever, and what comes behind it waits. */
  | { readonly _tag: 'NotYet'; readonly reason: string }
  /** Its own stream is at fault and is parked, so that the others go on. */
  | { readonly _tag: 'Broken'; readonly reason: string }

export const notYet = (refusal: Refusal): E.Either<Unhandled, never> => E.left({ _tag: 'NotYet', reason: sentence(refusal) })
export const broken = (reason: string): E.Either<Unhandled, never> => E.left({ _tag: 'Broken', reason })

export const sentence = (refusal: Refusal): string =>
  'message' in refusal ? refusal.message : `The command was refused (${refusal._tag}).`

export const codeOf = (refusal: Refusal): string => ('code' in refusal ? refusal.code : refusal._tag.toLowerCase())
