/** The whole distributed set on this machine: engines, services, and one address in front of them. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commandTopics, deadLettersTopic, eventsTopic, resultsTopic } from '@muster/contracts/integration/topics'
import { freePorts } from '../free-ports.ts'
import { startEngines, type Engines } from './engines.ts'
import { createSupervisor, type Program } from './supervisor.ts'

export interface SetSettings {
  readonly MUSTER_PORT: number
  readonly MUSTER_HOST: string
  /** Absolute. */
  readonly MUSTER_DATA: string
  readonly MUSTER_LOG: string
  readonly EVENTSTORE_NAMESPACE: string
  readonly EVENTSTORE_URL?: string | undefined
  readonly MUSTER_POSTGRES?: string | undefined
  readonly KAFKA_BROKERS?: ReadonlyArray<string> | undefined
}

export interface DistributedSet {
  readonly url: string
  readonly engines: Engines
  readonly logs: string
  readonly services: () => ReadonlyArray<{ readonly name: string; readonly pid: number }>
  /** What `distributed.json` says. */
  readonly description: () => object
  readonly stop: () => Promise<void>
}

export interface SetOptions {
  readonly root: string
  readonly say: (text: string) => void
  /** A service was started, or started again. */
  readonly onChange: () => void
  /** Aborted: whatever has been started is stopped, and the promise rejects. */
  readonly signal?: AbortSignal
}

const READY_SECONDS = 180
const DOUBLE = 'eventstore-double'

export const startSet = async (settings: SetSettings, { root, say, onChange, signal }: SetOptions): Promise<DistributedSet> => {
  const { MUSTER_DATA: data, MUSTER_PORT: port } = settings
  const logs = join(data, 'logs')
  await mkdir(logs, { recursive: true })
  const url = `http://127.0.0.1:${port}`
  const supervisor = createSupervisor({
    logs,
    root,
    onChange: (news) => {
      say(`${news}\n`)
      onChange()
    },
  })
  let engines: Engines | undefined
  const stop = async (): Promise<void> => {
    await supervisor.stop()
    await engines?.stop()
  }
  try {
    engines = await startEngines({
      data,
      kafkaBrokers: settings.KAFKA_BROKERS,
      postgres: settings.MUSTER_POSTGRES,
      eventStore: settings.EVENTSTORE_URL,
      supervisor,
      say,
    })
    signal?.throwIfAborted()
    for (const program of await programsOf(settings, engines)) supervisor.start(program)
    await readiness(url, logs, signal)
  } catch (error) {
    await stop()
    throw error
  }
  const { brokers, eventStore, postgres } = engines
  const services = () => supervisor.running().filter(({ name }) => name !== DOUBLE)
  return {
    url,
    engines,
    logs,
    services,
    stop,
    description: () => ({
      kafka: { brokers, topics: topicNames },
      engines: { eventStore, namespace: settings.EVENTSTORE_NAMESPACE, postgres },
      services: services(),
    }),
  }
}

const topicNames = {
  commands: Object.fromEntries(Object.entries(commandTopics).map(([kind, { name }]) => [kind, name])),
  results: resultsTopic.name,
  events: eventsTopic.name,
  deadLetters: deadLettersTopic.name,
}

/** Two query replicas; everything else once. A second of any of them may be started beside it. */
const programsOf = async (settings: SetSettings, { brokers, postgres, eventStore }: Engines): Promise<ReadonlyArray<Program>> => {
  const [intake = 0, first = 0, second = 0, projector = 0, allocator = 0, relay = 0] = await freePorts(6)
  const shared = {
    MUSTER_DATA: settings.MUSTER_DATA,
    MUSTER_LOG: settings.MUSTER_LOG,
    EVENTSTORE_URL: eventStore,
    EVENTSTORE_NAMESPACE: settings.EVENTSTORE_NAMESPACE,
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
    service('gateway', 'gateway', settings.MUSTER_PORT, {
      MUSTER_HOST: settings.MUSTER_HOST,
      MUSTER_INTAKE_URLS: at(intake),
      MUSTER_QUERY_URLS: [first, second].map(at).join(','),
      MUSTER_BACKGROUND_URLS: [projector, allocator, relay].map(at).join(','),
    }),
  ]
}

const readiness = async (url: string, logs: string, signal: AbortSignal | undefined): Promise<void> => {
  for (let half = 0; half < READY_SECONDS * 2; half += 1) {
    signal?.throwIfAborted()
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
