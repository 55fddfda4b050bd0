/**
 * Where the bare client says "ok" and a message is lost or doubled, shown on a real broker whose acknowledgements are lost on the way;
 * and that our sender, in the very same situation, loses, doubles and reorders nothing.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import kafkajs, { type Kafka, type Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Broker } from '@muster/broker/broker'
import { reader, said, textOf, until } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { freePorts } from '../../infra/free-ports.ts'
import { lossyLine } from '../support/kafka/lossy-socket.ts'
import { onKafka } from '../support/kafka/suites.ts'

const unique = Math.random().toString(36).slice(2, 8)
/** A bare producer gives a send up after this many tries. */
const TRIES = 3

onKafka('a lost acknowledgement', (brokers) => {
  const line = lossyLine()
  let bare: Kafka
  let ours: Broker
  let outside: Broker
  let count = 0

  beforeAll(async () => {
    const addresses = [...(await brokers())]
    bare = new kafkajs.Kafka({
      brokers: addresses,
      clientId: 'bare',
      logLevel: kafkajs.logLevel.NOTHING,
      socketFactory: line.socketFactory,
      retry: { initialRetryTime: 20, maxRetryTime: 100, retries: TRIES - 1 },
    })
    ours = kafkaBroker({ brokers: addresses, clientId: 'ours', socketFactory: line.socketFactory })
    outside = kafkaBroker({ brokers: addresses, clientId: 'outside' })
  })
  afterAll(async () => {
    await Promise.all([ours.close(), outside.close()])
  })

  const freshTopic = async (): Promise<string> => {
    count += 1
    const name = `unsafe-${unique}-${count}`
    const made = await outside.ensureTopics([
      { name, partitions: 1, retentionMs: 3_600_000, compacted: false, maxMessageBytes: 100_000 },
    ])
    expect(made).toEqual(E.right(undefined))
    return name
  }

  /** The texts in the log, as somebody else reads them, up to a last one that is sent now. */
  const logOf = async (topic: string): Promise<string> => {
    const producer = outside.producer()
    await producer.send(topic, 0, [said('key', 'end')])
    const { seen, consumer } = await reader(outside, { group: `${topic}-reader`, topics: [topic] })
    await until('the end', () => seen.some((message) => textOf(message) === 'end'))
    await Promise.all([consumer.stop(), producer.close()])
    return seen.map(textOf).slice(0, -1).join(' ')
  }

  describe('with the bare client', () => {
    const connected = async (idempotent = true): Promise<Producer> => {
      const producer = bare.producer({
        idempotent,
        maxInFlightRequests: 1,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        retry: { initialRetryTime: 20, maxRetryTime: 100, retries: TRIES - 1 },
      })
      await producer.connect()
      return producer
    }
    const send = async (producer: Producer, topic: string, ...texts: ReadonlyArray<string>): Promise<'ok' | 'failed'> =>
      producer.send({ topic, acks: -1, messages: texts.map((value) => ({ value, partition: 0 })) }).then(
        () => 'ok',
        () => 'failed',
      )
    /** A batch that is written, while its sender is told that it failed. */
    const lostAck = async (): Promise<{ readonly topic: string; readonly producer: Producer }> => {
      const topic = await freshTopic()
      const producer = await connected()
      expect(await send(producer, topic, 'a')).toBe('ok')
      line.lose = TRIES
      expect(await send(producer, topic, 'b', 'c')).toBe('failed')
      expect(line.lose).toBe(0)
      return { topic, producer }
    }

    test('the same batch again on the same producer is written once', async () => {
      const { topic, producer } = await lostAck()
      expect(await send(producer, topic, 'b', 'c')).toBe('ok')
      await producer.disconnect()
      expect(await logOf(topic)).toBe('a b c')
    })

    test('the same batch on a new producer is written twice', async () => {
      const { topic, producer } = await lostAck()
      const fresh = await connected()
      expect(await send(fresh, topic, 'b', 'c')).toBe('ok')
      await Promise.all([producer.disconnect(), fresh.disconnect()])
      expect(await logOf(topic)).toBe('a b c b c')
    })

    test('another batch of the same size is said to be written and is lost', async () => {
      const { topic, producer } = await lostAck()
      expect(await send(producer, topic, 'x', 'y')).toBe('ok')
      await producer.disconnect()
      expect(await logOf(topic)).toBe('a b c')
    })

    test('of three sends at once one is lost and another doubled, and all are said to be written', async () => {
      const topic = await freshTopic()
      const producer = await connected()
      expect(await send(producer, topic, 'a')).toBe('ok')
      line.lose = 1
      const answers = await Promise.all(['x', 'y', 'z'].map((text) => send(producer, topic, text)))
      await producer.disconnect()
      expect(answers).toEqual(['ok', 'ok', 'ok'])
      expect((await logOf(topic)).split(' ').toSorted((a, b) => a.localeCompare(b))).toEqual(['a', 'x', 'x', 'y'])
    })

    test('a producer that is not idempotent writes twice by itself', async () => {
      const topic = await freshTopic()
      const producer = await connected(false)
      line.lose = 1
      expect(await send(producer, topic, 'a')).toBe('ok')
      await producer.disconnect()
      expect(await logOf(topic)).toBe('a a')
    })
  })

  describe('with our sender', () => {
    const written = E.right(undefined)

    test('however long it lasts, the batch is written once, and others wait behind it', async () => {
      const topic = await freshTopic()
      const producer = ours.producer()
      expect(await producer.send(topic, 0, [said('key', 'a')])).toEqual(written)
      line.lose = 3 * TRIES
      const first = producer.send(topic, 0, [said('key', 'b'), said('key', 'c')])
      const second = producer.send(topic, 0, [said('key', 'x'), said('key', 'y')])
      const third = producer.send(topic, 0, [said('key', 'z')])
      expect(await Promise.all([first, second, third])).toEqual([written, written, written])
      expect(line.lose).toBe(0)
      await producer.close()
      expect(await logOf(topic)).toBe('a b c x y z')
    })

    test.each([
      ['falls silent', ['silent']],
      ['was away, and accepts connections before it can answer,', ['refused', 'silent', 'silent']],
    ] as const)('a broker that %s is asked again until it answers', async (_, connections) => {
      const topic = await freshTopic()
      const mute = createServer()
      mute.listen(0, '127.0.0.1')
      await once(mute, 'listening')
      const address = mute.address()
      const silent = typeof address === 'object' && address !== null ? address.port : 0
      const [refused = 0] = await freePorts(1)
      /** Where the next connections go instead. */
      const detours: number[] = []
      const open: Socket[] = []
      const patient = kafkaBroker({
        brokers: await brokers(),
        clientId: 'patient',
        socketFactory: ({ host, port, onConnect }) => {
          const socket = connect({ host, port: detours.shift() ?? port }, onConnect)
          open.push(socket)
          return socket
        },
      })
      const producer = patient.producer()
      expect(await producer.send(topic, 0, [said('key', 'a')])).toEqual(written)
      detours.push(...connections.map((one) => (one === 'silent' ? silent : refused)))
      for (const socket of open) socket.destroy(new Error('connection cut'))
      expect(await producer.send(topic, 0, [said('key', 'b')])).toEqual(written)
      expect(detours).toEqual([])
      await patient.close()
      mute.close()
      expect(await logOf(topic)).toBe('a b')
    })

    test('many sends at once keep their order and their number', async () => {
      const topic = await freshTopic()
      const producer = ours.producer()
      const texts = Array.from({ length: 40 }, (_, index) => String(index))
      const answers = texts.map((text, index) => {
        if (index % 8 === 3) line.lose += 1
        return producer.send(topic, 0, [said('key', text)])
      })
      expect(await Promise.all(answers)).toEqual(texts.map(() => written))
      expect(line.lose).toBe(0)
      await producer.close()
      expect(await logOf(topic)).toBe(texts.join(' '))
    })
  })
})
