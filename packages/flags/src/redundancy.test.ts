import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { duplicatePledges, moneyForKitInKind, overlappingCommitments, overSubscribed, surplusCapability } from './redundancy.ts'
import { brief, calm, commitment, pledge, requirement } from './testing.ts'

describe('over-subscribed', () => {
  test('worked example: six firm battalions for four are 150 % of the need', () => {
    const situation = {
      ...calm,
      requirements: [requirement()],
      commitments: [commitment(), commitment({ id: 'C2', quantity: 2, from: '2027-03-01', to: '2027-06-01' })],
    }
    const found = overSubscribed(situation)
    expect(brief(found)).toEqual(['warning over-subscribed:requirement:MINUSCA:R1', 'info over-subscribed:capability:INF-BN'])
    expect(found[0]).toMatchObject({
      evidence: { required: 4, firm: 6, oversubscribedPermille: 1250 },
      from: '2027-03-01',
      to: '2027-06-01',
      text: '6 are firm for requirement R1 of MINUSCA from 2027-03-01 to 2027-06-01, 150.0 % of the 4 it needs.',
    })
  })
  test('worked example of a capability: two firm and four free battalions where all requirements need four', () => {
    const situation = {
      ...calm,
      requirements: [requirement()],
      commitments: [commitment({ quantity: 2 })],
      pledges: [pledge({ quantity: 4 })],
    }
    expect(overSubscribed(situation)).toMatchObject([
      {
        flag: 'over-subscribed:capability:INF-BN',
        evidence: { from: '2027-01-01', required: 4, firm: 2, free: 4, pledges: ['P1'] },
        text: 'From 2027-01-01, 2 units of INF-BN are firm and 4 more are pledged, while all requirements together need 4.',
      },
    ])
    expect(overSubscribed({ ...situation, pledges: [pledge({ quantity: 3 })] })).toEqual([])
  })
  test('a requirement in persons counts in typical units', () => {
    const requirements = [requirement({ counts: 'persons', quantity: 1_700 })]
    expect(overSubscribed({ ...calm, requirements, pledges: [pledge({ quantity: 3 })] })).toMatchObject([
      { evidence: { required: 2, free: 3 } },
    ])
  })
})

test('a donated aircraft and the unit that is made of it are on offer once', () => {
  const donated = pledge({ capability: 'HELI', contributor: 'KOR', quantity: 4 })
  const unit = pledge({ id: 'P2', capability: 'HELI', contributor: 'RWA', quantity: 4, terms: { derivedFrom: 'P1' } })
  const requirements = [requirement({ capability: 'HELI', quantity: 4 })]
  expect(overSubscribed({ ...calm, requirements, pledges: [donated, unit] })).toEqual([])
  expect(overSubscribed({ ...calm, requirements, pledges: [donated, { ...unit, terms: donated.terms }] })).toHaveLength(1)
  expect(surplusCapability({ ...calm, pledges: [donated, unit] })).toMatchObject([{ evidence: { quantity: 4, pledges: ['P2'] } }])
})

describe('duplicate pledge', () => {
  test('worked example: the same reference twice, in overlapping windows', () => {
    const found = duplicatePledges({
      ...calm,
      pledges: [pledge(), pledge({ id: 'P2', quantity: 3 }), pledge({ id: 'P3', ownReference: 'other', quantity: 5 })],
    })
    expect(found).toMatchObject([
      {
        flag: 'duplicate-pledge:own-reference:P1',
        subject: { contributor: 'NPL', pledge: 'P1' },
        evidence: { reason: 'own-reference', pledges: ['P1', 'P2'] },
        text: 'Pledges P1 and P2 of NPL look like one and the same: they carry the same reference.',
      },
    ])
  })
  test('the same unit, told by two contributors, names none of them as the subject', () => {
    const pledges = [pledge({ terms: { asset: '1-BN' } }), pledge({ id: 'P2', contributor: 'RWA', terms: { asset: '1-BN' } })]
    expect(duplicatePledges({ ...calm, pledges })).toMatchObject([
      { flag: 'duplicate-pledge:same-unit:P1', subject: { capability: 'INF-BN' } },
    ])
  })
  test('near-identical lines count, reported once; other times or withdrawn ones do not', () => {
    const twin = pledge({ id: 'P2', ownReference: 'NPL/2027/2' })
    expect(brief(duplicatePledges({ ...calm, pledges: [pledge(), twin] }))).toEqual([
      'warning duplicate-pledge:near-identical:P1',
    ])
    expect(duplicatePledges({ ...calm, pledges: [pledge(), { ...twin, status: 'withdrawn' }] })).toEqual([])
    expect(duplicatePledges({ ...calm, pledges: [pledge(), { ...twin, from: '2028-01-01', to: '2029-01-01' }] })).toEqual([])
  })
})

test('two live pledges of one contributor under one reference are always told, and no others of different things', () => {
  const some = fc.array(
    fc.record({
      contributor: fc.constantFrom('NPL', 'RWA'),
      ownReference: fc.constantFrom('1', '2', '3'),
      from: fc.constantFrom('2027-01-01', '2027-06-01', '2028-06-01'),
      status: fc.constantFrom('submitted' as const, 'accepted' as const, 'withdrawn' as const),
    }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(some, (all) => {
      // Of different quantities, so that nothing else makes them look alike.
      const pledges = all.map((terms, index) => pledge({ ...terms, id: `P${index}`, quantity: index + 1, to: '2029-01-01' }))
      const live = pledges.filter(({ status }) => status !== 'withdrawn')
      const twice = live.filter((a) =>
        live.some((b) => a !== b && a.contributor === b.contributor && a.ownReference === b.ownReference),
      )
      const told = duplicatePledges({ ...calm, pledges }).flatMap(({ evidence }) =>
        z.array(z.string()).parse(evidence['pledges']),
      )
      expect(told.toSorted()).toEqual(twice.map(({ id }) => id).toSorted())
    }),
  )
})

describe('overlapping commitments', () => {
  const pledges = [pledge({ terms: { asset: '1-BN' } }), pledge({ id: 'P2', terms: { asset: '1-BN' } })]
  test('worked example: one unit of two, three committed in spring', () => {
    const commitments = [
      commitment({ quantity: 2, from: '2027-01-01', to: '2027-06-01' }),
      commitment({ id: 'C2', pledge: 'P2', mission: 'UNMISS', quantity: 1, from: '2027-03-01', to: '2027-09-01' }),
    ]
    expect(overlappingCommitments({ ...calm, pledges, commitments })).toMatchObject([
      {
        flag: 'overlapping-commitments:1-BN',
        severity: 'critical',
        evidence: { unit: '1-BN', there: 2, committed: 3, commitments: ['C1', 'C2'] },
        from: '2027-03-01',
        to: '2027-06-01',
        text: '3 of 1-BN are committed from 2027-03-01 to 2027-06-01 to MINUSCA and UNMISS, but there are only 2.',
      },
    ])
  })
  test('one after the other is no overlap', () => {
    const commitments = [
      commitment({ quantity: 2, from: '2027-01-01', to: '2027-06-01' }),
      commitment({ id: 'C2', pledge: 'P2', quantity: 2, from: '2027-06-01', to: '2027-09-01' }),
    ]
    expect(overlappingCommitments({ ...calm, pledges, commitments })).toEqual([])
  })
})

describe('surplus capability', () => {
  test('of thousands names some and counts the others', () => {
    const many = Array.from({ length: 5_000 }, (_, number) => pledge({ id: `P${number}`, ownReference: String(number) }))
    const [found] = surplusCapability({ ...calm, pledges: many })
    expect(found?.evidence).toMatchObject({ pledges: expect.arrayContaining(['P0']), notNamed: { pledges: 4_800 } })
    expect(JSON.stringify(found).length).toBeLessThan(10_000)
    expect(JSON.stringify(duplicatePledges({ ...calm, pledges: many })).length).toBeLessThan(10_000)
  })
  test('worked example: two battalions that no requirement asks for', () => {
    expect(surplusCapability({ ...calm, pledges: [pledge()], requirements: [requirement({ capability: 'FPU' })] })).toMatchObject(
      [
        {
          flag: 'surplus-capability:INF-BN',
          evidence: { quantity: 2, pledges: ['P1'] },
          text: '2 units of INF-BN are pledged by NPL for times in which no requirement asks for them.',
        },
      ],
    )
  })
  test('a substitute is asked for as well, but only in its time', () => {
    const substitute = requirement({ capability: 'FPU', accepts: ['INF-BN'] })
    expect(surplusCapability({ ...calm, pledges: [pledge()], requirements: [substitute] })).toEqual([])
    expect(
      surplusCapability({
        ...calm,
        pledges: [pledge()],
        requirements: [{ ...substitute, from: '2029-01-01', to: '2030-01-01' }],
      }),
    ).toHaveLength(1)
  })
})

describe('money for kit in kind', () => {
  const money = pledge({
    id: 'P9',
    capability: 'FUNDING',
    currency: 'USD',
    quantity: 100_000,
    contributor: 'KOR',
    terms: { derivedFrom: 'P1' },
  })
  test('worked example: money for helicopters that are given already', () => {
    expect(moneyForKitInKind({ ...calm, pledges: [pledge({ capability: 'HELI' }), money] })).toMatchObject([
      {
        flag: 'money-for-kit-in-kind:pledge:P9',
        subject: { capability: 'HELI' },
        evidence: { money: 'P9', inKind: 'P1', amount: 100_000, currency: 'USD' },
        text: 'Pledge P9 of KOR offers money for HELI that pledge P1 of NPL already gives in kind.',
      },
    ])
  })
  test('a funding commitment for what firm units cover throughout', () => {
    const funding = commitment({ id: 'C9', kind: 'funding', capability: 'FUNDING', contributor: 'KOR', quantity: 100_000 })
    const situation = { ...calm, requirements: [requirement()], commitments: [funding, commitment()] }
    expect(brief(moneyForKitInKind(situation))).toEqual(['warning money-for-kit-in-kind:commitment:C9'])
    expect(moneyForKitInKind({ ...situation, commitments: [funding, commitment({ quantity: 3 })] })).toEqual([])
  })
})
