/** The distributed set as people start it, and what stands beside it: an embedded engine, a producer of commands, readers of events. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Message } from '@muster/broker/broker'
import { sendAll } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { jarFolder } from '../../infra/kafka/kafka.ts'
import { CHECKOUT, freePort, launch, type Engine } from '../e2e/engine.ts'

const START = join(CHECKOUT, 'infra/distributed/main.ts')
const READY_WITHIN_MS = 240_000

const Description = z.object({
  kafka: z.object({
    brokers: z.array(z.string()).min(1),
    topics: z.object({
      commands: z.record(z.string(), z.string()),
      results: z.string(),
      events: z.string(),
      deadLetters: z.string(),
    }),
  }),
  services: z.array(z.object({ name: z.string(), pid: z.int() })),
})
export type Description = z.output<typeof Description>

export const describedIn = async (data: string): Promise<Description> =>
  Description.parse(JSON.parse(await readFile(join(data, 'distributed.json'), 'utf8')))

/** The set, once it has said that it is ready. */
export const startDistributed = async (data: string): Promise<Engine> => {
  const port = await freePort()
  const started = launch(process.execPath, [START], { env: { MUSTER_DATA: data, MUSTER_PORT: String(port) } })
  const ready = `Muster is ready at http://127.0.0.1:${port}\n`
  let over = false
  void started.ended.then(() => (over = true))
  const deadline = performance.now() + READY_WITHIN_MS
  while (!started.stdout().endsWith(ready)) {
    if (over || performance.now() > deadline) throw new Error(`the set is not ready: ${started.stdout()}${started.stderr()}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 100)
    })
  }
  return { ...started, url: `http://127.0.0.1:${port}`, port, data }
}

export interface CommandLetter {
  readonly id: string
  readonly type: string
  /** The aggregate's id. */
  readonly key: string
  readonly data: object
  readonly token: string
}

/** Gives commands through their topic, as a nation's own system would. */
export const giveThroughKafka = async (
  brokers: ReadonlyArray<string>,
  topic: string,
  letters: ReadonlyArray<CommandLetter>,
): Promise<void> => {
  const broker = kafkaBroker({ brokers, clientId: 'a-nation' })
  await sendAll(
    broker.producer(),
    topic,
    letters.map(({ id, type, key, data, token }) => ({
      key,
      headers: { ce_id: id, authorization: `Bearer ${token}` },
      value: Buffer.from(JSON.stringify({ id, type, data })),
    })),
  )
  await broker.close()
}

/** Reads topics from their beginning in a group of its own; ends with `close`. */
export const readTopic = async (
  brokers: ReadonlyArray<string>,
  topic: string,
  group: string,
): Promise<{ readonly messages: ReadonlyArray<Message>; readonly close: () => Promise<void> }> => {
  const broker = kafkaBroker({ brokers, clientId: group })
  const messages: Message[] = []
  await broker.consume({
    group,
    topics: [topic],
    spanSize: 500,
    handle: async (span) => {
      messages.push(...span.messages)
      return { _tag: 'Right', right: undefined }
    },
  })
  return { messages, close: broker.close }
}

/** The ids of the events that Kafka's own console consumer prints, from the beginning until nothing more comes for a while. */
export const idsByConsoleConsumer = async (brokers: ReadonlyArray<string>, topic: string): Promise<ReadonlyArray<string>> => {
  const consumer = spawn(
    'java',
    [
      '-Dlog4j2.level=ERROR',
      '-cp',
      join(jarFolder(), '*'),
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      `--bootstrap-server=${brokers.join(',')}`,
      `--topic=${topic}`,
      '--from-beginning',
      '--timeout-ms=5000',
      '--formatter-property=print.headers=true',
      '--formatter-property=print.value=false',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let printed = ''
  consumer.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text))
  await once(consumer, 'close')
  return printed.split('\n').flatMap((line) => /ce_id:([^,\t\n]+)/.exec(line)?.[1] ?? [])
}
