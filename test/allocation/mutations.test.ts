import { sealed } from '@muster/verifier/testing'
import { verify } from '@muster/verifier/verify'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Plan } from '@muster/contracts/allocation/plan'
import { BREACHES, CHANGES } from './mutations.ts'
import { planOf } from './planning.ts'
import { ANYTHING, problems, type SmallProblem } from './problems.ts'

/** Generous: these run beside everything else on the same cores. */
vi.setConfig({ testTimeout: 240_000 })

/** Right plans of random problems, each with something in it. */
const examples: ReadonlyArray<Promise<{ readonly problem: SmallProblem; readonly plan: Plan }>> = fc
  .sample(problems(ANYTHING), { numRuns: 100, seed: 20_270_101 })
  .map(async (problem) => ({ problem, plan: await planOf(problem, 'fast') }))

const codesOf = (problem: object, plan: object): ReadonlyArray<string> => {
  const verdict = verify(problem, plan)
  return 'ok' in verdict ? [] : verdict.broken.map(({ code }) => code)
}

describe('each rule of the problem, broken under a row of a right plan, is found', () => {
  test.each(BREACHES)('$name', async ({ code, apply }) => {
    let tried = 0
    for (const { problem, plan } of await Promise.all(examples)) {
      for (const row of plan.assignments) {
        const broken = apply(problem, row, plan)
        if (broken === undefined) continue
        tried += 1
        expect(codesOf(broken, plan)).toContain(code)
      }
    }
    expect(tried).toBeGreaterThan(3)
  })
})

describe('each thing changed in a right plan is found', () => {
  test.each(CHANGES)('$name', async ({ codes, apply }) => {
    let tried = 0
    for (const [pick, { problem, plan }] of (await Promise.all(examples)).entries()) {
      const changed = apply(plan, pick, problem)
      if (changed === undefined) continue
      tried += 1
      const found = codesOf(problem, sealed({ ...plan, ...changed }))
      expect(found.some((one) => codes.some((code) => code === one))).toBe(true)
    }
    expect(tried).toBeGreaterThan(3)
  })
})
