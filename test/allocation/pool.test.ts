/** Shortages of a whole capability are proved without naming hundreds of lines and assets; the verifier finds both again. */
import { exampleProblem, sealed } from '@muster/verifier/testing'
import { verify } from '@muster/verifier/verify'
import { expect, test } from 'vitest'
import { planOf } from './planning.ts'

const [line] = exampleProblem.requirements
const [asset] = exampleProblem.assets
const [offer] = exampleProblem.offers
const LINES = 150
const problem = {
  ...exampleProblem,
  missions: [{ id: 'MINUSCA' }],
  requirements: Array.from({ length: LINES }, (_, i) => ({
    ...line,
    id: `R${i}`,
    quantity: 2,
    minTourDays: 1,
    needs: [],
    weight: 1 + (i % 3),
  })),
  assets: Array.from({ length: 100 }, (_, i) => ({ ...asset, id: `A${i}`, copies: 1, burden: 1 + i })),
  offers: Array.from({ length: 100 }, (_, i) => ({ ...offer, id: `P${i}`, asset: `A${i}`, minTourDays: 1 })),
  published: [],
}

test('a pool proves the gaps of its lines, and a wrong figure in it is found', async () => {
  const plan = await planOf(problem, 'fast')
  expect(verify(problem, plan)).toEqual({ ok: true })
  const index = plan.uncovered.findIndex(({ reason }) => 'capability' in reason.evidence)
  const entry = plan.uncovered[index]
  expect(entry?.reason).toMatchObject({ code: 'SHORTAGE', evidence: { capability: line?.capability } })
  expect(JSON.stringify(plan.uncovered).length / plan.uncovered.length).toBeLessThan(1_000)
  for (const change of [{ demand: 1 }, { capacity: 1 }, { tier: 7 }, { capability: 'FUNDING' }]) {
    const uncovered = plan.uncovered.map((one, i) =>
      i === index ? { ...one, reason: { ...one.reason, evidence: { ...one.reason.evidence, ...change } } } : one,
    )
    const verdict = verify(problem, sealed({ ...plan, uncovered }))
    expect('broken' in verdict && verdict.broken.map(({ code }) => code)).toEqual(['CERTIFICATE'])
  }
})
