/** Kafka, PostgreSQL and EventStoreDB: those that the environment names, else local ones under the data folder. */
import { createHash } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePorts } from '../free-ports.ts'
import { kafkaUnavailable, startKafka, type KafkaCluster } from '../kafka/kafka.ts'
import { openPostgres, type PostgresServer } from '../postgres/postgres.ts'
import type { Supervisor } from './supervisor.ts'

export interface Engines {
  readonly brokers: ReadonlyArray<string>
  readonly postgres: string
  readonly eventStore: string
  /** Those that run here, to be killed and started again where faults are tried. */
  readonly here: { readonly kafka: KafkaCluster | undefined; readonly postgres: PostgresServer | undefined }
  /** What a reader of the ready line must know about the log. */
  readonly remark: string
  readonly stop: () => Promise<void>
}

export interface EngineSettings {
  readonly data: string
  readonly kafkaBrokers: ReadonlyArray<string> | undefined
  readonly postgres: string | undefined
  readonly eventStore: string | undefined
  readonly supervisor: Supervisor
  readonly say: (text: string) => void
}

interface Engine<A, H = undefined> {
  readonly address: A
  /** Undefined for one that runs elsewhere. */
  readonly here: H | undefined
  readonly stop: () => Promise<void>
}

const elsewhere = <A>(address: A): Engine<A, never> => ({ address, here: undefined, stop: async () => {} })

const kafka = async ({ data, kafkaBrokers, say }: EngineSettings): Promise<Engine<ReadonlyArray<string>, KafkaCluster>> => {
  if (kafkaBrokers !== undefined) return elsewhere(kafkaBrokers)
  const missing = await kafkaUnavailable()
  if (missing !== undefined) throw new Error(`Kafka cannot be started here: ${missing}. Install it, or set KAFKA_BROKERS.`)
  say('Starting Apache Kafka …\n')
  const cluster = await startKafka({ folder: join(data, 'kafka') })
  return { address: cluster.brokers, here: cluster, stop: cluster.stop }
}

const everybodyMayEnter = async (folder: string): Promise<boolean> => {
  const { mode } = await stat(folder)
  const parent = dirname(folder)
  return (mode & 0o001) !== 0 && (parent === folder || (await everybodyMayEnter(parent)))
}

/**
 * PostgreSQL does not run as root. Where it has to run as somebody else who may not enter the data folder, the read models lie in the
 * folder for temporary files: they can always be built anew from the log.
 */
const postgresFolder = async (data: string): Promise<string> => {
  if (process.getuid?.() !== 0 || (await everybodyMayEnter(data))) return join(data, 'postgres')
  return join(tmpdir(), `muster-postgres-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`)
}

const postgres = async ({ data, postgres: given, say }: EngineSettings): Promise<Engine<string, PostgresServer>> => {
  if (given !== undefined) return elsewhere(given)
  say('Starting PostgreSQL …\n')
  const [port = 0] = await freePorts(1)
  const server = await openPostgres({ folder: await postgresFolder(data), port })
  await server.start()
  return { address: server.connectionString, here: server, stop: () => server.kill('SIGINT') }
}

const DOUBLE =
  'EVENTSTORE_URL is not set: a protocol double on loopback stands in for EventStoreDB. It keeps its log in a file of the data folder, but it is a double: no cluster, no users, no syncing to disk.'

const eventStore = async ({ data, eventStore: given, supervisor }: EngineSettings): Promise<Engine<string>> => {
  if (given !== undefined) return elsewhere(given)
  const [port = 0] = await freePorts(1)
  supervisor.start({
    name: 'eventstore-double',
    script: ['test/support/esdb/main.ts', String(port), join(data, 'eventstore-double.ndjson')],
    environment: {},
  })
  return elsewhere(`esdb://127.0.0.1:${port}?tls=false`)
}

export const startEngines = async (settings: EngineSettings): Promise<Engines> => {
  await mkdir(settings.data, { recursive: true })
  const started: { readonly stop: () => Promise<void> }[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((engine) => engine.stop()))
  }
  const kept = async <E extends { readonly stop: () => Promise<void> }>(starting: Promise<E>): Promise<E> => {
    const engine = await starting
    started.push(engine)
    return engine
  }
  const [brokers, database, log] = await Promise.allSettled([
    kept(kafka(settings)),
    kept(postgres(settings)),
    kept(eventStore(settings)),
  ])
  if (brokers.status === 'rejected' || database.status === 'rejected' || log.status === 'rejected') {
    await stop()
    const failed = [brokers, database, log].flatMap((engine) => (engine.status === 'rejected' ? [String(engine.reason)] : []))
    throw new Error(failed.join('\n'))
  }
  return {
    brokers: brokers.value.address,
    postgres: database.value.address,
    eventStore: log.value.address,
    here: { kafka: brokers.value.here, postgres: database.value.here },
    remark: settings.eventStore === undefined ? DOUBLE : `The log is in EventStoreDB at ${new URL(settings.eventStore).host}.`,
    stop,
  }
}
