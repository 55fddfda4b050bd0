/**
 * `node test/bench/relay.ts`: how fast the relay tells a log of synthetic pledges to a real broker, beside the bare client that sends the
 * very same bytes, in the same batches, to a topic of the same shape. Both take turns in the same run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import kafkajs from 'kafkajs'
import { batchesOf } from '@muster/broker/batches'
import type { Broker, OutgoingMessage } from '@muster/broker/broker'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { eventsTopic } from '@muster/contracts/integration/topics'
import type { Append, EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openSqliteReadModels } from '@muster/read-models/open'
import { reactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { openRelay, RELAY } from '@muster/relay/relay'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { kafkaUnavailable, startKafka } from '../../infra/kafka/kafka.ts'
import { median, rateFigure, type Figure } from './figure.ts'
import { syntheticEvent } from './store/synthetic.ts'

const EVENTS = 40_000
const RECORDS = 15_000
/** Short turns and many: whatever else the machine does then falls on both alike. */
const ROUNDS = 7
const AIM = 0.7
const BARE_TOPIC = 'bare'

const clock = (): string => new Date().toISOString()

const fill = async (store: EventStore, events: number): Promise<void> => {
  const CHUNK = 1_000
  for (let first = 0; first < events; first += CHUNK) {
    const appends = Array.from({ length: CHUNK }, (_, index): Append => {
      const record = (first + index) % RECORDS
      const event = syntheticEvent(first + index)
      return { stream: `pledge-P-${record}`, expected: { _tag: 'Any' }, events: [event] }
    })
    for (const answer of await store.appendAll(appends)) if (E.isLeft(answer)) throw new Error(answer.left._tag)
  }
}

/** Remembers everything that goes out, by partition. */
const overheard = (broker: Broker) => {
  const lanes = new Map<number, OutgoingMessage[]>()
  const listening: Broker = {
    ...broker,
    producer: () => {
      const producer = broker.producer()
      return {
        ...producer,
        send: (topic, partition, messages) => {
          const lane = lanes.get(partition) ?? []
          lane.push(...messages)
          lanes.set(partition, lane)
          return producer.send(topic, partition, messages)
        },
      }
    },
  }
  return { listening, lanes }
}

/** Milliseconds a relay takes for the whole log. */
const relayed = async (store: EventStore, broker: Broker, readModels: string): Promise<number> => {
  const models = await openSqliteReadModels(readModels, { clock })
  const checkpoint = reactorCheckpoint(models.rows, RELAY)
  const head = await store.head()
  const relay = await openRelay({ store, broker, checkpoint, clock, surroundings: systemSurroundings })
  const started = performance.now()
  if (E.isLeft(relay)) throw new Error(relay.left)
  while ((await checkpoint.position()) < head) await sleep(5)
  const milliseconds = performance.now() - started
  await relay.right.stop()
  await models.close()
  return milliseconds
}

/** Milliseconds the bare client takes: idempotent, every batch acknowledged before the next, as safe a way as there is. */
const bare = async (
  brokers: ReadonlyArray<string>,
  lanes: ReadonlyMap<number, ReadonlyArray<OutgoingMessage>>,
): Promise<number> => {
  const client = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bare', logLevel: kafkajs.logLevel.NOTHING })
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  const batches = Array.from(lanes, ([partition, messages]) => batchesOf(messages).map((batch) => ({ partition, batch })))
  await producer.connect()
  const started = performance.now()
  for (const { partition, batch } of batches.flat()) {
    const messages = batch.map(({ key, value, headers }) => ({ key, value: Buffer.from(value), headers, partition }))
    await producer.send({ topic: BARE_TOPIC, acks: -1, messages })
  }
  const milliseconds = performance.now() - started
  await producer.disconnect()
  return milliseconds
}

/** Nothing where no broker can be started; why is said on stderr. */
export const relayFigures = async ({ events = EVENTS, rounds = ROUNDS } = {}): Promise<ReadonlyArray<Figure>> => {
  const missing = await kafkaUnavailable()
  if (missing !== undefined) {
    process.stderr.write(`the relay is left out: ${missing}\n`)
    return []
  }
  const folder = await mkdtemp(join(tmpdir(), 'muster-relay-bench-'))
  const cluster = await startKafka({ folder: join(folder, 'kafka') })
  const broker = kafkaBroker({ brokers: cluster.brokers, clientId: 'bench' })
  try {
    const opened = await openSqliteEventStore({ path: join(folder, 'log.sqlite') })()
    if (E.isLeft(opened)) throw new Error(opened.left.message)
    const store = opened.right
    await fill(store, events)
    await broker.ensureTopics([{ ...eventsTopic, name: BARE_TOPIC }])
    // The first pass of both warms client and broker, and gathers the bytes.
    const { listening, lanes } = overheard(broker)
    await relayed(store, listening, join(folder, 'warm.sqlite'))
    await bare(cluster.brokers, lanes)
    const times: { readonly relay: number; readonly bare: number }[] = []
    for (let round = 0; round < rounds; round += 1) {
      const relay = await relayed(store, broker, join(folder, `read-${round}.sqlite`))
      times.push({ relay, bare: await bare(cluster.brokers, lanes) })
    }
    const rate = (milliseconds: ReadonlyArray<number>): number => (events / median(milliseconds)) * 1_000
    await store.close()
    return [
      rateFigure(
        'relay, log to broker',
        rate(times.map(({ relay }) => relay)),
        'events/s',
        { name: 'kafkajs alone, the same bytes', value: rate(times.map((time) => time.bare)) },
        AIM,
      ),
    ]
  } finally {
    await broker.close()
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  for (const figure of await relayFigures()) process.stdout.write(`${JSON.stringify(figure)}\n`)
}
