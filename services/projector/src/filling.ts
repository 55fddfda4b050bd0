/** One generation of read models, kept filled from the log: by this process, or by another that took over. */
import type { SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { Clock } from '@muster/kernel/time'
import { WHOLE_LOG } from '@muster/read-models/generations'
import type { ReadModelStore } from '@muster/read-models/open'
import { generationSubscriber } from '@muster/read-models/subscriber'
import { parkingIn } from '@muster/subscription/parking'
import type { SubscriptionStatus } from '@muster/subscription/status'
import { startSubscription, type Subscription } from '@muster/subscription/subscription'
import type { Surroundings } from '@muster/subscription/surroundings'

export interface FillingDeps {
  readonly store: EventStore
  readonly readModels: ReadModelStore
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly pageSize: number
}

export interface Filling {
  readonly generation: number
  readonly status: () => Promise<SubscriptionStatus>
  /** True once everything up to a position is in the rows; false when the signal comes first or it is stopped. */
  readonly reached: (position: SettledPosition, signal?: AbortSignal) => Promise<boolean>
  readonly stop: () => Promise<void>
}

/** A projector that was superseded stands by this long before it looks whether the other one is still at work. */
const STANDBY_MS = 2_000
const NEVER = settledAt(Number.MAX_SAFE_INTEGER)

/** Parked streams belong to a generation: what one projection cannot take, the next may. */
export const subscriptionName = (generation: number): string => `read-models-g${generation}`

export const startFilling = (deps: FillingDeps, generation: number): Filling => {
  const { store, readModels, clock, surroundings, pageSize } = deps
  const name = subscriptionName(generation)
  const stopping = new AbortController()
  const { signal } = stopping
  const begin = (): Subscription =>
    startSubscription({
      name,
      store,
      subscriber: generationSubscriber(readModels, { generation, checkpoint: WHOLE_LOG }),
      parking: parkingIn(store, name, clock),
      surroundings,
      pageSize,
    })
  let subscription = begin()

  /** The checkpoint's compare-and-set lets one projector write; the others wait here and take over when it is gone. */
  const standBy = async (): Promise<void> => {
    for (;;) {
      await subscription.reached(NEVER)
      if (signal.aborted) return
      await surroundings.sleep(STANDBY_MS, signal)
      if (signal.aborted) return
      subscription = begin()
    }
  }
  const standingBy = standBy()

  const reached = async (position: SettledPosition, until?: AbortSignal): Promise<boolean> => {
    while (!signal.aborted && until?.aborted !== true) {
      if (await subscription.reached(position, until)) return true
      // Another projector is at work: its rows are in the same tables.
      if ((await readModels.checkpoint({ generation, checkpoint: WHOLE_LOG })) >= position) return true
      await surroundings.sleep(50, until ?? signal)
    }
    return false
  }

  return {
    generation,
    status: () => subscription.status(),
    reached,
    stop: async () => {
      stopping.abort()
      await subscription.stop()
      await standingBy
    },
  }
}
