/**
 * The sender. kafkajs can say "ok" to a batch that is not in the log, or write one twice, in three ways: a send over several partitions
 * while a leader moves; another batch after one whose acknowledgement was lost; two sends under way at once. Therefore: one partition
 * for each send, one send at a time, and a batch that failed goes again, the same and before any other, on the same producer, whose
 * sequence numbers let the broker recognise it. The answer must name the partition.
 */
import * as E from 'fp-ts/lib/Either.js'
import kafkajs, { type ITopicMetadata, type Kafka, type Producer as Client } from 'kafkajs'
import type { OutgoingMessage, Producer, SendError } from '@muster/broker/broker'
import { reasonOf, untilDone } from '@muster/broker/retry'
import { inSequence } from '@muster/broker/sequence'
import { verdictOn } from './verdict.ts'

export interface ProducerOptions {
  readonly kafka: Kafka
  readonly topicMetadata: (topic: string) => Promise<ITopicMetadata>
  readonly report: (trouble: string) => void
}

const PAUSES = { firstMs: 50, longestMs: 1_000 }
const choosePartition = kafkajs.Partitioners.DefaultPartitioner()

const openClient = (kafka: Kafka): Client =>
  kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // Few tries inside one send: the loop around it can be ended, theirs cannot.
    retry: { initialRetryTime: 50, maxRetryTime: 300, retries: 2 },
  })

type Settled = E.Either<SendError, void>
type Message = Parameters<Client['send']>[0]['messages'][number]

export const kafkaProducer = ({ kafka, topicMetadata, report }: ProducerOptions): Producer => {
  const inTurn = inSequence()
  const closing = new AbortController()
  const known = new Map<string, Promise<ITopicMetadata>>()
  let client: Client | undefined

  const connected = async (): Promise<Client> => {
    if (client) return client
    const fresh = openClient(kafka)
    await fresh.connect()
    client = fresh
    return fresh
  }

  /** Only when the broker has forgotten this producer; what was under way may then be written twice. */
  const replaceClient = async (): Promise<void> => {
    const lost = client
    client = undefined
    await lost?.disconnect().catch((error: unknown) => report(reasonOf(error)))
  }

  const attempt = async (topic: string, partition: number, messages: Message[]): Promise<E.Either<string, Settled>> => {
    const sender = await connected()
    try {
      const answers = await sender.send({ topic, acks: -1, messages })
      const named = answers.some((answer) => answer.partition === partition && answer.errorCode === 0)
      if (named) return E.right(E.right(undefined))
      // kafkajs has counted the batch as written; only a new producer counts anew.
      await replaceClient()
      return E.left(`the answer does not name partition ${partition} of ${topic}`)
    } catch (error) {
      const reason = reasonOf(error)
      switch (verdictOn(error)) {
        case 'written':
          return E.right(E.right(undefined))
        case 'refused':
          return E.right(E.left({ _tag: 'Rejected', reason }))
        case 'producer-lost':
          await replaceClient()
          return E.left(reason)
        case 'again':
          return E.left(reason)
      }
    }
  }

  const send = async (topic: string, partition: number, messages: ReadonlyArray<OutgoingMessage>): Promise<Settled> => {
    const batch = messages.map(({ key, value, headers }) => ({
      key,
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      headers,
      partition,
    }))
    const settled = await untilDone(() => attempt(topic, partition, batch), PAUSES, closing.signal, report)
    return E.isLeft(settled) ? E.left({ _tag: 'Closed' }) : settled.right
  }

  const metadataOf = (topic: string): Promise<ITopicMetadata> => {
    const found = known.get(topic) ?? topicMetadata(topic)
    known.set(topic, found)
    found.catch(() => known.delete(topic))
    return found
  }

  return {
    partitionOf: async (topic, key) => {
      const { partitions } = await metadataOf(topic)
      return choosePartition({ topic, partitionMetadata: partitions, message: { key, value: null } })
    },
    send: (topic, partition, messages) => inTurn(() => send(topic, partition, messages)),
    close: async () => {
      closing.abort()
      await inTurn(replaceClient)
    },
  }
}
