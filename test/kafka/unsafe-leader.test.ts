/**
 * The third way in which the bare client says "ok" and a message is lost (tulios/kafkajs, issues 1303 and 1798): one send over several
 * partitions, and the leader of one of them moves to a broker that has already answered in that send. Here it is moved by hand, so that
 * it happens each time; a leader that dies does the same. Our sender, in the very same situation, loses nothing.
 */
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendAll, until } from '@muster/broker/testing'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { onOwnKafka } from '../support/kafka/suites.ts'

onOwnKafka('a leader that moves', 3, (cluster) => {
  let kafka: Kafka
  let admin: Admin

  beforeAll(async () => {
    kafka = new kafkajs.Kafka({
      brokers: [...cluster().brokers],
      clientId: 'bare',
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
    })
    admin = kafka.admin()
    await admin.connect()
  })
  afterAll(() => admin.disconnect())

  const leaders = async (topic: string): Promise<ReadonlyArray<number>> => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = topics[0]?.partitions ?? []
    return partitions.toSorted((a, b) => a.partitionId - b.partitionId).map(({ leader }) => leader)
  }

  /** Two partitions, led by the first node and the second. */
  const topicOnTwoNodes = async (topic: string): Promise<void> => {
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic,
          replicaAssignment: [
            { partition: 0, replicas: [1] },
            { partition: 1, replicas: [2] },
          ],
          configEntries: [{ name: 'min.insync.replicas', value: '1' }],
        },
      ],
    })
    await until('both leaders', async () => String(await leaders(topic).catch(() => [])) === '1,2')
  }
  const moveSecondToFirstNode = async (topic: string): Promise<void> => {
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition: 1, replicas: [1] }] }] })
    await until('the leader moved', async () => String(await leaders(topic)) === '1,1')
  }
  const lengths = async (topic: string): Promise<ReadonlyArray<number>> =>
    (await admin.fetchTopicOffsets(topic)).toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high))

  test('the bare client says that a message was written, and it is nowhere', async () => {
    const topic = 'moved-under-the-bare-client'
    await topicOnTwoNodes(topic)
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    const sendToBoth = (value: string): Promise<unknown> =>
      producer.send({
        topic,
        acks: -1,
        messages: [
          { value, partition: 0 },
          { value, partition: 1 },
        ],
      })
    await sendToBoth('before')
    await moveSecondToFirstNode(topic)
    await expect(sendToBoth('while it moves')).resolves.toBeDefined()
    expect(await lengths(topic)).toEqual([2, 1])
    await producer.disconnect()
  })

  test('our sender writes everything once, to the leader of the moment', async () => {
    const topic = 'moved-under-our-sender'
    await topicOnTwoNodes(topic)
    const broker = kafkaBroker({ brokers: cluster().brokers, clientId: 'ours' })
    const producer = broker.producer()
    const keys: string[] = []
    for (let index = 0; keys.length < 2; index += 1) {
      const key = `key-${index}`
      if ((await producer.partitionOf(topic, key)) === keys.length) keys.push(key)
    }
    const messages = keys.map((key) => ({ key, value: Buffer.from(key), headers: {} }))
    expect(isNonEmpty(messages)).toBe(true)
    await sendAll(producer, topic, messages)
    await moveSecondToFirstNode(topic)
    await sendAll(producer, topic, messages)
    expect(await lengths(topic)).toEqual([2, 2])
    await broker.close()
  })
})
