/** Projectors as processes that can be killed and paused, and what they said of every page. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const Line = z.object({
  generation: z.number(),
  checkpoints: z.array(z.string()),
  after: z.number(),
  through: z.number(),
  taken: z.boolean(),
})
/** A page that a projector gave to the database, as it learnt of the answer. */
export type Page = z.output<typeof Line>

export interface ProjectorProcess {
  readonly pages: ReadonlyArray<Page>
  /** Ends at once: nothing is finished, nothing given back. */
  readonly kill: () => Promise<void>
  readonly pause: () => void
  readonly wake: () => void
}

const FILL = join(import.meta.dirname, '../../services/projector/src/testing/fill.ts')

export interface ProcessOptions {
  readonly log: string
  readonly database: string
  readonly shards: number
  readonly silenceMs: number
}

export const projectorProcess = ({ log, database, shards, silenceMs }: ProcessOptions): ProjectorProcess => {
  const child: ChildProcess = spawn(process.execPath, [FILL, log, database, String(shards), String(silenceMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const pages: Page[] = []
  // A line that a kill cut in two says nothing.
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => line.endsWith('}') && pages.push(Line.parse(JSON.parse(line))))
  return {
    pages,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    pause: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
  }
}

/** Pages of one slot that lie over one another: each would be a piece of the log applied twice. */
export const overlaps = (pages: ReadonlyArray<Page>): ReadonlyArray<readonly [Page, Page]> => {
  const bySlot = Map.groupBy(
    pages
      .filter(({ taken }) => taken)
      .flatMap((page) => page.checkpoints.map((name) => ({ slot: `${page.generation} ${name}`, page }))),
    ({ slot }) => slot,
  )
  return [...bySlot.values()].flatMap((ofSlot) => {
    const inOrder = ofSlot.map(({ page }) => page).toSorted((a, b) => a.after - b.after)
    return inOrder.flatMap((page, index) => {
      const next = inOrder[index + 1]
      return next !== undefined && next.after < page.through ? [[page, next] as const] : []
    })
  })
}

/** The same numbers in [0, 1) for the same seed (mulberry32). */
export const chanceOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
