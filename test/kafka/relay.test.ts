/**
 * The relay on a real broker: brokers and relays are killed and frozen in the middle of a stream of synthetic events, and readers that
 * know nothing of it check what arrived. Needs Java 17 and Maven; the moments follow from seeds.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Broker, Message } from '@muster/broker/broker'
import { reader, until } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { IntegrationHeaders } from '@muster/contracts/integration/events'
import { eventsTopic } from '@muster/contracts/integration/topics'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openSqliteReadModels } from '@muster/read-models/open'
import { reactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { openRelay, RELAY, type Relay } from '@muster/relay/relay'
import { amended, append, memoryCheckpoint, submitted, upTo, withoutRepeats } from '@muster/relay/testing'
import { releaseStream } from '@muster/subscription/parking'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { kafkaUnavailable, runKafkaTool, startKafka, type KafkaCluster } from '../../infra/kafka/kafka.ts'

const missing = await kafkaUnavailable()
const clock = (): string => new Date().toISOString()
/** A broker is started three times in one test; on a busy machine each start takes long. */
const PATIENCE_MS = 150_000

/** Mulberry32: the same numbers in [0, 1) for the same seed. */
const chance = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

if (missing === undefined) suite()
else {
  test('the relay keeps its promises on a real broker that is killed', ({ skip }) => {
    expect(missing).not.toBe('')
    skip(`left out: ${missing}; a broker that is already there cannot be killed`)
  })
}

function suite(): void {
  describe('the relay on a real broker', () => {
    let folder: string
    let cluster: KafkaCluster
    let outside: Broker
    /** Everything on the topic, as an independent reader gets it. */
    let arrived: ReadonlyArray<Message>

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'muster-relay-'))
      cluster = await startKafka({ folder: join(folder, 'kafka') })
      outside = connect('outside')
      expect(await outside.ensureTopics([eventsTopic])).toEqual(E.right(undefined))
      arrived = (await reader(outside, { group: 'outside', topics: [eventsTopic.name], spanSize: 500 })).seen
    })
    afterAll(async () => {
      await outside.close()
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    })

    const connect = (clientId: string): Broker => kafkaBroker({ brokers: cluster.brokers, clientId })
    const node = () => {
      const [only] = cluster.nodes
      if (only === undefined) throw new Error('no broker was started')
      return only
    }

    const start = async (store: EventStore, checkpoint = memoryCheckpoint(), broker = connect('relay')): Promise<Relay> => {
      const relay = await openRelay({ store, broker, checkpoint, clock, surroundings: systemSurroundings })
      if (E.isLeft(relay)) throw new Error(relay.left)
      return relay.right
    }

    const arrivedOf = (world: string): ReadonlyArray<Message> => arrived.filter(({ key }) => key.startsWith(`pledge-${world}-`))

    /** Appends the next event to a record of a world chosen by chance, and remembers how many each has. */
    const writer = (store: EventStore, world: string, seed: number, records: number) => {
      const next = chance(seed)
      const sizes = new Map<string, number>()
      return {
        write: async (): Promise<void> => {
          const id = `${world}-${Math.floor(next() * records)}`
          const size = sizes.get(`pledge-${id}`) ?? 0
          sizes.set(`pledge-${id}`, size + 1)
          await append(store, `pledge-${id}`, size === 0 ? submitted(id) : amended(id, { quantity: 1 + (size % 9) }, size + 1))
        },
        expected: () => new Map(Array.from(sizes, ([key, size]) => [key, upTo(size)])),
      }
    }
    type Writer = ReturnType<typeof writer>

    const writeWhile = async ({ write }: Writer, going: () => boolean): Promise<void> => {
      while (going()) {
        for (const _ of upTo(10)) await write()
        await sleep(20)
      }
    }

    /** Waits until as many events of a world have arrived as were written; then what arrived, repeats aside. */
    const allArrived = async (world: string, { expected }: Writer) => {
      const count = [...expected().values()].reduce((sum, { length }) => sum + length, 0)
      const ids = () => new Set(arrivedOf(world).map(({ headers }) => headers['ce_id'])).size
      await until(`${count} events of ${world}`, () => ids() >= count)
      return withoutRepeats(arrivedOf(world))
    }

    test(
      'a broker is killed again and again, and frozen: nothing is lost, nothing out of order',
      async () => {
        const store = memoryEventStore({ clock })
        const random = chance(20_270_301)
        const world = writer(store, 'broker', 1, 60)
        const relay = await start(store)
        let going = true
        const writing = writeWhile(world, () => going)
        for (const _ of upTo(3)) {
          await sleep(200 + random() * 800)
          await node().kill()
          await sleep(random() * 1_000)
          await node().start()
        }
        const pid = node().pid() ?? 0
        await sleep(300)
        process.kill(pid, 'SIGSTOP')
        // Longer than the sender waits for an answer.
        await sleep(6_000)
        process.kill(pid, 'SIGCONT')
        await sleep(300)
        going = false
        await writing
        expect(await allArrived('broker', world)).toEqual(world.expected())
        await until('no lag', async () => (await relay.status()).lag === 0)
        await relay.stop()
        for (const { headers } of arrivedOf('broker')) expect(IntegrationHeaders.safeParse(headers).error).toBeUndefined()
      },
      PATIENCE_MS,
    )

    test('Kafka’s own console consumer reads the same events', async () => {
      // A reader that lost the broker got some messages twice; each lies in the topic once.
      const places = new Map(arrived.map((message) => [`${message.partition}/${message.offset}`, message]))
      const seen = Array.from(places.values(), ({ key, headers }) => `${key} ${headers['ce_id']}`)
      const printed = await runKafkaTool(
        'org.apache.kafka.tools.consumer.ConsoleConsumer',
        '--bootstrap-server',
        cluster.brokers.join(','),
        '--topic',
        eventsTopic.name,
        '--from-beginning',
        '--max-messages',
        String(seen.length),
        '--timeout-ms',
        '15000',
        '--formatter-property',
        'print.headers=true',
        '--formatter-property',
        'print.key=true',
      )
      const lines = printed.split('\n').filter((line) => line.includes('\t'))
      const read = lines.map((line) => {
        const [headers = '', key = '', value = ''] = line.split('\t')
        expect(JSON.parse(value)).toMatchObject({ pledge: key.replace('pledge-', '') })
        return `${key} ${/ce_id:([0-9a-f-]+)/.exec(headers)?.[1]}`
      })
      expect(read.toSorted()).toEqual(seen.toSorted())
    })

    test('a relay is killed again and again: what it told is told again, with the same ids, and nothing is lost', async () => {
      const log = join(folder, 'log.sqlite')
      const read = join(folder, 'read.sqlite')
      const opened = await openSqliteEventStore({ path: log })()
      if (E.isLeft(opened)) throw new Error(opened.left.message)
      const store = opened.right
      const random = chance(7)
      const world = writer(store, 'relay', 2, 40)
      let going = true
      const writing = writeWhile(world, () => going)
      const run = async () => {
        const child = spawn(
          process.execPath,
          [join(import.meta.dirname, 'relay-process.ts'), log, read, cluster.brokers.join(',')],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        )
        await once(child.stdout, 'data')
        return async (): Promise<void> => {
          const exit = once(child, 'exit')
          child.kill('SIGKILL')
          await exit
        }
      }
      for (const _ of upTo(3)) {
        const kill = await run()
        await sleep(random() * 600)
        await kill()
      }
      const kill = await run()
      going = false
      await writing
      expect(await allArrived('relay', world)).toEqual(world.expected())
      const readModels = await openSqliteReadModels(read, { clock })
      const checkpoint = reactorCheckpoint(readModels.rows, RELAY)
      await until('its checkpoint at the head', async () => (await checkpoint.position()) === (await store.head()))
      await kill()
      await readModels.close()
      await store.close()
    })

    test('a relay is cut off between the broker and its checkpoint: the page is told again', async () => {
      const store = memoryEventStore({ clock })
      const checkpoint = memoryCheckpoint()
      const world = writer(store, 'cut', 3, 10)
      for (const _ of upTo(200)) await world.write()
      checkpoint.beforeMove = () => {
        throw new Error('cut off')
      }
      const first = await start(store, checkpoint)
      expect(await allArrived('cut', world)).toEqual(world.expected())
      await first.stop()
      checkpoint.beforeMove = () => undefined
      const second = await start(store, checkpoint)
      await until('the page again', () => arrivedOf('cut').length === 400)
      expect(await allArrived('cut', world)).toEqual(world.expected())
      await second.stop()
    })

    test('a message that is too large holds back its own key; released, it goes on in order', async () => {
      const store = memoryEventStore({ clock })
      const strict = connect('relay')
      const limited: Broker = {
        ...strict,
        ensureTopics: (topics) => strict.ensureTopics(topics.map((topic) => ({ ...topic, maxMessageBytes: 60_000 }))),
      }
      const huge = { caveats: upTo(50).map(() => ({ kind: 'other' as const, text: '漢'.repeat(2_000) })) }
      for (const id of upTo(30).map((index) => `large-${index}`)) {
        await append(store, `pledge-${id}`, submitted(id), amended(id, id === 'large-7' ? huge : {}), amended(id, {}, 3))
      }
      const checkpoint = memoryCheckpoint()
      const relay = await start(store, checkpoint, limited)
      await until('all that can be told', async () => (await relay.status()).lag === 0)
      expect((await relay.status()).parked).toMatchObject([{ stream: 'pledge-large-7' }])
      await until('all other records', () => withoutRepeats(arrivedOf('large')).size === 30)
      for (const [key, sequence] of withoutRepeats(arrivedOf('large'))) {
        expect([key, sequence]).toEqual([key, upTo(key === 'pledge-large-7' ? 1 : 3)])
      }
      await relay.stop()

      const officer = { commandId: '00000000-0000-4000-8000-000000000007', actor: { role: 'officer' as const }, clock }
      await releaseStream(store, RELAY, 'pledge-large-7', officer)
      const mended = await start(store, checkpoint)
      await until('the record that was held back', () => withoutRepeats(arrivedOf('large')).get('pledge-large-7')?.length === 3)
      expect(withoutRepeats(arrivedOf('large')).get('pledge-large-7')).toEqual(upTo(3))
      await mended.stop()
    })
  })
}
