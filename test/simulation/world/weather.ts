/** Faults by chance. Each run has a weather of its own: some kinds of faults often, some never. */
import { chance } from '../../support/chance.ts'
import type { Fault, Faults } from '../harness/process.ts'
import type { Clients } from './clients.ts'
import { SUBSCRIPTIONS } from './invariants.ts'
import { release } from './words.ts'
import type { World } from './world.ts'

export interface Weather {
  readonly faults: Faults
  /** Rebalances, outages, poison, deaths between calls; until the storm is over. */
  readonly blow: (world: World, clients: Clients) => void
  readonly calm: () => void
  readonly isOver: () => boolean
}

const NONE: Fault = { _tag: 'None' }
const LONGEST_SLOW_MS = 2_500
const OUTAGE_MS = 4_000
/** Even in the worst weather something gets done in between. */
const SHORTEST_MS = 150

export const weatherOf = (seed: number): Weather => {
  const plot = chance(seed ^ 0x57a7)
  const perCall = chance(seed ^ 0xca11)
  let over = false
  const sometimes = (most: number): number => (plot.next() < 0.6 ? plot.next() * most : 0)
  const rates = {
    lostBefore: sometimes(0.08),
    lostAfter: sometimes(0.08),
    lostLate: sometimes(0.04),
    slow: sometimes(0.05),
    diesBefore: sometimes(0.02),
    diesAfter: sometimes(0.02),
  }
  const everyMs = {
    rebalance: sometimes(1) * 1_500,
    outage: sometimes(1) * 6_000,
    poison: sometimes(1) * 3_000,
    death: sometimes(1) * 3_000,
    gentleStop: sometimes(1) * 3_000,
    release: sometimes(1) * 2_000,
  }

  const faults: Faults = ({ mayFail }) => {
    if (over) return NONE
    let draw = perCall.next()
    const happens = (rate: number): boolean => {
      draw -= rate
      return draw < 0
    }
    if (happens(rates.diesBefore)) return { _tag: 'Dies', when: 'before' }
    if (happens(rates.diesAfter)) return { _tag: 'Dies', when: 'after' }
    if (happens(rates.slow)) return { _tag: 'Slow', milliseconds: perCall.next() * LONGEST_SLOW_MS }
    if (!mayFail) return NONE
    if (happens(rates.lostBefore)) return { _tag: 'Lost', when: 'before' }
    if (happens(rates.lostAfter)) return { _tag: 'Lost', when: 'after' }
    return happens(rates.lostLate) ? { _tag: 'Lost', when: 'late' } : NONE
  }

  const blow: Weather['blow'] = (world, clients) => {
    const { scheduler, cluster, poisoned } = world
    const { surroundings } = scheduler
    const every = (milliseconds: number, act: () => void): void => {
      if (milliseconds === 0) return
      const loop = async (): Promise<void> => {
        for (;;) {
          await scheduler.sleep(Math.max(milliseconds, SHORTEST_MS) * (0.5 + surroundings.random()))
          if (over) return
          act()
        }
      }
      void loop()
    }
    let awayUntil = 0
    cluster.isAway = () => !over && scheduler.now() < awayUntil
    every(everyMs.rebalance, cluster.rebalance)
    every(everyMs.outage, () => {
      awayUntil = scheduler.now() + surroundings.random() * OUTAGE_MS
      scheduler.note('the broker is away')
    })
    every(everyMs.poison, () => {
      const stream = plot.of(['pledge-NPL-1', 'pledge-RWA-2', 'commitment-NPL-1-C0', 'plan-p1'])
      if (!poisoned.delete(stream)) poisoned.add(stream)
      scheduler.note(`poisoned: ${[...poisoned].join()}`)
    })
    every(everyMs.death, () => plot.of(world.hosts).life?.process.kill())
    every(everyMs.gentleStop, () => void world.stopGently(plot.of(world.hosts)))
    every(everyMs.release, () => {
      const stream = plot.of(['pledge-NPL-1', 'commitment-NPL-1-C0'])
      void clients.ask(release(plot.of(SUBSCRIPTIONS), stream, `at ${Math.round(scheduler.now())}`))
    })
  }

  return {
    faults,
    blow,
    calm: () => {
      over = true
    },
    isOver: () => over,
  }
}
