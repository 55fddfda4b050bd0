import { describe, expect, test } from 'vitest'
import { staleCapacityFigures, stalePledges, undeclaredCaveats } from './data-quality.ts'
import { brief, calm, commitment, contributor, pledge } from './testing.ts'

describe('stale pledge', () => {
  test('worked example: two pledges were not renewed, one of them is drawn upon', () => {
    const pledges = [
      pledge({ validUntil: '2026-12-31' }),
      pledge({ id: 'P2', validUntil: '2026-11-30' }),
      pledge({ id: 'P3', validUntil: '2027-01-02' }),
    ]
    expect(stalePledges({ ...calm, pledges, commitments: [commitment()] })).toMatchObject([
      {
        flag: 'stale-pledge:NPL',
        severity: 'warning',
        evidence: { pledges: ['P1', 'P2'], validUntil: { P1: '2026-12-31', P2: '2026-11-30' }, drawnUpon: ['P1'] },
        text: '2 pledges of NPL were not renewed in time (P1 and P2); commitments draw on 1 of them.',
      },
    ])
  })
  test('begins on the day until which the pledge was valid', () => {
    expect(brief(stalePledges({ ...calm, pledges: [pledge({ validUntil: calm.today })] }))).toEqual(['info stale-pledge:NPL'])
  })
  test('an expired pledge matters only while a commitment draws on it', () => {
    const pledges = [pledge({ status: 'expired' })]
    expect(stalePledges({ ...calm, pledges })).toEqual([])
    expect(brief(stalePledges({ ...calm, pledges, commitments: [commitment()] }))).toEqual(['warning stale-pledge:NPL'])
    expect(stalePledges({ ...calm, pledges, commitments: [commitment({ status: 'cancelled' })] })).toEqual([])
  })
})

describe('undeclared caveat', () => {
  const breaches = [
    { caveat: 'no patrols at night', on: '2026-11-01' },
    { caveat: 'no patrols outside the base', on: '2026-12-01' },
  ]
  test('worked example: a breach is reported on a commitment', () => {
    expect(undeclaredCaveats({ ...calm, commitments: [commitment({ breaches }), commitment({ id: 'C2' })] })).toMatchObject([
      {
        flag: 'undeclared-caveat:C1',
        severity: 'critical',
        subject: { contributor: 'NPL', commitment: 'C1', pledge: 'P1' },
        evidence: { breaches },
        text: 'NPL acts under a caveat it had not declared in MINUSCA: no patrols outside the base, reported 2026-12-01.',
      },
    ])
  })
  test('is over when the commitment is', () => {
    expect(undeclaredCaveats({ ...calm, commitments: [commitment({ breaches, status: 'repatriated' })] })).toEqual([])
  })
})

describe('stale capacity figure', () => {
  const contributors = [contributor('NPL'), contributor('RWA'), contributor('TGO'), contributor('AU', { kind: 'organisation' })]
  test('worked example: in 2027 a figure of 2023 is too old after three years, one of 2024 is not', () => {
    const capacityFigures = [
      { contributor: 'NPL', figure: 'armed-forces' as const, year: 2023 },
      { contributor: 'RWA', figure: 'armed-forces' as const, year: 2024 },
      { contributor: 'RWA', figure: 'armed-forces' as const, year: 2019 },
    ]
    const [found] = staleCapacityFigures({ ...calm, contributors, capacityFigures })
    expect(found).toMatchObject({
      flag: 'stale-capacity-figure:personnel',
      evidence: { key: 'armed-forces', oldestGood: 2024, stale: ['NPL'], missing: ['TGO'] },
      text: 'Capacity in personnel is measured by armed-forces: figures of 1 state are from before 2024, 1 state without any.',
    })
  })
  test('a key that needs no figures has none that are stale', () => {
    const keys = { personnel: 'equal', equipment: 'regional', funding: 'equal' } as const
    expect(staleCapacityFigures({ ...calm, contributors, terms: { ...calm.terms, keys } })).toEqual([])
  })
})
