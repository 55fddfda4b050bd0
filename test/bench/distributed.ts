/**
 * `node test/bench/distributed.ts`: how long a command takes through the separate services until a reader of the events topic holds its
 * integration event: gateway → intake → log → relay → Kafka → reader. Beside it, in the same run: the bare client's way from a
 * producer to a reader of the same broker. Commands are synthetic; the log is the protocol double unless EVENTSTORE_URL names a server.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import kafkajs from 'kafkajs'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { eventsTopic } from '@muster/contracts/integration/topics'
import { openTokens } from '@muster/http/tokens'
import { startSet } from '../../infra/distributed/set.ts'
import { freePorts } from '../../infra/free-ports.ts'
import { kafkaUnavailable } from '../../infra/kafka/kafka.ts'
import type { Figure } from './figure.ts'

const COMMANDS = 600
const PER_SECOND = 50
const WARM_UP = 100
const BARE_TOPIC = 'muster.bench.bare'
const ROOT = resolve(import.meta.dirname, '../..')

const percentile = (values: ReadonlyArray<number>, percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))] ?? Number.NaN

/** When a message with an id arrives at a reader of a topic, by the clock of this process. */
const arrivals = async (kafka: kafkajs.Kafka, topic: string) => {
  const at = new Map<string, number>()
  const consumer = kafka.consumer({ groupId: `bench-${topic}`, maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      const id = message.headers?.['ce_subject']?.toString() ?? ''
      if (!at.has(id)) at.set(id, performance.now())
    },
  })
  return { at, stop: () => consumer.disconnect() }
}

/** Latencies in milliseconds of everything that was sent, at a steady rate. */
const measured = async (
  send: (id: string) => Promise<void>,
  reader: { readonly at: ReadonlyMap<string, number> },
): Promise<ReadonlyArray<number>> => {
  const sent = new Map<string, number>()
  const sending: Promise<void>[] = []
  for (let number = 0; number < WARM_UP + COMMANDS; number += 1) {
    const id = `NPL-${randomUUID()}`
    sent.set(id, performance.now())
    sending.push(send(id))
    await sleep(1_000 / PER_SECOND)
  }
  await Promise.all(sending)
  for (let waited = 0; waited < 30_000 && [...sent.keys()].some((id) => !reader.at.has(id)); waited += 50) await sleep(50)
  return [...sent].slice(WARM_UP).map(([id, from]) => (reader.at.get(id) ?? Number.POSITIVE_INFINITY) - from)
}

export const distributedFigures = async (): Promise<ReadonlyArray<Figure>> => {
  const missing = await kafkaUnavailable()
  if (missing !== undefined) {
    process.stderr.write(`left out: command to integration event, because ${missing}\n`)
    return []
  }
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  const [port = 0] = await freePorts(1)
  const set = await startSet(
    {
      MUSTER_PORT: port,
      MUSTER_HOST: '127.0.0.1',
      MUSTER_DATA: folder,
      MUSTER_LOG: 'error',
      EVENTSTORE_NAMESPACE: `bench-${randomUUID()}`,
      EVENTSTORE_URL: process.env['EVENTSTORE_URL'],
    },
    { root: ROOT, say: () => undefined, onChange: () => undefined },
  )
  try {
    const tokens = await openTokens(folder, () => new Date().toISOString())
    const token = await tokens.issue({ role: 'officer' })
    if (E.isLeft(token)) throw new Error(token.left._tag)
    const give = async (type: string, data: object): Promise<void> => {
      const answer = await fetch(`${set.url}/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.right}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: JSON.stringify({ type, data }),
      })
      if (!answer.ok) throw new Error(await answer.text())
    }
    await give('RegisterContributor', { contributor: 'NPL', kind: 'state', name: 'Nepal' })
    await give('DefineCapability', {
      capability: 'INF-CO',
      name: 'Infantry company',
      category: 'infantry',
      dimension: 'personnel',
      measure: 'standing',
      unit: 'unit',
      divisible: false,
      source: 'synthetic',
    })
    const kafka = new kafkajs.Kafka({ brokers: [...set.engines.brokers], clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING })
    const broker = kafkaBroker({ brokers: set.engines.brokers, clientId: 'bench' })
    await broker.ensureTopics([{ ...eventsTopic, name: BARE_TOPIC }])
    await broker.close()

    const told = await arrivals(kafka, eventsTopic.name)
    const through = await measured(
      (pledge) =>
        give('SubmitPledge', {
          pledge,
          contributor: 'NPL',
          ownReference: pledge,
          capability: 'INF-CO',
          quantity: 1,
          from: '2027-01-01',
          to: '2028-01-01',
          classification: 'unclassified',
        }),
      told,
    )
    await told.stop()
    const heard = await arrivals(kafka, BARE_TOPIC)
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const value = Buffer.alloc(400, 'x')
    const bare = await measured(async (id) => {
      await producer.send({ topic: BARE_TOPIC, acks: -1, messages: [{ key: id, value, headers: { ce_subject: id } }] })
    }, heard)
    await producer.disconnect()
    await heard.stop()
    return [50, 99].map((percent): Figure => {
      const [value, reference] = [percentile(through, percent), percentile(bare, percent)]
      return {
        name: `command to integration event at a reader, p${percent}, ${PER_SECOND} commands/s`,
        value,
        unit: 'ms',
        reference: { name: 'bare producer to reader', value: reference },
        ratio: reference / value,
        aim: null,
        met: null,
      }
    })
  } finally {
    await set.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  for (const { name, value, reference } of await distributedFigures()) {
    process.stdout.write(`${name}: ${value.toFixed(1)} ms (${reference?.name}: ${reference?.value.toFixed(1)} ms)\n`)
  }
}
