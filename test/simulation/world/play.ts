/** Plays a course of events in a world until it is finished, and says what is broken then. */
import { unrestIn } from './drain.ts'
import { brokenIn } from './invariants.ts'
import type { Clients } from './clients.ts'
import type { World } from './world.ts'

export interface Play {
  readonly world: World
  readonly clients: Clients
  readonly course: () => Promise<void>
  /** Virtual. */
  readonly deadlineMs: number
  /** What stands aside for good, as `subscription stream`. */
  readonly parked?: ReadonlyArray<string>
}

export const play = async ({ world, clients, course, deadlineMs, parked = [] }: Play): Promise<ReadonlyArray<string>> => {
  let ended = false
  const finished = course().finally(() => {
    ended = true
  })
  // It is looked at below, once the run is over.
  finished.catch(() => undefined)
  const broken: string[] = []
  try {
    await world.scheduler.run(() => ended, deadlineMs)
    await finished
  } catch (error) {
    broken.push(`${String(error)}: ${(await unrestIn(world)).join('; ')}`)
  }
  broken.push(...(await brokenIn(world, clients, parked)))
  world.end()
  return broken
}
