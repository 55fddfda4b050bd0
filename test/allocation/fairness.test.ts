import { verify } from '@muster/verifier/verify'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { isFairer, profiles, simplified } from './fairness.ts'
import { planOf } from './planning.ts'
import { problems, type Scope } from './problems.ts'

/** Generous: these run beside everything else on the same cores. */
vi.setConfig({ testTimeout: 240_000 })

const SCOPE: Scope = { days: 4, requirements: 3, assets: 4, offers: 5, stockRules: false, tour: 1 }

test('without tours, burdens are leximax: as fair as the fairest of all plans with the same coverage', async () => {
  const cases = fc.sample(problems(SCOPE), { numRuns: 600, seed: 8 }).map(simplified)
  const unlawful: unknown[] = []
  let fairest = 0
  let impossible = 0
  for (const problem of cases) {
    const plan = await planOf(problem, 'fast')
    if (!('ok' in verify(problem, plan))) unlawful.push(problem)
    const found = profiles(problem, plan, SCOPE.days)
    if (isFairer(found.own, found.fairest)) impossible += 1
    if (!isFairer(found.fairest, found.own)) fairest += 1
  }
  expect(unlawful).toEqual([])
  expect(impossible).toBe(0)
  // Joint assets couple contributors, and there the exchange is only locally optimal.
  expect(fairest / cases.length).toBeGreaterThanOrEqual(0.98)
})
