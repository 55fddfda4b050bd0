/** One generation of read models as this process fills it: the shards that it holds, beside those that other projectors hold. */
import type { SettledPosition } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import type { Generation } from '@muster/read-models/generations'
import type { Leases } from '@muster/read-models/leases'
import { checkpointOf, slotsOfShard } from '@muster/read-models/slots'
import { createStallWatch, type SubscriptionState, type SubscriptionStatus } from '@muster/subscription/status'
import { startShard, subscriptionName, type Shard, type ShardDeps } from './shard.ts'

export interface FillingDeps extends ShardDeps {
  readonly leases: Leases
  /** Over how many shards the streams are spread; of no use beyond the number of the generation's slots. */
  readonly shards: number
}

export interface ShardsHeld {
  readonly count: number
  /** Those that this process fills. None: it stands by. */
  readonly held: ReadonlyArray<number>
}

/** `position` is that of the slot furthest behind, whoever fills it; `failures` and `parked` speak of this process's shards. */
export interface FillingStatus extends SubscriptionStatus {
  readonly shards: ShardsHeld
}

export interface Filling {
  readonly generation: number
  /** Finds out which shards are its still, and takes or gives up some so that it holds `1 / projectors` of them. */
  readonly tend: (projectors: number) => Promise<void>
  readonly status: () => Promise<FillingStatus>
  /** True once everything up to a position is in the rows, whoever wrote them; false when the signal comes first or it is stopped. */
  readonly reached: (position: SettledPosition, signal?: AbortSignal) => Promise<boolean>
  /** Ends the page under way and lets others have its shards. */
  readonly stop: () => Promise<void>
}

const LOOK_EVERY_MS = 50
const STALLED_AFTER_MS = 30_000
/** Events in memory at once, for each shard. */
const LARGEST_PAGE = 10_000

const worst = (states: ReadonlyArray<SubscriptionState>): SubscriptionState =>
  states.find((state) => state === 'failing') ?? states.find((state) => state === 'stalled') ?? 'running'

export const startFilling = (deps: FillingDeps, { id: generation, slots: slotsInAll }: Generation): Filling => {
  const { store, readModels, surroundings, leases } = deps
  const count = Math.min(deps.shards, slotsInAll)
  const slotsOf = Array.from({ length: count }, (_, shard) => slotsOfShard(shard, count, slotsInAll))
  const checkpoints = slotsOf.map((slots) => slots.map((slot) => checkpointOf(slot, slotsInAll)))
  const held = new Map<number, Shard>()
  const leaving = new Map<number, Promise<void>>()
  const stopping = new AbortController()
  const { signal } = stopping
  const stall = createStallWatch(STALLED_AFTER_MS)

  const checkpointsOf = (shard: number): ReadonlyArray<string> => checkpoints[shard] ?? []

  /** Others get it only after the page under way. A lease that cannot be given back ends by itself. */
  const giveUp = (number: number, shard: Shard): void => {
    held.delete(number)
    const left = shard
      .stop()
      .then(() => leases.release(generation, checkpointsOf(number)))
      .catch(() => undefined)
      .finally(() => leaving.delete(number))
    leaving.set(number, left)
  }

  const take = async (number: number): Promise<void> => {
    if (held.has(number) || leaving.has(number)) return
    if (!(await leases.claim(generation, checkpointsOf(number))) || signal.aborted) return
    // A shard reads the whole log and keeps its part: pages grow with the number of shards, so that transactions stay as large.
    const ofItsOwn = { ...deps, pageSize: Math.min(deps.pageSize * count, LARGEST_PAGE) }
    held.set(number, startShard(ofItsOwn, { generation, slots: slotsOf[number] ?? [], slotsInAll, holder: leases.holder }))
  }

  const tend = async (projectors: number): Promise<void> => {
    const ours = await leases.renew(generation)
    const share = Math.ceil(count / projectors)
    for (const [number, shard] of held) {
      const lost = shard.ended() || !checkpointsOf(number).every((name) => ours.has(name))
      if (lost || held.size > share) giveUp(number, shard)
    }
    for (let number = 0; number < count && held.size < share && !signal.aborted; number += 1) await take(number)
  }

  /** All shards are here: no need to ask the database, they say when they are there. */
  const reachedByOurs = async (position: SettledPosition, until: AbortSignal | undefined): Promise<boolean> =>
    held.size === count && (await Promise.all([...held.values()].map((shard) => shard.reached(position, until)))).every(Boolean)

  /** The slot furthest behind, whoever fills it; 0 when the generation was dropped. */
  const standsAt = async (): Promise<number> => {
    const positions = [...(await readModels.checkpoints(generation)).values()]
    return positions.length === 0 ? 0 : Math.min(...positions)
  }

  return {
    generation,
    tend,
    status: async () => {
      const known = await Promise.all([...held.values()].map((shard) => shard.status()))
      const statuses = known.filter((status) => status !== undefined)
      const position = settledAt(await standsAt())
      const head = await store.head()
      const stalled = stall(position, head, surroundings.now())
      const states = [...statuses.map(({ state }) => state), ...(stalled ? (['stalled'] as const) : [])]
      return {
        name: subscriptionName(generation),
        state: signal.aborted ? 'stopped' : worst(states),
        position,
        head,
        lag: Math.max(0, head - position),
        failures: Math.max(0, ...statuses.map(({ failures }) => failures)),
        lastFailure: statuses.find(({ lastFailure }) => lastFailure !== undefined)?.lastFailure,
        parked: statuses.flatMap(({ parked }) => parked),
        shards: { count, held: [...held.keys()].toSorted((a, b) => a - b) },
      }
    },
    reached: async (position, until) => {
      while (!signal.aborted && until?.aborted !== true) {
        if (await reachedByOurs(position, until)) return true
        // Others fill some of them: their rows are in the same tables. A database that does not answer is asked again.
        if ((await standsAt().catch(() => -1)) >= position) return true
        await surroundings.sleep(LOOK_EVERY_MS, until ?? signal)
      }
      return false
    },
    stop: async () => {
      stopping.abort()
      for (const [number, shard] of held) giveUp(number, shard)
      await Promise.all(leaving.values())
    },
  }
}
