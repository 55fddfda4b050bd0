/** Sends results and dead letters, and knows what the broker will never take. */
import * as E from 'fp-ts/lib/Either.js'
import type { Message, OutgoingMessage } from '@muster/broker/broker'
import type { Lanes } from '@muster/broker/lanes'
import { bareDeadLetter, deadLetter, type DeadLetterReason } from './letters.ts'

/** A message to be put aside. */
export interface Aside {
  readonly message: Message
  readonly reason: DeadLetterReason
}

/** Right: what the broker will never take; everything else is written, each key's messages in their order. */
export const sendAll = async (
  lanes: Lanes,
  letters: ReadonlyArray<OutgoingMessage>,
): Promise<E.Either<string, ReadonlyArray<OutgoingMessage>>> => {
  const refused: OutgoingMessage[] = []
  let left = letters
  while (left.length > 0) {
    const written = new Set<OutgoingMessage>()
    const { rejected, closed } = await lanes.send(left, (letter) => written.add(letter))
    if (closed) return E.left('the broker was closed')
    // Behind a rejected message of a key nothing of that key was sent: it goes again without that one.
    const passed = new Set(rejected.keys())
    left = left.filter((letter) => {
      if (written.has(letter)) return false
      if (!passed.delete(letter.key)) return true
      refused.push(letter)
      return false
    })
  }
  return E.right(refused)
}

/** Without the original where the topic does not take it; a topic that takes not even that stops the partition, for nothing may be dropped. */
export const putAside = async (lanes: Lanes, aside: ReadonlyArray<Aside>): Promise<E.Either<string, void>> => {
  const letters = new Map(aside.map((one): [OutgoingMessage, Aside] => [deadLetter(one.message, one.reason), one]))
  const unsent = await sendAll(lanes, [...letters.keys()])
  if (E.isLeft(unsent)) return unsent
  const bare = unsent.right.flatMap((letter) => {
    const one = letters.get(letter)
    return one === undefined ? [] : [bareDeadLetter(one.message, one.reason)]
  })
  const stillUnsent = await sendAll(lanes, bare)
  if (E.isLeft(stillUnsent)) return stillUnsent
  return stillUnsent.right.length === 0 ? E.right(undefined) : E.left('the dead-letter topic takes nothing')
}
