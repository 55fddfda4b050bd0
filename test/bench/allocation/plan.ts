/** One plan of one synthetic instance: how long each stage took, how far from the bound, and whether the verifier accepts it. */
import { allocate, type AllocateOptions } from '@muster/allocation/allocate'
import { highsBackend } from '@muster/allocation-highs/backend'
import type { Plan } from '@muster/contracts/allocation/plan'
import { verify } from '@muster/verifier/verify'
import * as E from 'fp-ts/lib/Either.js'
import { syntheticProblem, type Synthetic } from './synthetic.ts'

export type Mode = NonNullable<AllocateOptions['mode']>

export interface Planned {
  readonly plan: Plan
  readonly milliseconds: number
  /** Until balance begins: the last component covered, by the exact backend too. */
  readonly coverageMilliseconds: number
}

/** Plans a document with the stop-watch in hand; throws when the engine refuses, because then there is nothing to measure. */
export const timedPlan = async (document: unknown, mode: Mode, workers: number): Promise<Planned> => {
  const backend = mode === 'fast' ? undefined : highsBackend({ workers, budget: mode })
  const began = performance.now()
  let coverageMilliseconds = 0
  try {
    const answer = await allocate(document, {
      mode,
      workers,
      ...(backend === undefined ? {} : { backend }),
      onProgress: ({ stage }) => {
        if (stage === 'balance') coverageMilliseconds ||= performance.now() - began
      },
    })()
    if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
    return { plan: answer.right, milliseconds: performance.now() - began, coverageMilliseconds }
  } finally {
    await backend?.close()
  }
}

/** How far the tiers together are from their bounds, in percent; tier values carry their weights already. */
export const gapPercent = ({ tiers }: Plan): number => {
  const value = tiers.reduce((sum, tier) => sum + Number(tier.value), 0)
  const bound = tiers.reduce((sum, tier) => sum + Number(tier.bound), 0)
  return bound === 0 ? 0 : (100 * (bound - value)) / bound
}

const countBy = (codes: ReadonlyArray<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const code of codes.toSorted()) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** The most that this process has had resident so far. */
export const peakMegabytes = (): number => Math.round(process.resourceUsage().maxRSS / 1_024)

export const measurePlan = async (instance: Synthetic, mode: Mode, workers: number) => {
  const document = syntheticProblem(instance)
  const { plan, milliseconds, coverageMilliseconds } = await timedPlan(document, mode, workers)
  const planned = peakMegabytes()
  const began = performance.now()
  const verdict = verify(document, plan)
  const broken = 'broken' in verdict ? verdict.broken : []
  const reasons = plan.uncovered.length
  const unproved = new Set(broken.flatMap(({ where }) => (where.startsWith('/uncovered/') ? [where] : []))).size
  return {
    milliseconds,
    coverageMilliseconds,
    /** Of problem and plan; the verifier comes after it. */
    peakMegabytes: planned,
    verifyMilliseconds: performance.now() - began,
    rows: plan.assignments.length,
    tiers: plan.tiers,
    gapPercent: gapPercent(plan),
    uncovered: countBy(plan.uncovered.map(({ reason }) => reason.code)),
    /** Gaps whose reason or certificate the verifier has checked; the search's own limit proves nothing but is said. */
    checkedPercent: reasons === 0 ? 100 : (100 * (reasons - unproved)) / reasons,
    searchLimitPercent:
      reasons === 0 ? 0 : (100 * plan.uncovered.filter(({ reason }) => reason.code === 'SEARCH_LIMIT').length) / reasons,
    broken: broken.slice(0, 5),
    size: {
      contributors: document.contributors.length,
      missions: document.missions.length,
      lines: document.requirements.length,
      pledges: document.offers.length,
    },
  }
}
