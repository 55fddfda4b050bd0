/**
 * Apache Kafka in KRaft mode without Docker: jars from Maven, Java 17, free loopback ports, one node or three. Nodes can be killed and
 * brought back on their own data, which is what the fault tests do.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../free-ports.ts'

export interface KafkaNode {
  readonly port: number
  readonly pid: () => number | undefined
  readonly kill: (signal?: 'SIGKILL' | 'SIGTERM') => Promise<void>
  /** Starts a stopped node again on its data; resolves when it serves. */
  readonly start: () => Promise<void>
}

export interface KafkaCluster {
  readonly brokers: ReadonlyArray<string>
  readonly nodes: ReadonlyArray<KafkaNode>
  readonly stop: () => Promise<void>
}

export interface KafkaOptions {
  /** Folder for the nodes' data and logs; kept. */
  readonly folder: string
  readonly nodes?: 1 | 3
}

const CLUSTER = 'bXVzdGVyLWthZmthLTAwMQ'
const READY_SECONDS = 90
const JAVA = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=WARN']

/** Where the jars lie once they have been fetched; outside the checkout, because every checkout needs the same ones. */
export const jarFolder = (): string => process.env['MUSTER_KAFKA_JARS'] ?? join(homedir(), '.cache', 'muster', 'kafka-4.3.1')

const runs = (command: string, argument: string): boolean => spawnSync(command, [argument], { stdio: 'ignore' }).status === 0

/** Why no broker can be started here; undefined when one can. */
export const kafkaUnavailable = async (): Promise<string | undefined> => {
  if (!runs('java', '-version')) return 'Java 17 is not installed'
  const jars = await access(join(jarFolder(), 'complete')).then(
    () => true,
    () => false,
  )
  return jars || runs('mvn', '-version') ? undefined : 'Maven is not installed'
}

const fetchJars = async (): Promise<string> => {
  const folder = jarFolder()
  if (
    await access(join(folder, 'complete')).then(
      () => true,
      () => false,
    )
  )
    return folder
  await mkdir(folder, { recursive: true })
  const pom = join(import.meta.dirname, 'pom.xml')
  const maven = spawnSync('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], {
    stdio: ['ignore', 2, 2],
  })
  if (maven.status !== 0) throw new Error('Maven could not fetch Kafka; see above.')
  await writeFile(join(folder, 'complete'), '')
  return folder
}

export const startKafka = async ({ folder, nodes: size = 1 }: KafkaOptions): Promise<KafkaCluster> => {
  const jars = await fetchJars()
  await mkdir(folder, { recursive: true })
  const ports = await freePorts(size * 2)
  const voters = Array.from({ length: size }, (_, index) => `${index + 1}@127.0.0.1:${ports[size + index]}`).join(',')
  const nodes = await Promise.all(
    Array.from({ length: size }, (_, index) =>
      openNode({
        jars,
        folder: join(folder, `node${index + 1}`),
        id: index + 1,
        port: ports[index] ?? 0,
        controller: ports[size + index] ?? 0,
        voters,
        size,
      }),
    ),
  )
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill('SIGTERM')))
  }
  try {
    await Promise.all(nodes.map((node) => node.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return { brokers: nodes.map(({ port }) => `127.0.0.1:${port}`), nodes, stop }
}

/** What one of Kafka's own command-line tools prints, such as `org.apache.kafka.tools.consumer.ConsoleConsumer`. */
export const runKafkaTool = async (mainClass: string, ...options: ReadonlyArray<string>): Promise<string> => {
  const jars = await fetchJars()
  const tool = spawn(
    'java',
    ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), mainClass, ...options],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const printed: Buffer[] = []
  tool.stdout.on('data', (part: Buffer) => printed.push(part))
  const code = await new Promise((resolve) => tool.once('close', resolve))
  if (code !== 0) throw new Error(`${mainClass} ended with ${String(code)}`)
  return Buffer.concat(printed).toString()
}

interface NodeOptions {
  readonly jars: string
  readonly folder: string
  readonly id: number
  readonly port: number
  readonly controller: number
  readonly voters: string
  readonly size: number
}

const openNode = async (options: NodeOptions): Promise<KafkaNode> => {
  const { jars, folder, port } = options
  await mkdir(folder, { recursive: true })
  const properties = join(folder, 'server.properties')
  await writeFile(properties, propertiesOf(options))
  const classpath = ['-cp', join(jars, '*')]
  const log = openSync(join(folder, 'server.log'), 'a')
  let running: ChildProcess | undefined
  let isFormatted = false

  const format = (): void => {
    const formatted = spawnSync(
      'java',
      [
        ...JAVA,
        ...classpath,
        'kafka.tools.StorageTool',
        'format',
        '--ignore-formatted',
        '--cluster-id',
        CLUSTER,
        '--config',
        properties,
      ],
      { stdio: ['ignore', log, log] },
    )
    if (formatted.status !== 0) throw new Error(`Kafka could not format its storage; see ${folder}/server.log`)
    isFormatted = true
  }

  return {
    port,
    pid: () => running?.pid,
    kill: async (signal = 'SIGKILL') => {
      const child = running
      running = undefined
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill(signal)
      await ended
    },
    start: async () => {
      if (!isFormatted) format()
      const child = spawn('java', [...JAVA, ...classpath, 'kafka.Kafka', properties], { stdio: ['ignore', log, log] })
      running = child
      for (let tenth = 0; tenth < READY_SECONDS * 10; tenth += 1) {
        if (await serves(port)) return
        if (child.exitCode !== null) throw new Error(`Kafka ended while starting; see ${folder}/server.log`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`Kafka was not ready after ${READY_SECONDS} s; see ${folder}/server.log`)
    },
  }
}

/** Small and quick: few internal partitions, no wait before the first group forms, a small cleaner buffer, and a short session so that a killed node may come back soon. */
const propertiesOf = ({ folder, id, port, controller, voters, size }: NodeOptions): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'default.replication.factor': size,
    'min.insync.replicas': Math.ceil(size / 2),
    'offsets.topic.replication.factor': size,
    'transaction.state.log.replication.factor': size,
    'transaction.state.log.min.isr': Math.ceil(size / 2),
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

/** The client port opens only when the broker is ready. */
const serves = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
