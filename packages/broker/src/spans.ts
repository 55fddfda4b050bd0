/** How consumers cut what they fetched into spans, and how handlers look at a span key by key. */
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Message, Span } from './broker.ts'

/** Messages of one partition, in order, as spans of at most `size`. */
export const spansOf = (messages: ReadonlyArray<Message>, size: number): ReadonlyArray<Span> => {
  const spans: Span[] = []
  for (let start = 0; start < messages.length; start += size) {
    const part = messages.slice(start, start + size)
    if (isNonEmpty(part)) spans.push({ topic: part[0].topic, partition: part[0].partition, messages: part })
  }
  return spans
}

/** The span's messages by key, each key's in their order. */
export const byKey = ({ messages }: Span): ReadonlyMap<string, ReadonlyNonEmptyArray<Message>> => {
  const keys = new Map<string, [Message, ...Message[]]>()
  for (const message of messages) {
    const known = keys.get(message.key)
    if (known) known.push(message)
    else keys.set(message.key, [message])
  }
  return keys
}
