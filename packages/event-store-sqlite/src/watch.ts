/** How one that only reads learns that another process or thread has written. */
import type { Reader } from './reader.ts'

/** When a look finds so many new positions, more are pouring in. */
const BURST = 32
/** A burst is taken in handfuls: every follower pays for a transaction of its own, whatever that holds. */
const GATHER_MS = 50

/**
 * Looks so often, and calls `grown` when there is something new: after a quiet moment at once, in a burst at most every 50 ms.
 * Answers with what ends the watch.
 */
export const watch = (reader: Pick<Reader, 'version' | 'head'>, lookEveryMs: number, grown: () => void): (() => void) => {
  let version = reader.version()
  let head = reader.head()
  const look = (): void => {
    const now = reader.version()
    const before = head
    if (now !== version) {
      head = reader.head()
      grown()
    }
    version = now
    looking = setTimeout(look, head - before >= BURST ? Math.max(lookEveryMs, GATHER_MS) : lookEveryMs)
  }
  let looking = setTimeout(look, lookEveryMs)
  return () => clearTimeout(looking)
}
