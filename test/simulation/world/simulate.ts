/** One run from its seed: a world, people at work in it, a storm, calm, and what is broken at the end. */
import { createScheduler } from '../harness/scheduler.ts'
import { chance } from '../../support/chance.ts'
import { openClients } from './clients.ts'
import { drain } from './drain.ts'
import { eventsIn } from './invariants.ts'
import type { ReadModelFiles } from '../harness/read-models.ts'
import { differingRows } from './cold-rebuild.ts'
import { play } from './play.ts'
import type { Mutation, ServiceName } from './services.ts'
import { weatherOf } from './weather.ts'
import { beginWorkload } from './workload.ts'
import { openWorld } from './world.ts'

export interface Outcome {
  readonly seed: number
  readonly broken: ReadonlyArray<string>
  readonly steps: number
  readonly events: number
  readonly deaths: number
  /** Of everything that happened, in order. */
  readonly hash: string
}

export interface SimulationOptions {
  readonly mutation?: Mutation
  /** Read models in SQLite beside the small one; compared row by row with a cold rebuild at the end. */
  readonly files?: ReadModelFiles
  /** Hears of every step. */
  readonly tell?: (line: string) => void
}

const SET: ReadonlyArray<ServiceName> = ['intake', 'intake', 'relay', 'relay', 'allocator', 'allocator', 'projector']
const STORM_MS = 8_000
const DEADLINE_MS = 400_000

export const simulate = async (seed: number, { mutation = {}, files, tell }: SimulationOptions = {}): Promise<Outcome> => {
  const scheduler = createScheduler(seed, tell)
  const weather = weatherOf(seed)
  const readModels = await files?.open(scheduler.clock)
  const pages = chance(seed ^ 0x9a6e)
  const world = await openWorld({
    scheduler,
    faults: weather.faults,
    hosts: readModels === undefined ? SET : [...SET, 'readModels'],
    ...(readModels === undefined ? {} : { readModels }),
    mutation,
    pageSize: pages.next() < 0.5 ? 1 + Math.floor(pages.next() * 6) : 1_000,
  })
  const clients = openClients(world)
  const course = async (): Promise<void> => {
    const { done } = beginWorkload(seed, world, clients)
    weather.blow(world, clients)
    await scheduler.sleep(STORM_MS)
    weather.calm()
    world.poisoned.clear()
    scheduler.note('calm')
    await done
    await drain(world, clients)
  }
  const broken = [...(await play({ world, clients, course, deadlineMs: DEADLINE_MS }))]
  if (files !== undefined && readModels !== undefined) {
    broken.push(...(await differingRows(world.log, readModels, await files.open(scheduler.clock))))
    await readModels.close()
  }
  const { length: events } = await eventsIn(world)
  const deaths = world.hosts.reduce((sum, { lives }) => sum + lives - 1, 0)
  return { seed, broken, steps: scheduler.steps(), events, deaths, hash: scheduler.hash() }
}
