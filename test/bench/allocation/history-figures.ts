/** Whether the LP stays tight on real windows: plans of the monthly history, and how far the exact backend's value is from its bound. */
import { verify } from '@muster/verifier/verify'
import { historicalProblem, type History } from './history.ts'
import { gapPercent, timedPlan } from './plan.ts'

const WINDOWS: ReadonlyArray<Pick<History, 'from' | 'to'>> = [
  { from: '2010-01', to: '2012-01' },
  { from: '2012-04', to: '2014-04' },
]

export const measureHistory = async (workers: number) => {
  const instances = []
  for (const window of WINDOWS) {
    for (const movable of [false, true]) {
      for (const counts of ['copies', 'persons'] as const) {
        const document = historicalProblem({ ...window, movable, counts })
        const { plan, milliseconds } = await timedPlan(document, 'default', workers)
        instances.push({
          ...window,
          movable,
          counts,
          lines: document.requirements.length,
          pledges: document.offers.length,
          milliseconds,
          tiers: plan.tiers,
          gapPercent: gapPercent(plan),
          accepted: 'ok' in verify(document, plan),
        })
      }
    }
  }
  return { instances }
}
