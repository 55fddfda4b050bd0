/** Commands over a real Kafka: what a sender sees, whatever comes twice, joins, leaves or dies. The data are synthetic. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Broker } from '@muster/broker/broker'
import { until } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { openCommandHandler } from '@muster/command-handler/handler'
import { memoryEventStore } from '@muster/event-store/memory'
import type { EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { TEST_SECRET } from '@muster/http/testing'
import {
  amend,
  clock,
  eventsOf,
  ground,
  NEPAL,
  OFFICER,
  opened,
  openPost,
  RWANDA,
  submit,
  type Post,
} from '@muster/intake/kafka/testing'
import type { CommandConsumer } from '@muster/intake/kafka/consumer'
import { chance } from '../support/chance.ts'
import { roomIn } from '../support/kafka/room.ts'
import { onKafka } from '../support/kafka/suites.ts'
import { allAnswered, expectOnceInOrder, streamOf } from './commands-stream.ts'

const unique = `commands-${Math.random().toString(36).slice(2, 8)}`

onKafka('commands over Kafka', (brokers) => {
  describe('of one intake', () => {
    const name = `${unique}-one`
    let kafka: Broker
    let store: EventStore
    let post: Post
    let consumer: CommandConsumer

    beforeAll(async () => {
      kafka = kafkaBroker({ brokers: await brokers(), clientId: name })
      const room = roomIn(kafka, { name, partitions: 2 })
      store = memoryEventStore({ clock })
      const handler = openCommandHandler({ store, clock })
      await ground(handler)
      post = await openPost(room)
      consumer = await opened({ broker: room, handler })
    })
    afterAll(async () => {
      await consumer.stop()
      await kafka.close()
    })

    test('come once in effect, however often and in whatever order they are delivered', async () => {
      const stream = streamOf(chance(1), { name: 'A', pledges: 12, amendments: 6 })
      await post.send(...stream.withRepeats)
      await post.send(...stream.posted.toReversed())
      await allAnswered(post, stream)
      const sent = stream.withRepeats.length + stream.posted.length
      await until('an answer to each delivery', () => post.results.length >= sent)
      expect(post.deadLetters).toEqual([])
      await expectOnceInOrder(store, post, stream)
    })

    test('let a nation act for itself alone, whatever the message says', async () => {
      await post.send(submit('NPL-S', NEPAL), submit('RWA-S', RWANDA))
      await until('two answers', () => post.answersTo('submit RWA-S').length + post.answersTo('submit NPL-S').length === 2)
      const before = await eventsOf(store)
      const foreign = amend('NPL-S', 9, RWANDA)
      const inItsName = submit('RWA-T', NEPAL)
      await post.send(
        { ...foreign, headers: { ...foreign.headers, role: 'officer', contributor: 'NPL' } },
        { ...inItsName, headers: { ...inItsName.headers, actor: 'RWA' } },
        { ...amend('RWA-S', 5, NEPAL), headers: { ce_id: 'amend RWA-S 5', authorization: `Bearer ${OFFICER.slice(0, -4)}AAAA` } },
      )
      await until('answers', () => post.answersTo('submit RWA-T').length + post.answersTo('amend NPL-S 9').length === 2)
      expect(post.answersTo('amend NPL-S 9')).toMatchObject([{ outcome: 'refused', code: 'not-found' }])
      expect(post.answersTo('submit RWA-T')).toMatchObject([{ outcome: 'refused', code: 'invalid-command' }])
      await until('the forged one aside', () => post.deadLetters.some(({ key }) => key === 'RWA-S'))
      expect(post.answersTo('amend RWA-S 5')).toEqual([])
      expect(await eventsOf(store)).toEqual(before)
    })

    test('as a client of another making sends them: poison aside, the rest in effect', async () => {
      const client = new kafkajs.Kafka({
        brokers: [...(await brokers())],
        clientId: 'other',
        logLevel: kafkajs.logLevel.NOTHING,
      }).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
      await client.connect()
      const good = submit('NPL-G', NEPAL)
      const headers = { ...good.headers }
      const asides = post.deadLetters.length
      const bomb = Buffer.alloc(4_000_000, ' ')
      await client.send({
        topic: `${name}.${good.topic}`,
        compression: kafkajs.CompressionTypes.GZIP,
        messages: [
          { key: 'NPL-G', value: null, headers },
          { key: 'NPL-G', value: Buffer.from([0xff, 0x00, 0x7b]), headers },
          { key: 'NPL-G', value: bomb, headers },
          { key: null, value: Buffer.from(good.value), headers: { ...headers, ce_id: ['submit NPL-G', 'another'] } },
          {
            key: 'NPL-G',
            value: Buffer.from(good.value),
            headers: { ce_id: headers['ce_id'], Authorization: `bearer ${NEPAL}` },
          },
        ],
      })
      await client.disconnect()
      await until('a good one accepted', () => post.answersTo('submit NPL-G').some(({ outcome }) => outcome === 'accepted'))
      await until('three aside', () => post.deadLetters.length === asides + 3)
      const letters = post.deadLetters.slice(asides)
      expect(letters.map((letter) => [letter.headers['dead_letter_reason'], Buffer.from(letter.value).toString('hex')])).toEqual([
        ['not-json', ''],
        ['not-json', 'ff007b'],
        ['too-large', ''],
      ])
      expect(letters[2]?.headers['dead_letter_bytes']).toBe('4000000')
      expect(JSON.stringify(letters.map((letter) => letter.headers))).not.toContain(NEPAL)
      await until('the one without a key refused', () => post.answersTo('submit NPL-G').some(({ code }) => code === 'wrong-key'))
    })
  })

  test('of two intakes, one of them joining and leaving, come once in effect and in order', async () => {
    const name = `${unique}-two`
    const luck = chance(7)
    const kafka = kafkaBroker({ brokers: await brokers(), clientId: name })
    const room = roomIn(kafka, { name, partitions: 3 })
    const store = memoryEventStore({ clock })
    const [first, second] = [openCommandHandler({ store, clock }), openCommandHandler({ store, clock })]
    await ground(first)
    const handledBySecond: string[] = []
    const post = await openPost(room)
    const steady = await opened({ broker: room, handler: first })
    const stream = streamOf(luck, { name: 'B', pledges: 30, amendments: 15 })

    let pouring = true
    const comingAndGoing = (async () => {
      while (pouring) {
        const guest = await opened({
          broker: room,
          handler: {
            handle: async (submissions) => {
              handledBySecond.push(...submissions.map(({ key }) => key))
              return second.handle(submissions)
            },
          },
        })
        await sleep(luck.between(1_000, 2_000))
        await guest.stop()
        await sleep(luck.between(100, 500))
      }
    })()
    for (let start = 0; start < stream.withRepeats.length; start += 12) {
      await post.send(...stream.withRepeats.slice(start, start + 12))
      await sleep(luck.between(50, 200))
    }
    pouring = false
    await comingAndGoing
    await allAnswered(post, stream)
    await expectOnceInOrder(store, post, stream)
    expect(handledBySecond.length).toBeGreaterThan(0)
    expect(post.deadLetters).toEqual([])
    await steady.stop()
    await kafka.close()
  })

  test('of an intake that is killed between effect, result and offset come once in effect, and all are answered', async () => {
    const name = `${unique}-killed`
    const folder = await mkdtemp(join(tmpdir(), 'muster-intake-'))
    await writeFile(join(folder, 'token.secret'), `${Buffer.from(TEST_SECRET).toString('base64url')}\n`, { mode: 0o600 })
    const openLog = async (): Promise<EventStore> => {
      const log = await openSqliteEventStore({ path: join(folder, 'log.sqlite'), clock })()
      if (E.isLeft(log)) throw new Error(log.left.message)
      return log.right
    }
    const prepared = await openLog()
    await ground(openCommandHandler({ store: prepared, clock }))
    await prepared.close()

    const start = async (dies: string, call: number): Promise<ChildProcess> => {
      const script = join(import.meta.dirname, 'commands-process.ts')
      return spawn(process.execPath, [script, folder, (await brokers()).join(','), name, dies, String(call)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    }
    const kafka = kafkaBroker({ brokers: await brokers(), clientId: name })
    const post = await openPost(roomIn(kafka, { name, partitions: 2 }))
    const stream = streamOf(chance(11), { name: 'C', pledges: 20, amendments: 10 })
    const half = Math.floor(stream.withRepeats.length / 2)
    await post.send(...stream.withRepeats.slice(0, half))
    for (const [dies, call] of [
      ['effect', 1],
      ['results', 2],
    ] as const) {
      const [, signal] = await once(await start(dies, call), 'exit')
      expect(signal).toBe('SIGKILL')
    }
    const last = await start('never', 0)
    await post.send(...stream.withRepeats.slice(half))
    await allAnswered(post, stream)
    const ended = once(last, 'exit')
    last.kill('SIGTERM')
    expect(await ended).toEqual([0, null])

    const store = await openLog()
    await expectOnceInOrder(store, post, stream)
    await store.close()
    await kafka.close()
    await rm(folder, { recursive: true, force: true })
  })
})
