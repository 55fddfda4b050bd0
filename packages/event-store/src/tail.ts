/** How readers that follow the log sleep until it grows, and the page loop that every store's `readAll` shares. */
import type { Page, ReadAllOptions } from './event-store.ts'
import type { SettledPosition } from './event.ts'
import { settledAt } from './expected.ts'

export interface Tail {
  /** Counts how often the log has grown; take it before reading, so that no growth falls between reading and waiting. */
  readonly version: () => number
  /** The log has grown (or may have): everyone who waits looks again. */
  readonly grown: () => void
  /** Resolves once the log has grown since `version`, or the signal is aborted. */
  readonly grownSince: (version: number, signal: AbortSignal | undefined) => Promise<void>
}

export const createTail = (): Tail => {
  let count = 0
  const sleepers = new Set<() => void>()
  return {
    version: () => count,
    grown: () => {
      count += 1
      for (const wake of sleepers) wake()
    },
    grownSince: (version, signal) =>
      new Promise((resolve) => {
        if (count !== version || signal?.aborted) return resolve()
        const wake = () => {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(wake)
        signal?.addEventListener('abort', wake)
      }),
  }
}

/** Reads at most `limit` events after a position and up to `until`, at one moment of the log. */
export type ReadPage = (after: SettledPosition, limit: number, until: SettledPosition | undefined) => Page

/** Lets timers, requests and signals in between two pages: a long replay must not hold up the process. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * The whole of `readAll`. Without `follow` it ends with the page that reached the tail (an empty one when there was
 * nothing to read), so that a reader always learns how far the log goes.
 */
export async function* pages(
  after: SettledPosition | 'start',
  options: ReadAllOptions,
  readPage: ReadPage,
  tail: Tail,
): AsyncGenerator<Page, void, void> {
  const { pageSize, follow, until, signal } = options
  let position = after === 'start' ? settledAt(0) : after
  const stopped = () => signal?.aborted === true
  let told = false
  while (!stopped()) {
    const version = tail.version()
    const page = readPage(position, pageSize, until)
    const moved = page.through > position
    position = page.through
    // A second empty page at the same place would say nothing new.
    if (moved || !told) yield page
    told = page.isTail
    if (until !== undefined && position >= until) return
    if (!page.isTail) await breathe()
    else if (follow) await tail.grownSince(version, signal)
    else return
  }
}
