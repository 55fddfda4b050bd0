/**
 * `node test/bench/kafka-commands.ts`: how fast commands that wait in a topic become events in a durable log and results in a topic, beside
 * the same work done with the bare client (no checks, no tokens, nothing put aside) and beside the command handler alone. All take turns in
 * the same run; the commands are synthetic pledges of one nation.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import kafkajs from 'kafkajs'
import type { Broker } from '@muster/broker/broker'
import { sendAll } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import { BatchLine } from '@muster/contracts/commands'
import { commandTopics, resultsTopic, topics } from '@muster/contracts/integration/topics'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { clock, ground, NEPAL, opened, submit, type Posted } from '@muster/intake/kafka/testing'
import { answerOf, submissionOf } from '@muster/intake/line'
import type { Actor } from '@muster/kernel/actor'
import { kafkaUnavailable, startKafka } from '../../infra/kafka/kafka.ts'
import { median, rateFigure, type Figure } from './figure.ts'

const COMMANDS = 12_000
const ROUNDS = 5
const BARE_COMMANDS = 'bare.commands'
const BARE_RESULTS = 'bare.results'
const NATION: Actor = { role: 'nation', contributor: 'NPL' }
/** As many as the client hands over of one partition at once, about. */
const GROUP = 500
const PARTITIONS_AT_ONCE = 4
/** Commands sent at once when a topic is filled. */
const LOAD = 2_000

interface Log {
  readonly handler: CommandHandler
  readonly close: () => Promise<void>
}

/** A new durable log on the disk of the temporary folder, with the ground the commands stand on. */
const newLog = async (folder: string, name: string): Promise<Log> => {
  const log = await openSqliteEventStore({ path: join(folder, `${name}.sqlite`), clock })()
  if (E.isLeft(log)) throw new Error(log.left.message)
  const handler = openCommandHandler({ store: log.right, clock })
  await ground(handler)
  return { handler, close: () => log.right.close() }
}

/** From the first group that is handled to the last result that is written. */
const stopwatch = (wanted: number) => {
  let started: number | undefined
  let written = 0
  let ended = 0
  return {
    start: () => (started ??= performance.now()),
    wrote: (count: number) => {
      written += count
      if (written >= wanted) ended = performance.now()
    },
    milliseconds: async (): Promise<number> => {
      while (written < wanted) await sleep(5)
      return ended - (started ?? ended)
    },
  }
}

const throughIntake = async (broker: Broker, { handler }: Log, wanted: number): Promise<number> => {
  const watch = stopwatch(wanted)
  const watched: Broker = {
    ...broker,
    producer: () => {
      const producer = broker.producer()
      return {
        ...producer,
        send: async (topic, partition, messages) => {
          const answer = await producer.send(topic, partition, messages)
          if (topic === resultsTopic.name) watch.wrote(messages.length)
          return answer
        },
      }
    },
    consume: (options) =>
      broker.consume({
        ...options,
        handle: (span, signal) => {
          watch.start()
          return options.handle(span, signal)
        },
      }),
  }
  const consumer = await opened({ broker: watched, handler })
  const milliseconds = await watch.milliseconds()
  await consumer.stop()
  return milliseconds
}

/** The same bytes in, the same answers out, the same log: with the bare client and no checks. */
const throughBareClient = async (brokers: ReadonlyArray<string>, { handler }: Log, wanted: number): Promise<number> => {
  const watch = stopwatch(wanted)
  const client = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bare', logLevel: kafkajs.logLevel.NOTHING })
  const producer = client.producer({ idempotent: true, createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  const consumer = client.consumer({ groupId: 'bare', maxWaitTimeInMs: 200 })
  await Promise.all([producer.connect(), consumer.connect()])
  await consumer.subscribe({ topics: [BARE_COMMANDS], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
    eachBatch: async ({ batch }) => {
      watch.start()
      for (let first = 0; first < batch.messages.length; first += GROUP) {
        const messages = batch.messages.slice(first, first + GROUP)
        const lines = messages.map(({ value }) => BatchLine.parse(JSON.parse(String(value))))
        const results = await handler.handle(lines.map((line) => submissionOf(line, { actor: NATION, correlationId: line.id })))
        await producer.send({
          topic: BARE_RESULTS,
          acks: -1,
          messages: lines.map(({ id }, index) => ({
            key: messages[index]?.key ?? null,
            value: JSON.stringify(answerOf(id, results[index])),
            headers: { ce_id: id },
          })),
        })
        watch.wrote(lines.length)
        const last = messages.at(-1)?.offset ?? '0'
        await consumer.commitOffsets([{ topic: BARE_COMMANDS, partition: batch.partition, offset: String(Number(last) + 1) }])
      }
    },
  })
  const milliseconds = await watch.milliseconds()
  await Promise.all([consumer.disconnect(), producer.disconnect()])
  return milliseconds
}

const throughHandlerAlone = async ({ handler }: Log, commands: ReadonlyArray<Posted>): Promise<number> => {
  const groups = Array.from({ length: Math.ceil(commands.length / GROUP) }, (_, group) =>
    commands.slice(group * GROUP, (group + 1) * GROUP),
  )
  const started = performance.now()
  const work = groups.values()
  await Promise.all(
    Array.from({ length: PARTITIONS_AT_ONCE }, async () => {
      for (const group of work) {
        const lines = group.map(({ value }) => BatchLine.parse(JSON.parse(Buffer.from(value).toString())))
        await handler.handle(lines.map((line) => submissionOf(line, { actor: NATION, correlationId: line.id })))
      }
    }),
  )
  return performance.now() - started
}

/** Nothing where no broker can be started; why is said on stderr. */
export const kafkaCommandFigures = async ({ count = COMMANDS, rounds = ROUNDS } = {}): Promise<ReadonlyArray<Figure>> => {
  const missing = await kafkaUnavailable()
  if (missing !== undefined) {
    process.stderr.write(`commands over Kafka are left out: ${missing}\n`)
    return []
  }
  const folder = await mkdtemp(join(tmpdir(), 'muster-kafka-commands-'))
  const cluster = await startKafka({ folder: join(folder, 'kafka') })
  const broker = kafkaBroker({ brokers: cluster.brokers, clientId: 'bench' })
  try {
    const bareTopics = [
      { ...commandTopics.pledge, name: BARE_COMMANDS },
      { ...resultsTopic, name: BARE_RESULTS },
    ]
    await broker.ensureTopics([...topics, ...bareTopics])
    const commands = Array.from({ length: count }, (_, index) => submit(`NPL-${index}`, NEPAL))
    const loading = broker.producer()
    const load = async (topic: string): Promise<void> => {
      for (let first = 0; first < count; first += LOAD) await sendAll(loading, topic, commands.slice(first, first + LOAD))
    }
    const times = { intake: [] as number[], bare: [] as number[], alone: [] as number[] }
    // The first round warms everybody and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const measured = async (kind: keyof typeof times, measure: (log: Log) => Promise<number>): Promise<void> => {
        const log = await newLog(folder, `${kind}-${round}`)
        const milliseconds = await measure(log)
        if (round > 0) times[kind].push(milliseconds)
        await log.close()
      }
      await load(commandTopics.pledge.name)
      await measured('intake', (log) => throughIntake(broker, log, count))
      await load(BARE_COMMANDS)
      await measured('bare', (log) => throughBareClient(cluster.brokers, log, count))
      await measured('alone', (log) => throughHandlerAlone(log, commands))
    }
    const rate = (milliseconds: ReadonlyArray<number>): number => (count / median(milliseconds)) * 1_000
    const [intake, bare, alone] = [rate(times.intake), rate(times.bare), rate(times.alone)]
    return [
      rateFigure(
        'command over Kafka, topic to result',
        intake,
        'commands/s',
        { name: 'kafkajs and the handler alone, the same bytes', value: bare },
        null,
      ),
      rateFigure(
        'command over Kafka, beside the handler',
        intake,
        'commands/s',
        { name: 'the handler, no broker', value: alone },
        null,
      ),
    ]
  } finally {
    await broker.close()
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  for (const figure of await kafkaCommandFigures()) process.stdout.write(`${JSON.stringify(figure)}\n`)
}
