import { describe, expect, test } from 'vitest'
import { aboveCeiling, budgetNotCoveredByCash, genderTargetsMissed, mandateEndsUnderCommitment } from './limits.ts'
import { brief, calm, commitment, mission, pledge, strength } from './testing.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const ceilings = [
  { category: 'military' as const, from: '2014-04-10', quantity: 2_000 },
  { category: 'military' as const, from: '2027-07-01', quantity: 1_000 },
]

describe('above ceiling', () => {
  test('worked example of a report: 2,050 of 2,000', () => {
    const strengths = [strength('NPL', 2_000, 10, { expertsMen: 40 })]
    expect(aboveCeiling({ ...calm, missions: [mission({ ceilings })], strengths })).toMatchObject([
      {
        flag: 'above-ceiling:MINUSCA:military',
        evidence: { category: 'military', month: '2026-12', reported: 2_050, ceiling: 2_000 },
        text: 'MINUSCA reported 2,050 military persons in 2026-12, above its ceiling of 2,000.',
      },
    ])
  })
  test('worked example of commitments: two battalions of 850 stay when the ceiling steps down to 1,000', () => {
    const situation = {
      ...calm,
      missions: [mission({ ceilings })],
      commitments: [commitment({ quantity: 2 })],
      pledges: [pledge()],
    }
    expect(aboveCeiling(situation)).toMatchObject([
      {
        flag: 'above-ceiling:MINUSCA:military:committed',
        evidence: { category: 'military', day: '2027-07-01', committed: 1_700, ceiling: 1_000 },
        text: 'Firm commitments bring 1,700 military persons to MINUSCA on 2027-07-01, above its ceiling of 1,000.',
      },
    ])
    expect(aboveCeiling({ ...situation, commitments: [commitment({ quantity: 2, to: '2027-07-01' })] })).toEqual([])
    expect(aboveCeiling({ ...situation, pledges: [pledge({ terms: { persons: 500 } })] })).toEqual([])
  })
  test('police count under the police ceiling, equipment and money under none', () => {
    const commitments = [
      commitment({ capability: 'FPU', quantity: 20 }),
      commitment({ id: 'C2', capability: 'HELI', quantity: 5_000 }),
      commitment({ id: 'C3', capability: 'FUNDING', quantity: 5_000 }),
    ]
    expect(aboveCeiling({ ...calm, missions: [mission({ ceilings })], commitments })).toEqual([])
    const police = [{ category: 'police' as const, from: '2014-04-10', quantity: 3_199 }]
    expect(brief(aboveCeiling({ ...calm, missions: [mission({ ceilings: police })], commitments }))).toEqual([
      'critical above-ceiling:MINUSCA:police:committed',
    ])
  })
})

describe('mandate ends under a commitment', () => {
  test('worked example: the mandate ends in June, the commitment in December', () => {
    const situation = {
      ...calm,
      missions: [mission({ to: '2027-06-30', ended: true })],
      commitments: [commitment(), commitment({ id: 'C2', to: '2027-06-30' })],
    }
    expect(mandateEndsUnderCommitment(situation)).toMatchObject([
      {
        flag: 'mandate-ends-under-commitment:MINUSCA',
        severity: 'critical',
        evidence: { mandateEnds: '2027-06-30', ended: true, commitments: ['C1'] },
        from: '2027-06-30',
        text: 'The mandate of MINUSCA ends on 2027-06-30; after that there is still 1 commitment.',
      },
    ])
  })
  test('is a lesser matter where the term may be renewed, and none where no end is set', () => {
    const commitments = [commitment()]
    expect(brief(mandateEndsUnderCommitment({ ...calm, missions: [mission({ to: '2027-06-30' })], commitments }))).toEqual([
      'warning mandate-ends-under-commitment:MINUSCA',
    ])
    expect(mandateEndsUnderCommitment({ ...calm, missions: [mission()], commitments })).toEqual([])
  })
})

describe('budget not covered by cash', () => {
  const year = {
    fiscalYear: '2026/27',
    budget: usd('36500000'),
    cutPermille: null,
    cash: [{ amount: usd('10000000'), on: '2026-08-01' }],
  }
  const within = (facts: Partial<typeof year> | { cutPermille: number }, today = '2027-01-01') =>
    budgetNotCoveredByCash({ ...calm, today, missions: [mission({ fiscalYears: [{ ...year, ...facts }] })] })

  test('worked example: 185 of 365 days need 185,000 of 365,000; 100,000 came in', () => {
    expect(within({})).toMatchObject([
      {
        flag: 'budget-not-covered-by-cash:MINUSCA:2026-27',
        severity: 'critical',
        evidence: { approved: '36500000', spendable: '36500000', due: '18500000', received: '10000000' },
        text: 'MINUSCA has received 100,000 USD of the 185,000 that its 2026/27 budget needs by now.',
      },
    ])
    expect(within({}, '2026-10-08')).toEqual([])
  })
  test('a cut makes the budget smaller and is itself a finding', () => {
    expect(within({ cutPermille: 500 })).toMatchObject([
      {
        severity: 'warning',
        evidence: { due: '9250000' },
        text: 'The 2026/27 budget of MINUSCA is not to be spent whole. Spending is cut by 50.0 % of the approved 365,000 USD.',
      },
    ])
  })
  test('unknown cash is not zero cash, and other years do not matter', () => {
    expect(within({ cash: [] })).toEqual([])
    expect(within({}, '2027-07-01')).toEqual([])
  })
})

describe('gender target missed', () => {
  test('worked example: 28 women of 1,000 troops are 2.8 %, the target is 15 %', () => {
    const strengths = [
      strength('NPL', 500, 20),
      strength('RWA', 472, 8, { mission: 'UNMISS', individualPoliceMen: 6, individualPoliceWomen: 4 }),
    ]
    const found = genderTargetsMissed({ ...calm, strengths })
    expect(brief(found)).toEqual([
      'warning gender-target-missed:category:troops',
      'info gender-target-missed:mission:MINUSCA',
      'info gender-target-missed:mission:UNMISS',
    ])
    expect(found[0]).toMatchObject({
      evidence: { category: 'troops', women: 28, persons: 1_000, targetPermille: 150 },
      text: 'Women are 2.8 % of troops over all missions in 2026-12; the target is 15 %.',
    })
    expect(found[1]?.text).toBe('Women serving in MINUSCA in 2026-12: troops 3.8 % of a target of 15 %.')
  })
  test('a category in which nobody serves misses nothing', () => {
    expect(genderTargetsMissed({ ...calm, strengths: [strength('NPL', 85, 15)] })).toEqual([])
  })
})
