/**
 * Folds the log into the read models: keeps the generation in force filled, rebuilds a second one beside it, and swaps.
 * Several projectors may work on one PostgreSQL: each takes its share of the shards, and what one leaves the others take over.
 *
 *     const projector = await startProjector({ store, readModels, clock, surroundings: systemSurroundings })
 *     await projector.waitFor(position, 2_000)     // read your writes
 *     await projector.rebuild()
 *     await projector.stop()
 */
import { randomUUID } from 'node:crypto'
import { settledAt } from '@muster/event-store/expected'
import { rollBack, type Generation, type GenerationRefusal } from '@muster/read-models/generations'
import { inSequence } from '@muster/read-models/store/row-store'
import { projectionVersion } from '@muster/read-models/store/schema'
import type { SubscriptionStatus } from '@muster/subscription/status'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { startFilling, type Filling, type FillingDeps, type ShardsHeld } from './filling.ts'
import { rebuildOnce, type Rebuilt } from './rebuilding.ts'
import { subscriptionName, type ShardDeps } from './shard.ts'

export type { Rebuilt } from './rebuilding.ts'

export interface ProjectorOptions extends Pick<ShardDeps, 'store' | 'readModels' | 'clock'> {
  readonly surroundings?: ShardDeps['surroundings']
  /** About so many events go into one transaction, at most. */
  readonly pageSize?: number
  /** Over how many shards all projectors on these read models spread the streams; 1 unless given. */
  readonly shards?: number
}

export interface ProjectorStatus extends SubscriptionStatus {
  readonly generation: number
  readonly version: string
  /** False while the rows in force were made by another version of the projections; a rebuild is then under way. */
  readonly upToDate: boolean
  /** Where the second generation stands, while one is filling. */
  readonly rebuild: { readonly generation: number; readonly position: number } | null
  readonly generations: ReadonlyArray<Generation>
  readonly shards: ShardsHeld
}

export interface Projector {
  readonly status: () => Promise<ProjectorStatus>
  /** True once everything up to a position can be read; false when that did not come in time. */
  readonly waitFor: (position: number, milliseconds: number) => Promise<boolean>
  /** Fills a second generation from the start of the log, compares it at one position, and puts it in force. */
  readonly rebuild: () => Promise<Rebuilt>
  /** Puts the generation before back in force. */
  readonly rollBack: () => Promise<GenerationRefusal | undefined>
  readonly stop: () => Promise<void>
}

const PAGE_SIZE = 2_000
/** So often does a projector say that it is alive in the time in which it would be given up. */
const SIGNS_OF_LIFE = 5

export const startProjector = async (options: ProjectorOptions): Promise<Projector> => {
  const { store, readModels, clock, surroundings = systemSurroundings, pageSize = PAGE_SIZE, shards = 1 } = options
  const leases = readModels.leases(randomUUID())
  const deps: FillingDeps = { store, readModels, clock, surroundings, pageSize, shards, leases }
  const fillings = new Map<number, Filling>()
  const stopping = new AbortController()
  const { signal } = stopping
  let rests: number | undefined
  let rebuilding: Promise<Rebuilt> | undefined
  let lastFailure: string | undefined

  const generationsNow = async (): Promise<{ readonly current: Generation; readonly all: ReadonlyArray<Generation> }> => {
    const all = await readModels.generations()
    const current = all.find(({ state }) => state === 'current')
    if (current === undefined) throw new Error('The read models have no generation in force; open them anew.')
    return { current, all }
  }
  const inForce = async (): Promise<Generation> => (await generationsNow()).current

  /** What is filled is written in the database, where any projector may begin a rebuild or swap; rows of another version are left alone. */
  const tend = async (): Promise<void> => {
    if (signal.aborted) return
    const projectors = await leases.attend()
    const { all } = await generationsNow()
    const wanted = all.filter(({ id, state, version }) => state !== 'retired' && version === projectionVersion && id !== rests)
    for (const [id, filling] of fillings) {
      if (wanted.some((generation) => generation.id === id)) continue
      fillings.delete(id)
      await filling.stop()
    }
    for (const generation of wanted) {
      const filling = fillings.get(generation.id) ?? startFilling(deps, generation)
      fillings.set(generation.id, filling)
      await filling.tend(projectors)
    }
  }

  const oneByOne = inSequence()
  const look = (resting?: number): Promise<void> =>
    oneByOne(() => {
      rests = resting
      return tend()
    })

  const goOn = async (): Promise<void> => {
    while (!signal.aborted) {
      await surroundings.sleep(readModels.silenceMs / SIGNS_OF_LIFE, signal)
      try {
        await oneByOne(tend)
        lastFailure = undefined
      } catch (cause) {
        lastFailure = cause instanceof Error ? cause.message : String(cause)
      }
    }
  }

  const rebuild = (): Promise<Rebuilt> => {
    const fillingOf = (generation: number): Filling | undefined => fillings.get(generation)
    rebuilding ??= rebuildOnce({ store, readModels, clock, leases, signal, inForce, fillingOf, look }).finally(() => {
      rebuilding = undefined
    })
    return rebuilding
  }

  await look()
  const begun = await generationsNow()
  const interrupted = begun.all.some(({ state, version }) => state === 'filling' && version === projectionVersion)
  if (interrupted || begun.current.version !== projectionVersion) {
    // Whoever waits for a position learns of a failure there; the status shows it too.
    rebuild().catch(() => undefined)
  }
  const going = goOn()

  const statusOf = async (current: Generation): Promise<SubscriptionStatus & Pick<ProjectorStatus, 'shards'>> => {
    const filling = fillings.get(current.id)
    if (filling !== undefined) return filling.status()
    const head = await store.head()
    return {
      name: subscriptionName(current.id),
      state: 'stopped',
      position: settledAt(current.position),
      head,
      lag: Math.max(0, head - current.position),
      failures: 0,
      lastFailure: undefined,
      parked: [],
      shards: { count: shards, held: [] },
    }
  }

  /** In force and in the rows, as a reader would see it; false also while the database does not answer. */
  const canBeRead = async (position: number): Promise<boolean> => {
    try {
      return (await readModels.position()) >= position
    } catch {
      return false
    }
  }
  const fillingInForce = async (): Promise<Filling | undefined> => {
    try {
      return fillings.get((await inForce()).id)
    } catch {
      return undefined
    }
  }

  return {
    status: async () => {
      const { current, all } = await generationsNow()
      const beside = all.find(({ id, state }) => state === 'filling' && fillings.has(id))
      const status = await statusOf(current)
      return {
        ...status,
        lastFailure: status.lastFailure ?? lastFailure,
        generation: current.id,
        version: current.version,
        upToDate: current.version === projectionVersion,
        rebuild: beside === undefined ? null : { generation: beside.id, position: beside.position },
        generations: all,
      }
    },
    waitFor: async (position, milliseconds) => {
      const until = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)])
      while (!until.aborted) {
        if (await canBeRead(position)) return true
        const filling = await fillingInForce()
        if (filling === undefined) await surroundings.sleep(20, until)
        else await filling.reached(settledAt(position), until)
      }
      return canBeRead(position)
    },
    rebuild,
    rollBack: async () => {
      await rebuilding
      const refusal = await rollBack(readModels.rows, clock)
      await look()
      await readModels.position()
      return refusal
    },
    stop: async () => {
      stopping.abort()
      await rebuilding?.catch(() => undefined)
      await going
      for (const filling of fillings.values()) await filling.stop()
      // A database that is gone forgets it by itself.
      await leases.leave().catch(() => undefined)
    },
  }
}
