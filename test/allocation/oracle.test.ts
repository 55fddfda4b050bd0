import { verify } from '@muster/verifier/verify'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { bestCoverage } from './oracle.ts'
import { planOf, type Mode } from './planning.ts'
import { ORACLE, problems, type SmallProblem } from './problems.ts'
import { boundsOf, compareValues, valuesOf } from './values.ts'

/** Generous: these run beside everything else on the same cores. */
vi.setConfig({ testTimeout: 240_000 })

const RUNS = 500

/** Instances small enough to enumerate, each with the best coverage there is. */
const instances = (seed: number): ReadonlyArray<{ readonly problem: SmallProblem; readonly best: ReadonlyArray<bigint> }> =>
  fc.sample(problems(ORACLE), { numRuns: RUNS, seed }).flatMap((problem) => {
    const best = bestCoverage(problem)
    return best === undefined ? [] : [{ problem, best: best.value.map(BigInt) }]
  })

describe('against every lawful plan there is, on small random problems', () => {
  test.each<Mode>(['fast', 'default', 'exact'])('%s: lawful, never better than the best, bounds never below it', async (mode) => {
    const cases = instances({ fast: 1, exact: 2, default: 3 }[mode])
    expect(cases.length).toBeGreaterThan(RUNS / 2)
    const failures: unknown[] = []
    let optimal = 0
    for (const { problem, best } of cases) {
      const plan = await planOf(problem, mode)
      const verdict = verify(problem, plan)
      const values = valuesOf(plan)
      const compared = compareValues(values, best)
      if (compared === 0) optimal += 1
      // The bound of a tier holds given the tiers before it, so it is comparable up to the first tier that falls short.
      const first = values.findIndex((value, k) => value !== best[k])
      const comparable = first < 0 ? best.length : first + 1
      const tooLow = boundsOf(plan).findIndex((bound, k) => k < comparable && bound < (best[k] ?? 0n))
      if ('broken' in verdict || compared > 0 || tooLow >= 0)
        failures.push({ verdict, values, best, tooLow, problem: JSON.stringify(problem) })
    }
    expect(failures).toEqual([])
    expect(optimal / cases.length).toBeGreaterThanOrEqual(mode === 'fast' ? 0.95 : 1)
  })
})
