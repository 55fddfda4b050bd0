import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { concentration, dependence, overBurdened, underContributing } from './imbalance.ts'
import { brief, calm, commitment, strength } from './testing.ts'

const load = (contributor: string, own: number, capacity: number) => ({
  contributor,
  own: BigInt(own),
  capacity: BigInt(capacity),
})
/** 100 persons and 1,000 of capacity: RWA carries 80 % with 10 %, USA 5 % with 70 %, NPL 15 % with 19.9 %, TGO and VUT a little less than nothing. */
const personnel = [load('RWA', 800, 100), load('USA', 50, 700), load('NPL', 150, 191), load('TGO', 0, 5), load('VUT', 0, 4)]

describe('over-burdened', () => {
  test('worked example: 80 % of the burden with 10 % of the capacity is 8 times a fair share', () => {
    const [found, ...others] = overBurdened({ ...calm, loads: { personnel } })
    expect(others).toEqual([])
    expect(found).toEqual({
      flag: 'over-burdened:RWA:personnel',
      kind: 'over-burdened',
      family: 'imbalance',
      severity: 'critical',
      subject: { contributor: 'RWA', dimension: 'personnel' },
      evidence: {
        rho: 8,
        ownPercent: 80,
        fairPercent: 10,
        highPermille: 2000,
        own: '800',
        total: '1000',
        capacity: '100',
        capacityTotal: '1000',
      },
      text: 'RWA carries 80 % of the personnel burden with 10 % of the capacity: 8 times a fair share, above 2.',
    })
  })
  test('a fair share exactly at the end of the band is within it', () => {
    expect(overBurdened({ ...calm, loads: { personnel: [load('AAA', 2, 1), load('BBB', 0, 1)] } })).toEqual([])
  })
  test('the composite speaks only where more than one dimension carries something', () => {
    const funding = [load('USA', 90, 70), load('RWA', 10, 30)]
    expect(brief(overBurdened({ ...calm, loads: { personnel, funding } }))).toEqual([
      'critical over-burdened:RWA:personnel',
      'warning over-burdened:RWA:composite',
    ])
  })
})

test('the composite can be computed again from its evidence', () => {
  const funding = [load('USA', 90, 70), load('RWA', 10, 30)]
  const [found] = overBurdened({ ...calm, loads: { personnel, funding } }).filter(
    ({ subject }) => subject.dimension === 'composite',
  )
  const Parts = z.array(
    z.object({
      weight: z.int(),
      own: z.coerce.number(),
      total: z.coerce.number(),
      capacity: z.coerce.number(),
      capacityTotal: z.coerce.number(),
    }),
  )
  const parts = Parts.parse(found?.evidence['parts'])
  const weighted = (part: 'own' | 'capacity', whole: 'total' | 'capacityTotal'): number =>
    parts.reduce((sum, each) => sum + (each.weight * each[part]) / each[whole], 0)
  expect(parts).toHaveLength(2)
  expect(weighted('own', 'total') / weighted('capacity', 'capacityTotal')).toBeCloseTo(Number(found?.evidence['rho']), 5)
})

describe('under-contributing', () => {
  test('worked example: the material one by name, all others together', () => {
    const found = underContributing({ ...calm, loads: { personnel } })
    expect(brief(found)).toEqual(['warning under-contributing:USA:personnel', 'info under-contributing:others:personnel'])
    expect(found[0]?.evidence).toEqual({
      rho: 0.071429,
      ownPercent: 5,
      fairPercent: 70,
      lowPermille: 500,
      own: '50',
      total: '1000',
      capacity: '700',
      capacityTotal: '1000',
    })
    expect(found[1]?.evidence).toEqual({ contributors: ['TGO', 'VUT'], ownPercent: 0, fairPercent: 0.9, lowPermille: 500 })
    expect(found[0]?.text).toBe(
      'USA carries 5 % of the personnel burden with 70 % of the capacity: 0.07 times a fair share, below 0.5.',
    )
  })
  test('what counts as material is the policy’s to say', () => {
    const thresholds = { ...calm.terms.thresholds, materialPermille: 2 }
    const found = underContributing({ ...calm, terms: { ...calm.terms, thresholds }, loads: { personnel } })
    expect(brief(found)).toContain('warning under-contributing:TGO:personnel')
  })
})

describe('concentration', () => {
  test('worked example: 60, 30 and 10 of a hundred have a top share of 60 % and an HHI of 0.46', () => {
    const strengths = [strength('RWA', 60, 0), strength('NPL', 30, 0), strength('GHA', 10, 0)]
    const [found] = concentration({ ...calm, strengths })
    expect(found?.flag).toBe('concentration:mission:MINUSCA')
    expect(found?.evidence).toMatchObject({
      total: 100,
      contributors: 3,
      hhi: 0.46,
      gini: 0.33333,
      month: '2026-12',
      quantities: { RWA: 60, NPL: 30, GHA: 10 },
      exceeded: ['top1Permille', 'hhiPermille'],
      thresholds: { top1Permille: 400, hhiPermille: 400 },
    })
    expect(found?.text).toBe(
      'MINUSCA in 2026-12 rests on few: RWA 60 %, NPL 30 % and GHA 10 % of 100; five together 100 %, HHI 0.46, Gini 0.33333.',
    )
  })
  test('is silent where many give alike, and where one is alone', () => {
    const many = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF', 'GGG'].map((id) => strength(id, 10, 0))
    expect(concentration({ ...calm, strengths: many })).toEqual([])
    expect(concentration({ ...calm, strengths: [strength('AAA', 10, 0)] })).toEqual([])
  })
  test('of a capability counts firm commitments of today', () => {
    const commitments = [
      commitment({ quantity: 9 }),
      commitment({ id: 'C2', contributor: 'RWA', quantity: 1 }),
      commitment({ id: 'C3', contributor: 'GHA', status: 'proposed' }),
    ]
    expect(concentration({ ...calm, commitments }).map(({ flag, evidence }) => [flag, evidence['total']])).toEqual([
      ['concentration:capability:INF-BN', 10],
    ])
  })
})

describe('single-contributor dependence', () => {
  test('worked example: without a contributor of 60 % a mission loses more than a cliff', () => {
    const strengths = [strength('RWA', 60, 0), strength('NPL', 20, 0), strength('GHA', 20, 0)]
    const found = dependence({ ...calm, strengths })
    expect(brief(found)).toEqual(['critical single-contributor-dependence:MINUSCA:RWA'])
    expect(found[0]?.evidence).toEqual({ month: '2026-12', own: 60, total: 100, cliffPermille: 250 })
    expect(found[0]?.text).toBe('Without RWA, MINUSCA would have lost 60.0 % of its strength in 2026-12: 60 of 100 persons.')
  })
  test('of a capability: all firm units of a mission come from one', () => {
    expect(brief(dependence({ ...calm, commitments: [commitment()] }))).toEqual([
      'warning single-contributor-dependence:MINUSCA:INF-BN:NPL',
    ])
    expect(dependence({ ...calm, commitments: [commitment({ quantity: 1 })] })).toEqual([])
    expect(dependence({ ...calm, commitments: [commitment(), commitment({ id: 'C2', contributor: 'RWA' })] })).toEqual([])
  })
})
