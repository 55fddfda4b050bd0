/** Where a subscription stands. Alive means "my position moves when the head moves"; nothing else is asked. */
import type { SettledPosition } from '@muster/event-store/event'
import type { ParkedStream } from './parking.ts'

/**
 * running: deliveries are taken. failing: the last try failed, the next one is due. stalled: no failure, but the position
 * has not moved for a while although the log is ahead. stopped: it was told to, or another instance has taken over.
 */
export type SubscriptionState = 'running' | 'failing' | 'stalled' | 'stopped'

export interface SubscriptionStatus {
  readonly name: string
  readonly state: SubscriptionState
  /** Everything up to here has been taken. */
  readonly position: SettledPosition
  readonly head: SettledPosition
  /** How many positions it is behind the head. */
  readonly lag: number
  /** Tries in a row that failed. */
  readonly failures: number
  readonly lastFailure: string | undefined
  readonly parked: ReadonlyArray<ParkedStream>
}

/** True when, over all looks since the given time, the log was ahead and the position did not move. */
export type StallWatch = (position: SettledPosition, head: SettledPosition, now: number) => boolean

export const createStallWatch = (stalledAfterMs: number): StallWatch => {
  let seen: SettledPosition | undefined
  let since = 0
  return (position, head, now) => {
    if (position !== seen || position >= head) {
      seen = position
      since = now
    }
    return now - since > stalledAfterMs
  }
}
