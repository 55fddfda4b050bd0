/**
 * Kafka behind the broker port; the only package that imports the client.
 *
 *     const broker = kafkaBroker({ brokers: ['127.0.0.1:9092'], clientId: 'relay' })
 *     await broker.ensureTopics(topics)
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Admin, ITopicMetadata } from 'kafkajs'
import type { Broker, Consumer, Producer } from '@muster/broker/broker'
import { reasonOf, untilDone } from '@muster/broker/retry'
import { clientOf, type KafkaOptions } from './client.ts'
import { kafkaConsumer } from './consumer.ts'
import { kafkaProducer } from './producer.ts'
import { ensureTopics } from './topics.ts'

const PAUSES = { firstMs: 100, longestMs: 1_000 }
/** A cluster that has just lost a node answers again within this time. */
const PATIENCE_MS = 60_000

export const kafkaBroker = (options: KafkaOptions): Broker => {
  const { report = () => undefined } = options
  const kafka = clientOf(options)
  const producers = new Set<Producer>()
  const consumers = new Set<Consumer>()

  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>, retries?: number): Promise<T> => {
    const admin = kafka.admin(retries === undefined ? {} : { retry: { retries } })
    try {
      await admin.connect()
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }

  /** Calls that go to the controller fail at once while metadata still names one that has died, so they are repeated here. */
  const patiently = async <T>(
    work: (admin: Admin) => Promise<E.Either<string, T>>,
  ): Promise<E.Either<{ readonly _tag: 'BrokerUnavailable'; readonly reason: string }, T>> => {
    let reason = 'no answer'
    const answer = await untilDone(
      () => withAdmin(work),
      PAUSES,
      AbortSignal.timeout(PATIENCE_MS),
      (failure) => (reason = failure),
    )
    return E.isLeft(answer) ? E.left({ _tag: 'BrokerUnavailable', reason }) : answer
  }

  const topicMetadata = async (topic: string): Promise<ITopicMetadata> => {
    const found = await patiently(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return E.fromNullable(`${topic} is not there`)(topics[0])
    })
    if (E.isLeft(found)) throw new Error(found.left.reason)
    return found.right
  }

  return {
    ensureTopics: async (definitions) => {
      const answer = await patiently((admin) => ensureTopics(admin, definitions))
      return E.isLeft(answer) ? answer : answer.right
    },
    producer: () => {
      const producer = kafkaProducer({ kafka, topicMetadata, report })
      producers.add(producer)
      return producer
    },
    consume: async (wanted) => {
      const consumer = kafkaConsumer(kafka, wanted, report)
      consumers.add(consumer)
      return consumer
    },
    answers: async () => {
      try {
        await withAdmin((admin) => admin.listTopics(), 0)
        return true
      } catch (error) {
        report(reasonOf(error))
        return false
      }
    },
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      await Promise.all([...producers].map((producer) => producer.close()))
    },
  }
}
