/** Words the contract suite and other tests are written in: synthetic messages, and readers that remember what they saw. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import type { Broker, Consumer, ConsumerOptions, Message, OutgoingMessage, Producer, TopicDefinition } from './broker.ts'

export const topicNamed = (name: string, more: Partial<TopicDefinition> = {}): TopicDefinition => ({
  name,
  partitions: 3,
  retentionMs: 3_600_000,
  compacted: false,
  maxMessageBytes: 100_000,
  ...more,
})

export const said = (key: string, text: string): OutgoingMessage => ({
  key,
  value: Buffer.from(text),
  headers: { ce_id: `${key} ${text}`, note: 'Ñandú 漢字' },
})

export const textOf = ({ value }: Pick<Message, 'value'>): string => Buffer.from(value).toString()

/** Sends each key's messages to the partition of the key, one batch for each partition; throws what was not written. */
export const sendAll = async (producer: Producer, topic: string, messages: ReadonlyArray<OutgoingMessage>): Promise<void> => {
  const placed = await Promise.all(
    messages.map(async (message) => ({ message, partition: await producer.partitionOf(topic, message.key) })),
  )
  for (const [partition, group] of Map.groupBy(placed, (entry) => entry.partition)) {
    const batch = group.map(({ message }) => message)
    const answer = isNonEmpty(batch) ? await producer.send(topic, partition, batch) : E.right(undefined)
    if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  }
}

export interface Reader {
  readonly seen: Message[]
  readonly consumer: Consumer
}

/** A member of a group that remembers every message it was given. */
export const reader = async (
  broker: Broker,
  options: Pick<ConsumerOptions, 'group' | 'topics'> & Partial<ConsumerOptions>,
): Promise<Reader> => {
  const seen: Message[] = []
  const consumer = await broker.consume({
    spanSize: 10,
    handle: async ({ messages }) => {
      seen.push(...messages)
      return E.right(undefined)
    },
    ...options,
  })
  return { seen, consumer }
}

/** Waits, with patience for busy machines, until something holds. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, patienceMs = 45_000): Promise<void> => {
  for (let waited = 0; waited < patienceMs; waited += 20) {
    if (await holds()) return
    await sleep(20)
  }
  throw new Error(`waited in vain for: ${what}`)
}
