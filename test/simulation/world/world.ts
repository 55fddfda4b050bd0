/** A whole distributed set in one thread: what outlives processes, the processes that run on it, and who starts them again. */
import * as E from 'fp-ts/lib/Either.js'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import { topics } from '@muster/contracts/integration/topics'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import type { ReadModelStore } from '@muster/read-models/open'
import { createCluster } from '../harness/broker.ts'
import { beginProcess, type Afloat, type Faults, type Process } from '../harness/process.ts'
import type { Scheduler } from '../harness/scheduler.ts'
import { services, type Begun, type Ground, type Mutation, type ServiceName } from './services.ts'
import { ground as groundCommands, OFFICER } from './words.ts'

interface Life {
  readonly process: Process
  /** Undefined until it has begun, and again while it stops. */
  begun: Begun | undefined
}

/** One place at which a service runs, life after life. */
export interface Host {
  readonly name: string
  readonly service: ServiceName
  /** The life now; undefined between two lives. */
  life: Life | undefined
  lives: number
}

export interface WorldOptions {
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly hosts: ReadonlyArray<ServiceName>
  readonly mutation?: Mutation
  readonly pageSize?: number
  readonly readModels?: ReadModelStore
}

export interface World extends Ground {
  readonly scheduler: Scheduler
  readonly hosts: ReadonlyArray<Host>
  readonly afloat: Afloat
  /** Streams that neither the read model nor the events topic takes for now. */
  readonly poisoned: Set<string>
  /** Handlers of the intakes that are up. */
  readonly intakes: () => ReadonlyArray<{ readonly process: Process; readonly handler: CommandHandler }>
  /** Ends a service as SIGTERM does; it is started again. */
  readonly stopGently: (host: Host) => Promise<void>
  readonly end: () => void
}

const REST_MS = 800
/** Whoever does not end by itself is killed, as every supervisor does. */
const LONGEST_STOP_MS = 8_000

/** What everything refers to is in the log before the first fault. */
const lay = async (log: EventStore, scheduler: Scheduler): Promise<void> => {
  const handler = openCommandHandler({ store: log, clock: scheduler.clock, cachedStreams: 10 })
  const laid = await handler.handle(
    groundCommands.map((message, index) => ({ key: `ground ${index}`, actor: OFFICER, message, correlationId: 'ground' })),
  )
  for (const result of laid) if (E.isLeft(result)) throw new Error(`the ground was refused: ${JSON.stringify(result.left)}`)
}

export const openWorld = async ({
  scheduler,
  faults,
  hosts: wanted,
  mutation = {},
  pageSize = 1_000,
  readModels,
}: WorldOptions): Promise<World> => {
  const log = memoryEventStore({ clock: scheduler.clock })
  await lay(log, scheduler)
  const cluster = createCluster()
  await cluster.createTopics(topics)
  const poisoned = new Set<string>()
  cluster.rejects = (topic, { key }) => (topic === 'muster.events' && poisoned.has(key) ? 'not this one' : undefined)
  const afloat: Afloat = { count: 0 }
  let ended = false

  const ground: Ground = {
    log,
    cluster,
    relay: { position: 0 },
    keeper: { position: 0 },
    planner: { position: 0 },
    register: { position: 0, rows: new Map() },
    readModels,
    refuses: (stream) => (poisoned.has(stream) ? 'not this one' : undefined),
    pageSize,
  }

  const hosts: Host[] = wanted.map((service, index) => ({ name: `${service}-${index}`, service, life: undefined, lives: 0 }))

  const begin = (host: Host): void => {
    if (ended) return
    host.lives += 1
    const process = beginProcess(`${host.name}.${host.lives}`, scheduler, faults, afloat)
    const life: Life = { process, begun: undefined }
    host.life = life
    process.died.addEventListener('abort', () => {
      if (host.life === life) host.life = undefined
      void scheduler.sleep(scheduler.chance.next() * REST_MS).then(() => begin(host))
    })
    void live(life, host.service)
  }

  const live = async (life: Life, service: ServiceName): Promise<void> => {
    try {
      life.begun = await services[service](life.process, ground, mutation)
    } catch (error) {
      // It says why and ends, as a process does whose engines are not there.
      scheduler.note(`${life.process.name} could not begin: ${String(error)}`)
      life.process.kill()
    }
  }

  const stopGently = async (host: Host): Promise<void> => {
    const { life } = host
    if (life?.begun === undefined) return
    const { process, begun } = life
    scheduler.note(`${process.name} is told to stop`)
    life.begun = undefined
    await Promise.race([begun.stop(), scheduler.sleep(LONGEST_STOP_MS, process.died)])
    process.kill()
  }

  for (const host of hosts) begin(host)
  return {
    ...ground,
    scheduler,
    hosts,
    afloat,
    poisoned,
    intakes: () =>
      hosts.flatMap(({ life }) =>
        life?.begun?.handler === undefined ? [] : [{ process: life.process, handler: life.begun.handler }],
      ),
    stopGently,
    end: () => {
      ended = true
      for (const host of hosts) host.life?.process.kill()
    },
  }
}
