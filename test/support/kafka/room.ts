/** A part of a broker with topics and groups of its own, under the names that everybody uses: several suites share one broker. */
import type { Broker, Consumer, Message, TopicDefinition } from '@muster/broker/broker'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'

export interface RoomOptions {
  /** Sets of one room differ in nothing that others can see. */
  readonly name: string
  /** Fewer than declared, so that a room costs little. */
  readonly partitions: number
}

export const roomIn = (broker: Broker, { name, partitions }: RoomOptions): Broker => {
  const inside = (topic: string): string => `${name}.${topic}`
  const outside = (message: Message): Message => ({ ...message, topic: message.topic.slice(name.length + 1) })
  const smaller = (topic: TopicDefinition): TopicDefinition => ({
    ...topic,
    name: inside(topic.name),
    partitions: Math.min(partitions, topic.partitions),
  })

  return {
    ...broker,
    ensureTopics: (topics) => broker.ensureTopics(topics.map(smaller)),
    producer: () => {
      const producer = broker.producer()
      return {
        partitionOf: (topic, key) => producer.partitionOf(inside(topic), key),
        send: (topic, partition, messages) => producer.send(inside(topic), partition, messages),
        close: producer.close,
      }
    },
    consume: ({ group, topics, spanSize, handle }): Promise<Consumer> =>
      broker.consume({
        group: inside(group),
        topics: topics.map(inside),
        spanSize,
        handle: async (span, signal) => {
          const messages = span.messages.map(outside)
          if (!isNonEmpty(messages)) throw new Error('a span is never empty')
          return handle({ ...span, topic: messages[0].topic, messages }, signal)
        },
      }),
  }
}
