/**
 * `npm run start:distributed`: every service as a process of its own, on real Kafka and PostgreSQL, and on EventStoreDB where one is
 * named. For trying the distributed form on one machine; docker-compose.yml is the same set in containers.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { commandTopics, deadLettersTopic, eventsTopic, resultsTopic } from '@muster/contracts/integration/topics'
import { settingsFrom } from '@muster/http/environment'
import { openTokens } from '@muster/http/tokens'
import { anyBrokerSettings, anyLogSettings, anyReadModelSettings, processSettings } from '@muster/runtime/settings'
import { summaryOf } from '../../services/all-in-one/src/summary.ts'
import { freePorts } from '../kafka/kafka.ts'
import { startEngines, type Engines } from './engines.ts'
import { askingAt, prepare, type Target } from './prepare.ts'
import { createSupervisor, type Program } from './supervisor.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const READY_SECONDS = 180

const Environment = z.object({
  ...processSettings(8080),
  ...anyLogSettings,
  ...anyReadModelSettings,
  ...anyBrokerSettings,
})
type Settings = z.output<typeof Environment>

const say = (text: string): void => void process.stderr.write(text)
const clock = (): string => new Date().toISOString()

const settings = settingsFrom(Environment, process.env)
if (E.isLeft(settings)) {
  say(`${settings.left}\n`)
  process.exitCode = 1
} else {
  await start(settings.right)
}

async function start(chosen: Settings): Promise<void> {
  const data = resolve(chosen.MUSTER_DATA)
  const logs = join(data, 'logs')
  await mkdir(logs, { recursive: true })
  const url = `http://127.0.0.1:${chosen.MUSTER_PORT}`
  const files = { set: join(data, 'distributed.json'), server: join(data, 'server.json') }
  let engines: Engines | undefined
  let ready = false

  const supervisor = createSupervisor({
    logs,
    root: ROOT,
    onChange: (news) => {
      say(`${news}\n`)
      if (ready) void announce()
    },
  })
  const announce = async (): Promise<void> => {
    const services = supervisor.running().filter(({ name }) => name !== 'eventstore-double')
    const topics = {
      commands: Object.fromEntries(Object.entries(commandTopics).map(([kind, { name }]) => [kind, name])),
      results: resultsTopic.name,
      events: eventsTopic.name,
      deadLetters: deadLettersTopic.name,
    }
    await replace(files.set, { kafka: { brokers: engines?.brokers ?? [], topics }, services })
  }

  let stopping: Promise<void> | undefined
  const stop = (code: number): void => {
    stopping ??= (async () => {
      await Promise.all([rm(files.set, { force: true }), rm(files.server, { force: true })])
      await supervisor.stop()
      await engines?.stop()
      process.exit(code)
    })()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0))

  try {
    engines = await startEngines({
      data,
      kafkaBrokers: chosen.KAFKA_BROKERS,
      postgres: chosen.MUSTER_POSTGRES,
      eventStore: chosen.EVENTSTORE_URL,
      supervisor,
      say,
    })
    for (const program of await programsOf(chosen, data, engines)) supervisor.start(program)
    const tokens = await openTokens(data, clock)
    const target: Target = {
      url,
      say,
      token: async () => {
        const token = await tokens.issue({ role: 'officer', ttlSeconds: 3_600 })
        if (E.isLeft(token)) throw new Error(`No local token could be issued: ${token.left._tag}`)
        return token.right
      },
    }
    await readiness(url, logs)
    await prepare(target, join(ROOT, 'data'))
    ready = true
    await announce()
    await replace(files.server, { url, pid: process.pid })
    process.stdout.write(
      `${await summaryOf(askingAt(target), url)}${engines.remark}\nWho runs where: ${files.set}; logs: ${logs}\n`,
    )
    process.stdout.write(`Muster is ready at ${url}\n`)
  } catch (error) {
    if (stopping === undefined) say(`${error instanceof Error ? error.message : String(error)}\n`)
    stop(1)
  }
}

/** Whole or not at all, because others read it at any moment. */
async function replace(path: string, content: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`)
  await rename(draft, path)
}

/** Two query replicas; everything else once. A second of any of them may be started beside it. */
async function programsOf(
  chosen: Settings,
  data: string,
  { brokers, postgres, eventStore }: Engines,
): Promise<ReadonlyArray<Program>> {
  const [intake = 0, first = 0, second = 0, projector = 0, allocator = 0, relay = 0] = await freePorts(6)
  const shared = {
    MUSTER_DATA: data,
    MUSTER_LOG: chosen.MUSTER_LOG,
    EVENTSTORE_URL: eventStore,
    EVENTSTORE_NAMESPACE: chosen.EVENTSTORE_NAMESPACE,
    MUSTER_POSTGRES: postgres,
    KAFKA_BROKERS: brokers.join(','),
  }
  const service = (name: string, folder: string, port: number, more: Readonly<Record<string, string>> = {}): Program => ({
    name,
    script: [`services/${folder}/src/main.ts`],
    environment: { ...shared, MUSTER_PORT: String(port), ...more },
  })
  const at = (port: number): string => `http://127.0.0.1:${port}`
  return [
    service('projector', 'projector', projector),
    service('intake', 'intake', intake),
    service('query-1', 'query', first),
    service('query-2', 'query', second),
    service('allocator', 'allocator', allocator),
    service('relay', 'relay', relay),
    service('gateway', 'gateway', chosen.MUSTER_PORT, {
      MUSTER_HOST: chosen.MUSTER_HOST,
      MUSTER_INTAKE_URLS: at(intake),
      MUSTER_QUERY_URLS: [first, second].map(at).join(','),
      MUSTER_BACKGROUND_URLS: [projector, allocator, relay].map(at).join(','),
    }),
  ]
}

async function readiness(url: string, logs: string): Promise<void> {
  for (let half = 0; half < READY_SECONDS * 2; half += 1) {
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => {
      setTimeout(resolve, 500)
    })
  }
  throw new Error(`The services were not ready after ${READY_SECONDS} s; see ${logs}.`)
}
