/** Time and chance as a subscription needs them; tests pass their own. */
import { setTimeout as timeout } from 'node:timers/promises'

export interface Surroundings {
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number
  /** Resolves after the time or as soon as the signal comes; never rejects. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** In [0, 1). */
  readonly random: () => number
}

export const systemSurroundings: Surroundings = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await timeout(milliseconds, undefined, { signal }).catch(() => undefined)
  },
  random: Math.random,
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 10_000

/** Doubles from try to try up to ten seconds; half of it is chance, so that many who failed together do not return together. */
export const pauseAfter = (failures: number, random: () => number): number => {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
  return longest / 2 + (random() * longest) / 2
}
