/** One shard of a generation: its slots brought to the same position, then filled together, until another projector has them. */
import type { SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { Clock } from '@muster/kernel/time'
import type { Holder } from '@muster/read-models/checkpoints'
import type { ReadModelStore } from '@muster/read-models/open'
import { checkpointOf, slotOf } from '@muster/read-models/slots'
import { generationSubscriber } from '@muster/read-models/subscriber'
import { parkingIn } from '@muster/subscription/parking'
import type { SubscriptionStatus } from '@muster/subscription/status'
import { startSubscription, type Subscription } from '@muster/subscription/subscription'
import { pauseAfter, type Surroundings } from '@muster/subscription/surroundings'

export interface ShardDeps {
  readonly store: EventStore
  readonly readModels: ReadModelStore
  readonly clock: Clock
  readonly surroundings: Surroundings
  /** Events that are read at once; those of the shard among them go into one transaction. */
  readonly pageSize: number
}

export interface ShardOptions {
  readonly generation: number
  /** Of how many slots these are some. */
  readonly slotsInAll: number
  readonly slots: ReadonlyArray<number>
  readonly holder: Holder | undefined
}

export interface Shard {
  /** Undefined before the first look at its checkpoints. */
  readonly status: () => Promise<SubscriptionStatus | undefined>
  /** True once everything of its streams up to a position is in the rows; false when the signal comes first or it has ended. */
  readonly reached: (position: SettledPosition, signal?: AbortSignal) => Promise<boolean>
  /** It was stopped, or another projector has its slots. */
  readonly ended: () => boolean
  /** Resolves when the page under way has been taken or given up. */
  readonly stop: () => Promise<void>
}

/** Parked streams belong to a generation: what one projection cannot take, the next may. */
export const subscriptionName = (generation: number): string => `read-models-g${generation}`

const NEVER = settledAt(Number.MAX_SAFE_INTEGER)
const LOOK_EVERY_MS = 10

/** Slots that stand at the same position, and where the next of the others stand. */
interface Stage {
  readonly slots: ReadonlyArray<number>
  readonly until: SettledPosition | undefined
}

export const startShard = (deps: ShardDeps, options: ShardOptions): Shard => {
  const { store, readModels, clock, surroundings, pageSize } = deps
  const { generation, slots, slotsInAll, holder } = options
  const name = subscriptionName(generation)
  const stopping = new AbortController()
  const { signal } = stopping
  let current: Subscription | undefined
  let ended = false

  /** Slots that another projector grouped otherwise may stand apart; those furthest behind go first. */
  const nextStage = async (): Promise<Stage> => {
    const stored = await readModels.checkpoints(generation)
    const positions = slots.map((slot) => stored.get(checkpointOf(slot, slotsInAll)) ?? 0)
    const lowest = Math.min(...positions)
    const others = positions.filter((position) => position > lowest)
    return {
      slots: slots.filter((_, index) => positions[index] === lowest),
      until: others.length === 0 ? undefined : settledAt(Math.min(...others)),
    }
  }

  const begin = ({ slots: level, until }: Stage): Subscription => {
    const ours = new Set(level)
    return startSubscription({
      name,
      store,
      subscriber: generationSubscriber(readModels, {
        generation,
        checkpoints: level.map((slot) => checkpointOf(slot, slotsInAll)),
        holder,
      }),
      parking: parkingIn(store, name, clock),
      surroundings,
      pageSize,
      ...(slotsInAll === 1 ? {} : { isOurs: (stream) => ours.has(slotOf(stream, slotsInAll)) }),
      ...(until === undefined ? {} : { until }),
    })
  }

  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      try {
        const stage = await nextStage()
        if (signal.aborted) return
        const subscription = begin(stage)
        current = subscription
        failures = 0
        if (!(await subscription.reached(stage.until ?? NEVER))) return
      } catch {
        // The database does not answer: whoever asks for the status learns of it there.
        failures += 1
        await surroundings.sleep(pauseAfter(failures, surroundings.random), signal)
      }
    }
  }
  const running = run().finally(() => {
    ended = true
  })

  return {
    status: async () => current?.status(),
    reached: async (position, until) => {
      while (!ended && until?.aborted !== true) {
        if ((await current?.reached(position, until)) === true) return true
        await surroundings.sleep(LOOK_EVERY_MS, until ?? signal)
      }
      return false
    },
    ended: () => ended,
    stop: async () => {
      stopping.abort()
      await current?.stop()
      await running
    },
  }
}
