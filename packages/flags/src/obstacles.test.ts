import { describe, expect, test } from 'vitest'
import { blockedGaps, servingWithoutConsent } from './obstacles.ts'
import { brief, calm, commitment, mission, pledge, requirement, strength } from './testing.ts'

/** Nobody is firm; the requirement begins in March. */
const gap = { ...calm, missions: [mission()], requirements: [requirement({ from: '2027-03-01' })] }
const refusal = { contributor: 'NPL', decisions: [{ decision: 'refused' as const, from: '2026-01-01' }] }

describe('a gap with offers', () => {
  test('is blocked by nothing when an offer fits', () => {
    expect(blockedGaps({ ...gap, pledges: [pledge()] })).toEqual([])
  })
  test('worked example of late: 90 days of notice from 1 January is after 1 March', () => {
    expect(blockedGaps({ ...gap, pledges: [pledge({ terms: { noticeDays: 90 } })] })).toMatchObject([
      {
        flag: 'late:requirement:MINUSCA:R1',
        evidence: {
          offered: 1,
          failOnlyOnThis: ['P1'],
          contributors: ['NPL'],
          needs: { readiness: 2, maxNoticeDays: null, from: '2027-03-01' },
          offers: [{ pledge: 'P1', readiness: 2, noticeDays: 90 }],
        },
        from: '2027-03-01',
        to: '2028-01-01',
        text: 'The gap in requirement R1 of MINUSCA has 1 offer and none fits; P1 of NPL fails only because the notice is too long.',
      },
    ])
    expect(blockedGaps({ ...gap, pledges: [pledge({ terms: { noticeDays: 59 } })] })).toEqual([])
    const impatient = { ...gap, requirements: [requirement({ maxNoticeDays: 30 })] }
    expect(brief(blockedGaps({ ...impatient, pledges: [pledge({ terms: { noticeDays: 31 } })] }))).toEqual([
      'warning late:requirement:MINUSCA:R1',
    ])
  })
  test('worked example of readiness: only level-1 offers', () => {
    const pledges = [pledge({ readiness: 1 }), pledge({ id: 'P2', contributor: 'RWA', readiness: 1 })]
    expect(blockedGaps({ ...gap, pledges })).toMatchObject([
      {
        flag: 'readiness:requirement:MINUSCA:R1',
        evidence: { offered: 2, failOnlyOnThis: ['P1', 'P2'], contributors: ['NPL', 'RWA'] },
        text: 'The gap in requirement R1 of MINUSCA has 2 offers and none fits; P1 and P2 of NPL and RWA fail only because the readiness is too low.',
      },
    ])
  })
  test('worked example of a caveat: not in this mission', () => {
    const pledges = [pledge({ terms: { caveats: [{ kind: 'not-in-mission', mission: 'MINUSCA' }] } })]
    expect(blockedGaps({ ...gap, pledges })).toMatchObject([
      { flag: 'caveat-blocked:requirement:MINUSCA:R1', evidence: { failOnlyOnThis: ['P1'] } },
    ])
    const elsewhere = [pledge({ terms: { caveats: [{ kind: 'not-in-mission', mission: 'UNMISS' }] } })]
    expect(blockedGaps({ ...gap, pledges: elsewhere })).toEqual([])
  })
  test('worked example of consent: the host refuses the only offer', () => {
    expect(blockedGaps({ ...gap, missions: [mission({ consents: [refusal] })], pledges: [pledge()] })).toMatchObject([
      { flag: 'consent-blocked:requirement:MINUSCA:R1', evidence: { failOnlyOnThis: ['P1'] } },
    ])
    const granted = { ...refusal, decisions: [...refusal.decisions, { decision: 'granted' as const, from: '2027-02-01' }] }
    expect(blockedGaps({ ...gap, missions: [mission({ consents: [granted] })], pledges: [pledge()] })).toEqual([])
  })
  test('of a joint pledge needs consent to every party, and none of them excluded', () => {
    const joint = pledge({
      terms: {
        parties: [
          { contributor: 'RWA', part: 2 },
          { contributor: 'NPL', part: 1 },
        ],
      },
      contributor: 'RWA',
    })
    expect(brief(blockedGaps({ ...gap, missions: [mission({ consents: [refusal] })], pledges: [joint] }))).toEqual([
      'warning consent-blocked:requirement:MINUSCA:R1',
    ])
    const excluding = [requirement({ from: '2027-03-01', excludes: [{ contributor: 'NPL' }] })]
    expect(blockedGaps({ ...gap, requirements: excluding, pledges: [joint] })).toEqual([])
  })
  test('names an obstacle only where it stands alone', () => {
    const both = pledge({ readiness: 1, terms: { noticeDays: 90 } })
    expect(blockedGaps({ ...gap, pledges: [both] })).toEqual([])
  })
  test('offers that are earmarked elsewhere, spoken for, stale or unfit on the merits are no offers', () => {
    const late = { noticeDays: 90 }
    const pledges = [
      pledge({ terms: { ...late, earmark: ['UNMISS'] } }),
      pledge({ id: 'P2', terms: late, stretches: [{ from: '2027-01-01', to: '2028-01-01', free: 0 }] }),
      pledge({ id: 'P3', terms: late, validUntil: '2027-01-01' }),
      pledge({ id: 'P4', terms: late, status: 'withdrawn' }),
      pledge({ id: 'P5', terms: late, capability: 'FPU' }),
      pledge({ id: 'P6', terms: late, contributor: 'XXA' }),
    ]
    const requirements = [requirement({ from: '2027-03-01', excludes: [{ contributor: 'XXA' }] })]
    expect(blockedGaps({ ...gap, requirements, pledges })).toEqual([])
    const french = [requirement({ from: '2027-03-01', languages: ['fr'] })]
    expect(blockedGaps({ ...gap, requirements: french, pledges: [pledge({ terms: late })] })).toEqual([])
    expect(
      blockedGaps({ ...gap, requirements: french, pledges: [pledge({ terms: { ...late, languages: ['en', 'fr'] } })] }),
    ).toHaveLength(1)
  })
})

describe('serving without consent', () => {
  test('worked example: consent to the whole mission is withdrawn while troops are there', () => {
    const withdrawn = mission({ consents: [{ contributor: null, decisions: [{ decision: 'withdrawn', from: '2026-06-16' }] }] })
    const situation = { ...calm, missions: [withdrawn], commitments: [commitment()], strengths: [strength('TCD', 400, 20)] }
    expect(servingWithoutConsent(situation)).toMatchObject([
      {
        flag: 'consent-blocked:MINUSCA',
        severity: 'critical',
        evidence: { contributors: ['NPL', 'TCD'], commitments: ['C1'], personsPresent: 420 },
        text: 'The host of MINUSCA does not consent to NPL and TCD: 1 commitment and 420 persons stand without it.',
      },
    ])
  })
  test('is found for any stretch of a commitment that is still ahead, with the day on which it begins', () => {
    const gone = { decision: 'withdrawn' as const, from: '2027-03-01' }
    const back = { decision: 'granted' as const, from: '2027-05-01' }
    const missions = [mission({ consents: [{ contributor: null, decisions: [gone, back] }] })]
    expect(servingWithoutConsent({ ...calm, missions, commitments: [commitment()] })).toMatchObject([
      {
        evidence: { commitments: ['C1'], from: { C1: '2027-03-01' }, consents: [{ contributor: null, decisions: [gone, back] }] },
      },
    ])
    expect(servingWithoutConsent({ ...calm, missions, commitments: [commitment({ from: '2027-05-01' })] })).toEqual([])
    expect(servingWithoutConsent({ ...calm, missions, commitments: [commitment({ to: '2027-03-01' })] })).toEqual([])
  })
  test('looks at every party of a joint pledge', () => {
    const joint = pledge({
      contributor: 'RWA',
      terms: {
        parties: [
          { contributor: 'RWA', part: 2 },
          { contributor: 'NPL', part: 1 },
        ],
      },
    })
    const commitments = [commitment({ contributor: 'RWA' })]
    expect(
      servingWithoutConsent({ ...calm, missions: [mission({ consents: [refusal] })], pledges: [joint], commitments }),
    ).toMatchObject([{ evidence: { contributors: ['NPL'], commitments: ['C1'] } }])
  })
  test('concerns only those who are refused, and only what is still ahead', () => {
    const missions = [mission({ consents: [refusal] })]
    const commitments = [
      commitment({ contributor: 'RWA' }),
      commitment({ id: 'C2', to: '2026-12-31' }),
      commitment({ id: 'C3', status: 'declined' }),
    ]
    expect(servingWithoutConsent({ ...calm, missions, commitments })).toEqual([])
  })
})
