/**
 * Virtual time. Every asynchronous step of a run (a call through a port, a pause, a client's wait) stands in one queue and is let go alone,
 * at a virtual moment that the seed decides; what follows from it runs to its end before the next one goes. So a run is fixed by its seed.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '@muster/kernel/time'
import type { Surroundings } from '@muster/subscription/surroundings'
import { chance, type Chance } from '../../support/chance.ts'

export interface Scheduler {
  /** Virtual milliseconds since the run began. */
  readonly now: () => number
  /** The same as an instant. */
  readonly clock: Clock
  readonly chance: Chance
  /** One step of the run: resolves when it is let go, after a moment of chance and `slowMs` more. */
  readonly turn: (label: string, slowMs?: number) => Promise<void>
  /** Resolves after the time or as soon as the signal comes. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  readonly surroundings: Surroundings
  /** Lets step after step go until `done`; throws when nothing is left to go or virtual time is over. */
  readonly run: (done: () => boolean, deadlineMs: number) => Promise<void>
  readonly note: (line: string) => void
  readonly steps: () => number
  /** Of every step and its moment, in order. */
  readonly hash: () => string
}

interface Waiting {
  readonly at: number
  readonly order: number
  readonly label: string
  readonly go: () => void
}

const BEGIN = Date.parse('2027-01-10T12:00:00.000Z')
const USUAL_MS = 2
/** Many times what a run needs: it goes in circles. */
const MOST_STEPS = 300_000
const LONG_MS = 60

/** Everything that follows without waiting for a step has happened: promises, and what components put off to the next turn of the loop. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

export const createScheduler = (seed: number, tell: (line: string) => void = () => undefined): Scheduler => {
  const random = chance(seed)
  const queue: Waiting[] = []
  const digest = createHash('sha256')
  let time = 0
  let order = 0
  let steps = 0

  const wait = (label: string, milliseconds: number): { readonly gone: Promise<void>; readonly now: () => void } => {
    let release = (): void => undefined
    const gone = new Promise<void>((resolve) => (release = resolve))
    order += 1
    const waiting: Waiting = { at: time + milliseconds, order, label, go: release }
    queue.push(waiting)
    return {
      gone,
      now: () => {
        const place = queue.indexOf(waiting)
        if (place >= 0) queue.splice(place, 1)
        release()
      },
    }
  }

  const earliest = (): Waiting | undefined => {
    let best: Waiting | undefined
    for (const waiting of queue) {
      if (!best || waiting.at < best.at || (waiting.at === best.at && waiting.order < best.order)) best = waiting
    }
    if (best) queue.splice(queue.indexOf(best), 1)
    return best
  }

  const note = (line: string): void => {
    const entry = `${time.toFixed(3)} ${line}`
    digest.update(entry)
    tell(entry)
  }

  const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return
    const { gone, now } = wait('', milliseconds)
    signal?.addEventListener('abort', now)
    await gone
    signal?.removeEventListener('abort', now)
  }

  return {
    now: () => time,
    clock: () => new Date(BEGIN + time).toISOString(),
    chance: random,
    turn: (label, slowMs = 0) => {
      const long = random.next() < 0.05 ? LONG_MS : USUAL_MS
      return wait(label, random.next() * long + slowMs).gone
    },
    sleep,
    surroundings: { now: () => time, sleep, random: random.next },
    run: async (done, deadlineMs) => {
      for (;;) {
        await settled()
        if (done()) return
        const next = earliest()
        if (next === undefined) throw new Error('nothing is left to go on with')
        if (next.at > deadlineMs) throw new Error(`not done after ${Math.round(deadlineMs)} virtual ms`)
        if (steps >= MOST_STEPS) throw new Error(`not done after ${steps} steps`)
        time = next.at
        steps += 1
        note(next.label)
        next.go()
      }
    },
    note,
    steps: () => steps,
    hash: () => digest.copy().digest('hex'),
  }
}
