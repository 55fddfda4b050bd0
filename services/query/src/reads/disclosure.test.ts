/** What is left of figures in which something withheld takes part. */
import { describe, expect, it } from 'vitest'
import type { BurdenAnswer, BurdenRow, CoverageRow } from '@muster/read-models/queries/answers'
import { disclosed as burdenDisclosed } from './burden.ts'
import { disclosed as coverageDisclosed } from './coverage.ts'

const cover = (more: Partial<CoverageRow> = {}): CoverageRow => ({
  mission: 'UNMISS',
  capability: 'INF-BN',
  month: '2027-04',
  counts: 'copies',
  required: 6,
  pledged: 4,
  committed: 2,
  deployed: 1,
  deployedBy: 'commitments',
  gap: 4,
  ...more,
})

describe('a row of coverage', () => {
  it('is whole when nothing in it is withheld', () => {
    expect(coverageDisclosed(cover(), cover())).toEqual([cover()])
  })

  it('keeps what is open and suppresses each figure in which something withheld takes part', () => {
    expect(coverageDisclosed(cover(), cover({ pledged: 3 }))).toEqual([{ ...cover(), pledged: null, suppressed: ['pledged'] }])
  })

  it('suppresses the gap with what it is made of, even where it comes out the same', () => {
    expect(coverageDisclosed(cover(), cover({ deployed: 0 }))).toEqual([
      { ...cover(), deployed: null, gap: null, suppressed: ['deployed', 'gap'] },
    ])
  })

  it('does not tell by whom it was counted when that is withheld', () => {
    const [row] = coverageDisclosed(cover(), cover({ deployed: null, deployedBy: null }))
    expect(row).toMatchObject({ deployed: null, deployedBy: null })
  })

  it('is not there at all when it is made of withheld records alone', () => {
    expect(coverageDisclosed(cover(), undefined)).toEqual([])
  })
})

const row = (contributor: string, own: number): BurdenRow => ({ contributor, own, capacity: 100, fairShare: 50, rho: 1.5 })
const burden = (rows: ReadonlyArray<BurdenRow>, dimension: BurdenAnswer['dimension'] = 'personnel'): BurdenAnswer => ({
  dimension,
  method: 'policy',
  month: '2027-04',
  unit: 'persons',
  policy: null,
  rows,
  measures: {
    contributors: rows.length,
    hhi: 0.5,
    gini: 0.5,
    capacityGini: 0.5,
    lorenz: [],
    top1Percent: 50,
    top5Percent: 100,
    spearman: 1,
    kendall: 1,
  },
})
const states = ['NPL', 'RWA', 'IND', 'GHA']
const seen = burden(states.map((state) => row(state, 100)))

describe('a burden', () => {
  it('is whole when nothing in it is withheld', () => {
    expect(burdenDisclosed(seen, seen)).toEqual({ ...seen, suppressed: false })
  })

  it('hides one withheld part, who carries it, and all that follows from the whole', () => {
    const whole = burden(states.map((state) => row(state, state === 'IND' ? 4_342 : 100)))
    const answer = burdenDisclosed(whole, seen)
    expect(answer).toMatchObject({ measures: null, suppressed: true })
    expect(answer.rows).toEqual([
      ...states.map((contributor) => ({ contributor, own: 100, capacity: 100, fairShare: null, rho: null })),
      { contributor: 'confidential contributor', own: null, capacity: 0, fairShare: null, rho: null },
    ])
    expect(JSON.stringify(answer)).not.toMatch(/4342|4242/)
  })

  it('keeps withheld parts that hide each other in the whole, under no name', () => {
    const whole = burden(states.map((state) => row(state, state === 'NPL' ? 100 : 152)))
    const answer = burdenDisclosed(whole, seen)
    expect(answer).toMatchObject({ measures: null, suppressed: false })
    // 156 are withheld; with two digits of it the whole is 560 instead of 556. Nobody's row shows whether a part of it is withheld.
    for (const contributor of states) {
      expect(answer.rows).toContainEqual({ contributor, own: 100, capacity: 100, fairShare: 50.36, rho: 1.985714 })
    }
    expect(answer.rows.at(-1)).toMatchObject({ contributor: 'confidential contributor', own: 160 })
  })

  it('shows nothing of a composite in which something withheld takes part', () => {
    const whole = burden(
      states.map((state) => row(state, state === 'NPL' ? 100 : 150)),
      'composite',
    )
    const answer = burdenDisclosed(whole, burden(seen.rows, 'composite'))
    expect(answer.rows.every(({ own, rho }) => own === null && rho === null)).toBe(true)
  })
})
