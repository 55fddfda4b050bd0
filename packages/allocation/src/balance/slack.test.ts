import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { day, problemOf, sketches } from '../testing.ts'

const planned = (document: unknown) => {
  const plan = allocateNow(document)
  return E.isLeft(plan) ? expect.fail(JSON.stringify(plan.left)) : plan.right
}
const withSlack = (slackPpm: number) => ({ policy: { slackPpm, maxMissionsPerContributor: null } })

/** NPL and RWA can do the same, but only NPL is there for R1: it carries 20 days of 24. */
const lopsided = {
  days: 12,
  lines: [
    { id: 'R1', quantity: 1 },
    { id: 'R2', quantity: 1, window: [0, 4] as const },
  ],
  pledges: [
    { id: 'P1', copies: 2 },
    { id: 'P2', contributor: 'RWA', window: [0, 4] as const },
  ],
  capacity: { NPL: 10, RWA: 10 },
}

it('gives up no more of a tier than the policy allows, from whoever carries most', () => {
  const whole = planned(problemOf({ ...lopsided, more: withSlack(0) }))
  const lighter = planned(problemOf({ ...lopsided, more: withSlack(250_000) }))
  expect(whole.tiers[0]?.value).toBe('16')
  expect(Number(lighter.tiers[0]?.value)).toBe(12)
  const ofNpl = (plan: typeof whole) => plan.burdens.find((b) => b.contributor === 'NPL' && b.dimension === 'personnel')
  expect(ofNpl(lighter)?.rho ?? 0).toBeLessThan(ofNpl(whole)?.rho ?? 0)
  expect(lighter.uncovered).toEqual([
    expect.objectContaining({
      requirement: 'R1',
      from: day(8),
      to: day(12),
      reason: { code: 'SIDE_CONSTRAINT', evidence: { rule: 'slackPpm', slackPpm: 250_000 } },
    }),
  ])
})

it('never falls below the floor of any tier and never makes the worst relative burden worse', () => {
  fc.assert(
    fc.property(sketches({ pledges: 5 }), fc.integer({ min: 1, max: 1_000_000 }), (sketch, slackPpm) => {
      const whole = planned(problemOf({ ...sketch, more: withSlack(0) }))
      const lighter = planned(problemOf({ ...sketch, more: withSlack(slackPpm) }))
      for (const [k, { value }] of whole.tiers.entries())
        expect(BigInt(lighter.tiers[k]?.value ?? 0) * 1_000_000n).toBeGreaterThanOrEqual(
          BigInt(value) * BigInt(1_000_000 - slackPpm),
        )
      const worst = (plan: typeof whole) => Math.max(0, ...plan.burdens.map(({ rho }) => rho ?? 0))
      expect(worst(lighter)).toBeLessThanOrEqual(worst(whole) + 1e-6)
    }),
    { numRuns: 150, seed: 6 },
  )
})
