/** Time and chance as the adapter needs them; tests and simulations pass their own. */

export interface Surroundings {
  /** In [0, 1). */
  readonly random: () => number
  /** Calls back once after so many milliseconds; what it returns cancels that. */
  readonly after: (milliseconds: number, ring: () => void) => () => void
}

export const systemSurroundings: Surroundings = {
  random: Math.random,
  after: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** Resolves after the time or as soon as the signal comes; never rejects. */
export const sleep = ({ after }: Surroundings, milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const wake = () => {
      cancel()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = after(milliseconds, wake)
    signal.addEventListener('abort', wake)
  })

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 10_000

/** Doubles from failure to failure up to ten seconds; half of it is chance, so that many who failed together do not return together. */
export const pauseAfter = (failures: number, random: () => number): number => {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
  return longest / 2 + (random() * longest) / 2
}
