/**
 * Every call of every process of some small scenarios, one after the other, is the last of that process: before its effect, or after it. The same calls
 * also fail without a death: before their effect, after it, or with an effect that comes later. Whatever it was, the log, the topics and
 * the read model must be those of a run without a fault.
 */
import { expect, test } from 'vitest'
import { streamKind } from '@muster/event-store/event'
import type { Call, Fault, Faults } from './harness/process.ts'
import { createScheduler } from './harness/scheduler.ts'
import { scenarios, type Scenario } from './scenarios.ts'
import { openClients } from './world/clients.ts'
import { eventsIn } from './world/invariants.ts'
import { play } from './world/play.ts'
import { openWorld } from './world/world.ts'

/** The same matrix under different orders of what happens at once. */
const SEEDS = [1, 2]
const DEADLINE_MS = 300_000

const KINDS: ReadonlyArray<Fault> = [
  { _tag: 'Dies', when: 'before' },
  { _tag: 'Dies', when: 'after' },
  { _tag: 'Lost', when: 'before' },
  { _tag: 'Lost', when: 'after' },
  { _tag: 'Lost', when: 'late' },
]

interface Result {
  readonly broken: ReadonlyArray<string>
  /** What is in the log, without order, and without where in their streams subscriptions parked. */
  readonly events: ReadonlyArray<string>
}

const run = async ({ hosts, course, parked = [] }: Scenario, seed: number, faults: Faults): Promise<Result> => {
  const scheduler = createScheduler(seed)
  const world = await openWorld({ scheduler, faults, hosts })
  const clients = openClients(world)
  const broken = await play({ world, clients, course: () => course(world, clients), deadlineMs: DEADLINE_MS, parked })
  const events = (await eventsIn(world))
    .filter(({ stream }) => streamKind(stream) !== 'subscription')
    .map(({ stream, type, id }) => `${stream} ${type} ${id}`)
    .toSorted()
  return { broken, events }
}

/** Hits one call of the first life of a process. */
const hitting = (
  process: string,
  number: number,
  fault: Fault,
): { readonly faults: Faults; readonly hit: () => Call | undefined } => {
  let hit: Call | undefined
  return {
    hit: () => hit,
    faults: (call) => {
      if (call.process !== process || call.number !== number) return { _tag: 'None' }
      if (fault._tag === 'Lost' && !call.mayFail) return { _tag: 'None' }
      hit = call
      return fault
    },
  }
}

const NONE: Faults = () => ({ _tag: 'None' })

/** How many calls a process makes in a run in which nothing happens to it. */
const callsOf = async (scenario: Scenario, seed: number, process: string): Promise<number> => {
  let last = 0
  await run(scenario, seed, (call) => {
    if (call.process === process) last = Math.max(last, call.number)
    return { _tag: 'None' }
  })
  return last
}

interface Matrix {
  readonly cells: number
  readonly wrong: ReadonlyArray<string>
}

const matrixOf = async (scenario: Scenario, seed: number): Promise<Matrix> => {
  const undisturbed = await run(scenario, seed, NONE)
  const wrong = [...undisturbed.broken]
  let cells = 0
  for (const [index, service] of scenario.hosts.entries()) {
    const process = `${service}-${index}.1`
    const last = await callsOf(scenario, seed, process)
    for (let number = 1; number <= last; number += 1) {
      for (const fault of KINDS) {
        const { faults, hit } = hitting(process, number, fault)
        const { broken, events } = await run(scenario, seed, faults)
        const call = hit()
        if (call === undefined) continue
        cells += 1
        const same = events.join() === undisturbed.events.join()
        const all = same ? broken : [...broken, 'the log differs from that of a run without a fault']
        wrong.push(
          ...all.map((what) => `seed ${seed}, ${process}, call ${number} (${call.port}) ${JSON.stringify(fault)}: ${what}`),
        )
      }
    }
  }
  return { cells, wrong }
}

let sum = 0

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s, whichever call fails',
  { timeout: 1_200_000 },
  async (name, scenario) => {
    let cells = 0
    for (const seed of SEEDS) {
      const matrix = await matrixOf(scenario, seed)
      expect(matrix.wrong.slice(0, 10)).toEqual([])
      cells += matrix.cells
    }
    sum += cells
    console.log(`crash matrix: ${name}: ${cells} cells, ${sum} so far`)
    expect(cells).toBeGreaterThan(SEEDS.length * 25)
  },
)
