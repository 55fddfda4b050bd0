import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, covers as coversDay } from '@muster/kernel/time'
import { deepestFall, steps } from './cover.ts'
import { gaps, rotationCliffs } from './gaps.ts'
import { brief, calm, commitment, mission, pledge, requirement, strength } from './testing.ts'

const day = (n: number) => addDays('2027-01-01', n)
const needed = { ...calm, requirements: [requirement()], missions: [mission()] }

describe('unfilled', () => {
  test('worked example: nobody firm from September on', () => {
    const commitments = [commitment({ to: '2027-09-01' })]
    const uncovered = [{ requirement: 'R1', from: '2027-09-01', to: '2028-01-01', quantity: 4, code: 'SHORTAGE' as const }]
    expect(gaps({ ...needed, commitments, uncovered })).toMatchObject([
      {
        flag: 'unfilled:MINUSCA:R1',
        severity: 'critical',
        evidence: {
          required: 4,
          worst: 0,
          missingDays: 4 * 122,
          stretches: [{ from: '2027-09-01', to: '2028-01-01', quantity: 0 }],
          reasons: ['SHORTAGE'],
        },
        from: '2027-09-01',
        to: '2028-01-01',
        text: 'Requirement R1 of MINUSCA has nobody firm from 2027-09-01; it needs 4 of INF-BN.',
      },
    ])
  })
  test('a proposal is not firm, and what is past or after an ended mandate is not asked for', () => {
    expect(brief(gaps({ ...needed, commitments: [commitment({ status: 'proposed' })] }))).toEqual([
      'critical unfilled:MINUSCA:R1',
    ])
    expect(
      gaps({
        ...needed,
        missions: [mission({ to: '2027-06-30', ended: true })],
        commitments: [commitment({ to: '2027-06-30' })],
      }),
    ).toEqual([])
    expect(gaps({ ...needed, today: '2028-01-01' })).toEqual([])
  })
})

describe('partly filled', () => {
  test('worked example: three of four battalions are 75 %', () => {
    expect(gaps({ ...needed, commitments: [commitment({ quantity: 3 })] })).toMatchObject([
      {
        flag: 'partly-filled:MINUSCA:R1',
        evidence: { required: 4, worst: 3, missingDays: 365 },
        text: 'Requirement R1 of MINUSCA is covered to 75.0 % at worst, from 2027-01-01: 3 of 4 of INF-BN.',
      },
    ])
  })
  test('persons are counted by the strength of each unit', () => {
    const requirements = [requirement({ counts: 'persons', quantity: 1_700 })]
    const situation = { ...needed, requirements, commitments: [commitment({ quantity: 2 })] }
    expect(gaps(situation)).toEqual([])
    expect(gaps({ ...situation, pledges: [pledge({ terms: { persons: 650 } })] })).toMatchObject([
      { kind: 'partly-filled', evidence: { worst: 1_300 } },
    ])
  })
  test('money is counted once, not by the day', () => {
    const requirements = [requirement({ capability: 'FUNDING', quantity: 500 })]
    const commitments = [
      commitment({ capability: 'FUNDING', kind: 'funding', quantity: 500, from: '2027-02-01', to: '2027-03-01' }),
    ]
    expect(gaps({ ...needed, requirements, commitments })).toEqual([])
  })
  test('worked example of a mission: 12,338 reported of 13,289 + 1,920 authorised', () => {
    const missions = [
      mission({
        ceilings: [
          { category: 'military', from: '2016-06-29', quantity: 13_289 },
          { category: 'police', from: '2016-06-29', quantity: 1_920 },
        ],
      }),
    ]
    const strengths = [strength('XAA', 10_558, 300, { formedPoliceMen: 1_480 })]
    expect(gaps({ ...calm, missions, strengths })).toMatchObject([
      {
        flag: 'partly-filled:MINUSCA',
        text: 'MINUSCA reported fewer persons than its ceiling in 2026-12: military 10,858 of 13,289 (81.7 %), police 1,480 of 1,920 (77.1 %).',
      },
    ])
  })
  test('a mission that did not report is unknown, not empty', () => {
    const missions = [mission({ id: 'UNMIK', ceilings: [{ category: 'military', from: '2016-06-29', quantity: 100 }] })]
    expect(gaps({ ...calm, missions, strengths: [strength('XAA', 10, 0)] })).toEqual([])
  })
})

describe('rotation cliff', () => {
  test('worked example: from four to two battalions within three months', () => {
    const commitments = [
      commitment({ quantity: 2 }),
      commitment({ id: 'C2', quantity: 1, to: '2027-05-01' }),
      commitment({ id: 'C3', quantity: 1, to: '2027-07-01' }),
    ]
    expect(rotationCliffs({ ...needed, commitments })).toMatchObject([
      {
        flag: 'rotation-cliff:requirement:MINUSCA:R1',
        severity: 'warning',
        evidence: { required: 4, before: 4, after: 2, on: '2027-07-01' },
        text: 'Cover of requirement R1 of MINUSCA falls from 4 to 2 by 2027-07-01, 50.0 % of what is needed.',
      },
    ])
  })
  test('a relief in time and units beyond the need leave no cliff', () => {
    const relief = [commitment({ to: '2027-05-01' }), commitment({ id: 'C2', from: '2027-05-01' })]
    expect(rotationCliffs({ ...needed, commitments: relief })).toEqual([])
    expect(
      rotationCliffs({ ...needed, commitments: [commitment(), commitment({ id: 'C2', quantity: 3, to: '2027-05-01' })] }),
    ).toEqual([])
  })
  test('worked example of a mission: from 1,000 to 700 persons in three months, unless the ceiling was lowered', () => {
    const strengths = [strength('XAA', 1_000, 0, { month: '2026-09' }), strength('XAA', 700, 0)]
    expect(rotationCliffs({ ...calm, missions: [mission()], strengths })).toMatchObject([
      { flag: 'rotation-cliff:MINUSCA', text: 'MINUSCA fell from 1,000 persons in 2026-09 to 700 in 2026-12, by 30.0 %.' },
    ])
    const lowered = mission({ ceilings: [{ category: 'military', from: '2026-11-01', quantity: 700 }] })
    expect(rotationCliffs({ ...calm, missions: [lowered], strengths })).toEqual([])
    expect(rotationCliffs({ ...calm, missions: [mission({ to: '2026-12-15' })], strengths })).toEqual([])
  })
})

describe('cover as steps', () => {
  const amount = fc
    .record({
      from: fc.integer({ min: -5, max: 25 }),
      days: fc.integer({ min: 1, max: 20 }),
      quantity: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ from, days, quantity }) => ({ from: day(from), to: day(from + days), quantity }))
  const window = { from: day(0), to: day(20) }

  test('say on every day what the amounts of that day add up to, and are cut only where that changes', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 6 }), (amounts) => {
        const cut = steps(window, amounts)
        for (let n = 0; n < 20; n++) {
          const there = amounts.filter((a) => coversDay(a, day(n))).reduce((sum, { quantity }) => sum + quantity, 0)
          expect(cut.find((step) => coversDay(step, day(n)))?.quantity).toBe(there)
        }
        cut.slice(1).forEach((step, index) => {
          expect(step.from).toBe(cut[index]?.to)
          expect(step.quantity).not.toBe(cut[index]?.quantity)
        })
      }),
    )
  })
  test('the deepest fall looks only so far ahead', () => {
    const long = [
      { from: '2027-01-01', to: '2027-02-01', quantity: 5 },
      { from: '2027-02-01', to: '2027-07-01', quantity: 4 },
      { from: '2027-07-01', to: '2028-01-01', quantity: 1 },
    ]
    expect(deepestFall(long, 3)).toEqual({ from: '2027-02-01', before: 4, on: '2027-07-01', after: 1 })
    expect(deepestFall(long, 6)).toEqual({ from: '2027-01-01', before: 5, on: '2027-07-01', after: 1 })
    expect(deepestFall(long.slice(0, 1), 3)).toBeUndefined()
  })
})
