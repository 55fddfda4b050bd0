/** The services of the distributed set, each as it begins in a process of the simulation, with fresh memory and its ports. */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker } from '@muster/broker/broker'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import type { EventStore } from '@muster/event-store/event-store'
import type { ReadModelStore } from '@muster/read-models/open'
import { parkingIn } from '@muster/subscription/parking'
import { standBy } from '@muster/subscription/standby'
import { startSubscription } from '@muster/subscription/subscription'
import { giveThrough, type Give } from '../../../services/allocator/src/give.ts'
import { keeper } from '../../../services/allocator/src/keeper.ts'
import { planner } from '../../../services/allocator/src/planner.ts'
import { startReactor } from '../../../services/allocator/src/reactor.ts'
import { openCommandConsumer } from '../../../services/intake/src/kafka/consumer.ts'
import { startProjector } from '../../../services/projector/src/projector.ts'
import { openRelay, RELAY } from '../../../services/relay/src/relay.ts'
import { brokerFor, type Cluster } from '../harness/broker.ts'
import { checkpointFor, registerFor, type Kept, type Register } from '../harness/checkpoints.ts'
import type { Process } from '../harness/process.ts'
import { readModelsFor } from '../harness/read-models.ts'
import { storeFor } from '../harness/store.ts'
import { approvedBefore, problemIn, solve } from './planning.ts'
import { readableTokens } from './tokens.ts'

/** What outlives every process. */
export interface Ground {
  readonly log: EventStore
  readonly cluster: Cluster
  readonly relay: Kept
  readonly keeper: Kept
  readonly planner: Kept
  readonly register: Register
  /** Read models in SQLite, in runs that have them. */
  readonly readModels: ReadModelStore | undefined
  /** Why the read model cannot take a stream now. */
  readonly refuses: (stream: string) => string | undefined
  /** Most events on a page of the log. */
  readonly pageSize: number
}

/** Faults built in on purpose, to see whether a run finds them. */
export interface Mutation {
  readonly store?: (store: EventStore) => EventStore
  readonly intakeBroker?: (broker: Broker) => Broker
  readonly relayBroker?: (broker: Broker) => Broker
  readonly give?: (give: Give, process: Process) => Give
  readonly register?: typeof registerFor
}

/** So few that some are forgotten and loaded anew. */
const CACHED = 5

export interface Begun {
  /** Of an intake: what the routes call. */
  readonly handler?: CommandHandler
  readonly stop: () => Promise<void>
}

/** Rejects when the service cannot begin; its process then ends and is started again. */
export type Service = (process: Process, ground: Ground, mutation: Mutation) => Promise<Begun>

const begun = <T>(opened: E.Either<string, T>): T => {
  if (E.isLeft(opened)) throw new Error(opened.left)
  return opened.right
}

const storeOf = (process: Process, { log, pageSize }: Ground, { store = (same) => same }: Mutation): EventStore =>
  store(storeFor(process, log, pageSize))

/** Commands over HTTP and over Kafka, on one handler. */
const intake: Service = async (process, ground, mutation) => {
  const handler = openCommandHandler({
    store: storeOf(process, ground, mutation),
    clock: process.scheduler.clock,
    cachedStreams: CACHED,
  })
  const broker = (mutation.intakeBroker ?? ((same) => same))(brokerFor(process, ground.cluster))
  const consumer = begun(
    await openCommandConsumer({ broker, handler, tokens: readableTokens, logger: { warn: () => undefined } }),
  )
  return {
    handler,
    stop: async () => {
      await consumer.stop()
      await broker.close()
    },
  }
}

const relay: Service = async (process, ground, mutation) => {
  const { surroundings, clock } = process.scheduler
  const opened = begun(
    await openRelay({
      store: storeOf(process, ground, {}),
      broker: (mutation.relayBroker ?? ((same) => same))(brokerFor(process, ground.cluster)),
      checkpoint: checkpointFor(process, RELAY, ground.relay),
      clock,
      surroundings,
    }),
  )
  return { stop: opened.stop }
}

/** Planner and keeper as the allocator starts them; the optimiser runs in the same thread, and the look-ups read the log. */
const allocator: Service = async (process, ground, mutation) => {
  const { surroundings, clock } = process.scheduler
  const store = storeOf(process, ground, mutation)
  const give = (mutation.give ?? ((same) => same))(
    giveThrough(openCommandHandler({ store, clock, cachedStreams: CACHED })),
    process,
  )
  const plans = startReactor({
    name: 'planner',
    kinds: ['plan'],
    store,
    checkpoint: checkpointFor(process, 'planner', ground.planner),
    clock,
    surroundings,
    react: planner({ give, solve, fold: (request, position) => problemIn(store, request, position) }),
  })
  const capacity = startReactor({
    name: 'keeper',
    kinds: ['plan', 'commitment'],
    store,
    checkpoint: checkpointFor(process, 'keeper', ground.keeper),
    clock,
    surroundings,
    react: keeper({
      store,
      give,
      lookupsFor: async () => ({
        termsOf: ({ offer, requirement, quantity }) => ({ pledge: offer, requirement, quantity, currency: null }),
        categoryOf: () => 'infantry',
      }),
      approvedBefore: (position) => approvedBefore(store, position),
    }),
  })
  return {
    stop: async () => {
      await Promise.all([plans.stop(), capacity.stop()])
    },
  }
}

/** A small read model on the real subscription. */
const projector: Service = async (process, ground, { register = registerFor }) => {
  const { surroundings, clock } = process.scheduler
  const store = storeOf(process, ground, {})
  const subscription = standBy({
    surroundings,
    begin: () =>
      startSubscription({
        name: 'register',
        store,
        subscriber: register(process, ground.register, ground.refuses),
        parking: parkingIn(store, 'register', clock),
        surroundings,
        pageSize: 1_000,
      }),
  })
  return { stop: subscription.stop }
}

/** The projector itself, on the read models themselves. */
const readModels: Service = async (process, ground) => {
  if (ground.readModels === undefined) throw new Error('this run has no read models')
  const { surroundings, clock } = process.scheduler
  const store = storeOf(process, ground, {})
  const rows = readModelsFor(process, ground.readModels, ground.refuses)
  return startProjector({ store, readModels: rows, clock, surroundings })
}

export const services = { intake, relay, allocator, projector, readModels } as const
export type ServiceName = keyof typeof services
