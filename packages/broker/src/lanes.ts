/**
 * Sends messages to one topic, each partition by a producer of its own: one send under way for each of them, so that no broker can take
 * one batch for the repetition of another, and all partitions at once.
 */
import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import type { Broker, OutgoingMessage, Producer } from './broker.ts'
import { batchesOf } from './batches.ts'

export interface Sent {
  /** Keys of which a message was rejected, and why; nothing of them was sent after that message. */
  readonly rejected: ReadonlyMap<string, string>
  /** True: the broker was closed under it; what is not known as written may have been written or not. */
  readonly closed: boolean
}

export interface Lanes {
  /** Messages of a key are written in their order; `onWritten` hears of every message that is in the log. */
  readonly send: (messages: ReadonlyArray<OutgoingMessage>, onWritten: (message: OutgoingMessage) => void) => Promise<Sent>
  readonly close: () => Promise<void>
}

const REMEMBERED_KEYS = 100_000

export const openLanes = (broker: Broker, topic: string): Lanes => {
  const chooser = broker.producer()
  const producers = new Map<number, Producer>()
  const partitions = new Map<string, number>()

  const producerOf = (partition: number): Producer => {
    const known = producers.get(partition)
    if (known) return known
    const producer = producers.size === 0 ? chooser : broker.producer()
    producers.set(partition, producer)
    return producer
  }

  const choosePartitions = async (messages: ReadonlyArray<OutgoingMessage>): Promise<void> => {
    if (partitions.size > REMEMBERED_KEYS) partitions.clear()
    const unknown = new Set<string>()
    for (const { key } of messages) if (!partitions.has(key)) unknown.add(key)
    const places = await Promise.all(Array.from(unknown, async (key) => [key, await chooser.partitionOf(topic, key)] as const))
    for (const [key, partition] of places) partitions.set(key, partition)
  }

  const send: Lanes['send'] = async (messages, onWritten) => {
    await choosePartitions(messages)
    const rejected = new Map<string, string>()
    let closed = false

    /** A batch is rejected whole: halves of it find the message, and what stands before it and behind it gets through. */
    const write = async (partition: number, batch: ReadonlyArray<OutgoingMessage>): Promise<void> => {
      const wanted = rejected.size === 0 ? batch : batch.filter(({ key }) => !rejected.has(key))
      if (closed || !isNonEmpty(wanted)) return
      const answer = await producerOf(partition).send(topic, partition, wanted)
      if (E.isRight(answer)) return wanted.forEach(onWritten)
      if (answer.left._tag === 'Closed') {
        closed = true
      } else if (wanted.length === 1) {
        rejected.set(wanted[0].key, answer.left.reason)
      } else {
        const half = Math.ceil(wanted.length / 2)
        await write(partition, wanted.slice(0, half))
        await write(partition, wanted.slice(half))
      }
    }

    const writeLane = async (partition: number, lane: ReadonlyArray<OutgoingMessage>): Promise<void> => {
      for (const batch of batchesOf(lane)) await write(partition, batch)
    }
    const lanes = Map.groupBy(messages, ({ key }) => partitions.get(key) ?? 0)
    await Promise.all(Array.from(lanes, ([partition, lane]) => writeLane(partition, lane)))
    return { rejected, closed }
  }

  return {
    send,
    close: async () => {
      await Promise.all([chooser, ...producers.values()].map((producer) => producer.close()))
    },
  }
}
