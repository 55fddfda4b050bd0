/** What every broker promises, as a suite that each adapter runs (`brokerContract('kafka', open)`). */
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Broker, Message, Span } from './broker.ts'
import { byKey } from './spans.ts'
import { reader, said, sendAll, textOf, topicNamed, until } from './testing.ts'

/** Opens the broker the whole suite runs on; topics and groups get names of their own in each test. */
export const brokerContract = (name: string, open: () => Promise<Broker>): void => {
  describe(`${name} broker`, () => {
    let broker: Broker
    let count = 0
    const suffix = Math.random().toString(36).slice(2, 8)
    const fresh = (): string => `contract-${suffix}-${(count += 1)}`
    const freshTopic = async (more = {}): Promise<string> => {
      const topic = fresh()
      expect(await broker.ensureTopics([topicNamed(topic, more)])).toEqual(E.right(undefined))
      return topic
    }

    beforeAll(async () => {
      broker = await open()
    })
    afterAll(() => broker.close())

    test('gives a group every message with its key, value and headers', async () => {
      const topic = await freshTopic()
      const producer = broker.producer()
      await sendAll(producer, topic, [said('a', 'one'), said('b', 'Ñandú 🕊')])
      const { seen } = await reader(broker, { group: fresh(), topics: [topic] })
      await until('both messages', () => seen.length === 2)
      expect(seen.map(({ key, headers, value }) => ({ key, headers, value: Buffer.from(value).toString() }))).toEqual(
        expect.arrayContaining([
          { key: 'a', headers: said('a', 'one').headers, value: 'one' },
          { key: 'b', headers: said('b', 'Ñandú 🕊').headers, value: 'Ñandú 🕊' },
        ]),
      )
      await producer.close()
    })

    test('keeps the order of each key over many sends made at once', async () => {
      const topic = await freshTopic()
      const producer = broker.producer()
      const keys = ['a', 'b', 'c', 'd', 'e']
      await Promise.all(
        Array.from({ length: 20 }, (_, round) =>
          sendAll(
            producer,
            topic,
            keys.map((key) => said(key, String(round))),
          ),
        ),
      )
      const { seen } = await reader(broker, { group: fresh(), topics: [topic] })
      await until('all messages', () => seen.length === 100)
      for (const key of keys) {
        expect(seen.filter((message) => message.key === key).map(textOf)).toEqual(
          Array.from({ length: 20 }, (_, round) => String(round)),
        )
      }
      await producer.close()
    })

    test('puts a key into the same partition whoever asks', async () => {
      const topic = await freshTopic({ partitions: 4 })
      const [first, second] = [broker.producer(), broker.producer()]
      const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`)
      const places = await Promise.all(keys.map((key) => first.partitionOf(topic, key)))
      expect(await Promise.all(keys.map((key) => second.partitionOf(topic, key)))).toEqual(places)
      expect(new Set(places).size).toBeGreaterThan(1)
      await Promise.all([first.close(), second.close()])
    })

    test('rejects a batch that is too large whole, and takes the next one', async () => {
      const topic = await freshTopic({ partitions: 1, maxMessageBytes: 20_000 })
      const producer = broker.producer()
      const answers = await Promise.all([
        producer.send(topic, 0, [said('a', 'before')]),
        producer.send(topic, 0, [said('a', 'with it'), said('a', 'x'.repeat(50_000))]),
        producer.send(topic, 0, [said('a', 'after')]),
      ])
      expect(answers.map((answer) => (E.isLeft(answer) ? answer.left._tag : 'written'))).toEqual([
        'written',
        'Rejected',
        'written',
      ])
      const { seen } = await reader(broker, { group: fresh(), topics: [topic] })
      await until('what was written', () => seen.length === 2)
      expect(seen.map(textOf)).toEqual(['before', 'after'])
      await producer.close()
    })

    test('hands over spans of one partition, no longer than asked for', async () => {
      const topic = await freshTopic({ partitions: 2 })
      const producer = broker.producer()
      await sendAll(
        producer,
        topic,
        Array.from({ length: 40 }, (_, index) => said(`key-${index % 8}`, String(index))),
      )
      const spans: Span[] = []
      await broker.consume({
        group: fresh(),
        topics: [topic],
        spanSize: 7,
        handle: async (span) => {
          spans.push(span)
          return E.right(undefined)
        },
      })
      await until('all messages', () => spans.reduce((sum, { messages }) => sum + messages.length, 0) === 40)
      for (const span of spans) {
        expect(span.messages.length).toBeLessThanOrEqual(7)
        expect(span.messages.every(({ partition }) => partition === span.partition)).toBe(true)
        for (const messages of byKey(span).values()) {
          const order = messages.map((message) => Number(textOf(message)))
          expect(order).toEqual(order.toSorted((a, b) => a - b))
        }
      }
      await producer.close()
    })

    test('gives a span again until it is handled, and lets nothing of its partition overtake it', async () => {
      const topic = await freshTopic({ partitions: 1 })
      const producer = broker.producer()
      await sendAll(producer, topic, [said('a', '1'), said('a', '2'), said('a', '3')])
      const tried: string[] = []
      let failures = 0
      const consumer = await broker.consume({
        group: fresh(),
        topics: [topic],
        spanSize: 1,
        handle: async ({ messages: [message] }) => {
          tried.push(textOf(message))
          if (textOf(message) !== '2' || failures === 3) return E.right(undefined)
          failures += 1
          if (failures === 2) throw new Error('thrown, not answered')
          return E.left('not yet')
        },
      })
      await until('the last message', () => tried.includes('3'))
      expect(tried).toEqual(['1', '2', '2', '2', '2', '3'])
      await until('no more trouble', () => consumer.trouble() === undefined)
      await producer.close()
    })

    test('names the trouble of one partition while the others go on', async () => {
      const topic = await freshTopic({ partitions: 2 })
      const producer = broker.producer()
      const keys: string[] = []
      for (let index = 0; keys.length < 2; index += 1) {
        if ((await producer.partitionOf(topic, `key-${index}`)) === keys.length) keys.push(`key-${index}`)
      }
      const [stuck = '', lively = ''] = keys
      const taken: string[] = []
      let mended = false
      const consumer = await broker.consume({
        group: fresh(),
        topics: [topic],
        spanSize: 1,
        handle: async ({ messages: [message] }) => {
          if (message.key === stuck && !mended) return E.left('stuck')
          taken.push(textOf(message))
          return E.right(undefined)
        },
      })
      await sendAll(producer, topic, [said(stuck, 'first')])
      await until('trouble', () => consumer.trouble() === 'stuck')
      for (let turn = 0; turn < 5; turn += 1) {
        await sendAll(producer, topic, [said(lively, String(turn))])
        await until('the other partition going on', () => taken.length === turn + 1)
        expect(consumer.trouble()).toBe('stuck')
      }
      mended = true
      await until('the first one', () => taken.includes('first'))
      await until('no trouble', () => consumer.trouble() === undefined)
      await producer.close()
    })

    test('goes on behind what was handled after a stop, without losing or repeating', async () => {
      const topic = await freshTopic({ partitions: 1 })
      const group = fresh()
      const producer = broker.producer()
      await sendAll(producer, topic, [said('a', '1'), said('a', '2')])
      const first = await reader(broker, { group, topics: [topic] })
      await until('the first two', () => first.seen.length === 2)
      await first.consumer.stop()
      await sendAll(producer, topic, [said('a', '3')])
      const second = await reader(broker, { group, topics: [topic] })
      await until('the third', () => second.seen.length === 1)
      expect([...first.seen, ...second.seen].map(textOf)).toEqual(['1', '2', '3'])
      await producer.close()
    })

    test('gives what was not handled before a stop to the next member', async () => {
      const topic = await freshTopic({ partitions: 1 })
      const group = fresh()
      const producer = broker.producer()
      await sendAll(producer, topic, [said('a', '1')])
      let tries = 0
      const failing = await broker.consume({
        group,
        topics: [topic],
        spanSize: 10,
        handle: async () => {
          tries += 1
          return E.left('never')
        },
      })
      await until('a try', () => tries > 0)
      expect(failing.trouble()).toBe('never')
      await failing.stop()
      const { seen } = await reader(broker, { group, topics: [topic] })
      await until('the message', () => seen.length === 1)
      await producer.close()
    })

    test('shares partitions among the members of a group and deals them anew when one joins or leaves', async () => {
      const topic = await freshTopic({ partitions: 4 })
      const group = fresh()
      const producer = broker.producer()
      const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
      const round = (text: string): Promise<void> =>
        sendAll(
          producer,
          topic,
          keys.map((key) => said(key, text)),
        )
      const holds = (messages: ReadonlyArray<Message>, text: string): number =>
        new Set(messages.filter((message) => textOf(message) === text).map(({ key }) => key)).size

      const first = await reader(broker, { group, topics: [topic] })
      await round('alone')
      await until('all at the first', () => holds(first.seen, 'alone') === keys.length)
      const second = await reader(broker, { group, topics: [topic] })
      let rounds = 0
      await until('both have a share', async () => {
        rounds += 1
        await round(`together ${rounds}`)
        return second.seen.length > 0
      })
      await until('nothing is lost', () => holds([...first.seen, ...second.seen], `together ${rounds}`) === keys.length)
      await first.consumer.stop()
      await round('left')
      await until('all at the second', () => holds(second.seen, 'left') === keys.length)
      expect(holds(first.seen, 'left')).toBe(0)
      await producer.close()
    })

    test('keeps topics that are there and says when one has another number of partitions', async () => {
      const topic = await freshTopic({ partitions: 2 })
      expect(await broker.ensureTopics([topicNamed(topic, { partitions: 2 })])).toEqual(E.right(undefined))
      expect(await broker.ensureTopics([topicNamed(topic, { partitions: 3 })])).toEqual(
        E.left({ _tag: 'TopicDiffers', topic, declared: 3, found: 2 }),
      )
    })

    test('writes nothing after the producer was closed', async () => {
      const topic = await freshTopic()
      const producer = broker.producer()
      await producer.close()
      expect(await producer.send(topic, 0, [said('a', '1')])).toEqual(E.left({ _tag: 'Closed' }))
      expect(await broker.answers()).toBe(true)
    })
  })
}
