/**
 * A second instance of a process manager or a relay stands by: whoever moved the checkpoint last is at work, and the other one looks
 * from time to time whether it still is. When it is gone, the one that stood by goes on where the checkpoint lies.
 */
import { settledAt } from '@muster/event-store/expected'
import type { Subscription } from './subscription.ts'
import type { Surroundings } from './surroundings.ts'

export type StandingBy = Pick<Subscription, 'status' | 'stop'>

export interface StandbyOptions {
  readonly begin: () => Subscription
  readonly surroundings: Surroundings
  /** How long it rests before it tries whether the other one is still at work. */
  readonly restMs?: number
}

const REST_MS = 5_000
const NEVER = settledAt(Number.MAX_SAFE_INTEGER)

/** Its status is `running` while it stands by, with the reason beside it; a failure that it can see is its own still shows. */
export const standBy = ({ begin, surroundings, restMs = REST_MS }: StandbyOptions): StandingBy => {
  const stopping = new AbortController()
  const { signal } = stopping
  let subscription = begin()

  const keep = async (): Promise<void> => {
    for (;;) {
      // It ends only when it is stopped or another instance has moved its checkpoint.
      await subscription.reached(NEVER)
      if (!signal.aborted) await surroundings.sleep(restMs, signal)
      if (signal.aborted) return
      subscription = begin()
    }
  }
  const kept = keep()

  return {
    status: async () => {
      const status = await subscription.status()
      return status.state === 'stopped' && !signal.aborted ? { ...status, state: 'running' } : status
    },
    stop: async () => {
      stopping.abort()
      await subscription.stop()
      await kept
    },
  }
}
