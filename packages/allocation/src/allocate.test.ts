import type { Plan } from '@muster/contracts/allocation/plan'
import { dayNumber } from '@muster/kernel/time'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { allocate, allocateNow } from './allocate.ts'
import { day, problemOf, sketches } from './testing.ts'

const planOf = (document: unknown): Plan => {
  const answer = allocateNow(document)
  if (E.isLeft(answer)) return expect.fail(JSON.stringify(answer.left))
  return answer.right
}

const valuesOf = (plan: Plan): ReadonlyArray<number> => plan.tiers.map((t) => Number(t.value))

const lexicographic = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((v, i) => v !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

describe('coverage', () => {
  it('fills what it can and says why the rest is open', () => {
    const plan = planOf(problemOf({ lines: [{ id: 'R1', quantity: 2 }], pledges: [{ id: 'P1' }] }))
    expect(plan.assignments).toEqual([{ offer: 'P1', requirement: 'R1', quantity: 1, from: day(0), to: day(12) }])
    expect(plan.tiers).toEqual([{ tier: 1, value: '12', bound: '12' }])
    expect(plan.uncovered).toMatchObject([
      {
        requirement: 'R1',
        quantity: 1,
        reason: { code: 'SHORTAGE', evidence: { lines: ['R1'], assets: ['A-P1'], demand: 2, capacity: 1 } },
      },
    ])
  })

  it('lets more be present than needed when only a whole tour closes a gap', () => {
    const plan = planOf(
      problemOf({
        lines: [{ id: 'R1' }],
        pledges: [
          { id: 'P1', window: [0, 9], tour: 9 },
          { id: 'P2', window: [4, 12], tour: 8 },
        ],
      }),
    )
    expect(plan.uncovered).toEqual([])
    expect(plan.tiers[0]?.value).toBe('12')
  })

  it('serves an earlier tier first, whatever the weights of the later', () => {
    const plan = planOf(
      problemOf({
        lines: [
          { id: 'R1', tier: 2, weight: 900 },
          { id: 'R2', tier: 1, weight: 1 },
        ],
        pledges: [{ id: 'P1' }],
      }),
    )
    expect(plan.assignments.map((r) => r.requirement)).toEqual(['R2'])
  })

  it('never puts the copies of one asset in two places, however often it is offered', () => {
    const plan = planOf(
      problemOf({
        lines: [{ id: 'R1' }, { id: 'R2' }],
        pledges: [
          { id: 'P1', asset: 'A1' },
          { id: 'P2', asset: 'A1', more: { readiness: 2 } },
        ],
      }),
    )
    expect(plan.tiers[0]?.value).toBe('12')
    expect(plan.unused.some((u) => u.reason.code === 'USED_ELSEWHERE')).toBe(true)
  })

  it('sends nothing where a needed line can never have cover, and all where it can', () => {
    const lines = [
      { id: 'R1', more: { needs: ['R2'] } },
      { id: 'R2', capability: 'AVN' },
    ]
    const alone = planOf(problemOf({ lines, pledges: [{ id: 'P1' }] }))
    expect(alone.assignments).toEqual([])
    const both = planOf(problemOf({ lines, pledges: [{ id: 'P1' }, { id: 'P2', capability: 'AVN', window: [3, 7] }] }))
    expect(both.tiers[0]?.value).toBe('8')
  })

  it('keeps a ceiling on every day', () => {
    const document = problemOf({ lines: [{ id: 'R1', quantity: 3 }], pledges: [{ id: 'P1', copies: 3 }] })
    const ceilings = [{ from: day(4), to: day(6), capabilities: ['INF-BN'], quantity: 1 }]
    const plan = planOf({ ...document, missions: [{ id: 'UNMISS', ceilings }, { id: 'MINUSCA' }] })
    expect(plan.tiers[0]?.value).toBe('32')
    expect(plan.uncovered.find((u) => u.from === day(4))?.reason.code).toBe('SIDE_CONSTRAINT')
  })

  it('uses stock once over the whole plan', () => {
    const lines = [
      { id: 'R1', capability: 'FUNDING', quantity: 70 },
      { id: 'R2', capability: 'FUNDING', quantity: 70, weight: 2 },
    ]
    const plan = planOf(problemOf({ lines, pledges: [{ id: 'P1', capability: 'FUNDING', copies: 100 }] }))
    expect(plan.assignments.map((r) => [r.requirement, r.quantity])).toEqual([
      ['R1', 30],
      ['R2', 70],
    ])
  })
})

describe('balance', () => {
  it('gives two equal contributors equal parts of one line', () => {
    const plan = planOf(
      problemOf({
        lines: [{ id: 'R1' }],
        pledges: [
          { id: 'P1', contributor: 'NPL' },
          { id: 'P2', contributor: 'RWA' },
        ],
      }),
    )
    expect(plan.burdens.filter((b) => b.dimension === 'personnel').map((b) => b.own)).toEqual(['6', '6'])
  })

  it('weighs burdens by capacity', () => {
    const plan = planOf(
      problemOf({
        lines: [{ id: 'R1' }],
        pledges: [
          { id: 'P1', contributor: 'NPL' },
          { id: 'P2', contributor: 'RWA' },
        ],
        capacity: { NPL: 10, RWA: 20 },
      }),
    )
    expect(plan.burdens.filter((b) => b.dimension === 'personnel').map((b) => [b.own, b.rho])).toEqual([
      ['4', 1],
      ['8', 1],
    ])
  })

  it('hands over in the middle of a line when tours allow it', () => {
    const pledges = [
      { id: 'P1', contributor: 'NPL', tour: 4 },
      { id: 'P2', contributor: 'RWA', tour: 4 },
    ]
    const plan = planOf(problemOf({ lines: [{ id: 'R1' }], pledges }))
    expect(plan.burdens.filter((b) => b.dimension === 'personnel').map((b) => b.own)).toEqual(['6', '6'])
  })

  it('shows no rho without a capacity', () => {
    const plan = planOf(problemOf({ lines: [{ id: 'R1' }], pledges: [{ id: 'P1' }], capacity: { NPL: 0, RWA: 5 } }))
    expect(plan.burdens.filter((b) => b.dimension === 'personnel').map((b) => b.rho)).toEqual([null, 0])
  })
})

describe('any small problem', () => {
  it('gives the same bytes whatever the order of its arrays', () => {
    fc.assert(
      fc.property(sketches(), fc.integer(), (sketch, seed) => {
        const document = problemOf(sketch)
        const turned = {
          ...document,
          requirements: shuffled(document.requirements, seed),
          offers: shuffled(document.offers, seed + 1),
          assets: shuffled(document.assets, seed + 2),
          contributors: shuffled(document.contributors, seed + 3),
        }
        expect(JSON.stringify(planOf(turned))).toBe(JSON.stringify(planOf(document)))
      }),
      { numRuns: 60 },
    )
  })

  it('accounts for every day: cover and uncovered add up to the quantity, tours are long enough, copies are not overdrawn', () => {
    fc.assert(
      fc.property(sketches({ lines: 5, pledges: 5, tour: 5 }), (sketch) => {
        const document = problemOf(sketch)
        const plan = planOf(document)
        for (const line of document.requirements) {
          const open = daily(plan.uncovered.filter((u) => u.requirement === line.id))
          const present = daily(plan.assignments.filter((r) => r.requirement === line.id))
          for (let d = dayNumber(line.from); d < dayNumber(line.to); d += 1)
            expect(Math.min(line.quantity, present(d)) + open(d)).toBe(line.quantity)
        }
        for (const offer of document.offers) {
          const rows = plan.assignments.filter((r) => r.offer === offer.id)
          const asset = document.assets.find((a) => a.id === offer.asset)
          const away = daily(rows)
          for (let d = dayNumber(offer.from); d < dayNumber(offer.to); d += 1)
            expect(away(d)).toBeLessThanOrEqual(asset?.copies ?? 0)
          for (const row of rows) {
            const line = document.requirements.find((r) => r.id === row.requirement)
            const length = dayNumber(line?.to ?? '') - dayNumber(line?.from ?? '')
            expect(dayNumber(row.to) - dayNumber(row.from)).toBeGreaterThanOrEqual(Math.min(offer.minTourDays, length))
          }
        }
        for (const tier of plan.tiers) expect(BigInt(tier.bound)).toBeGreaterThanOrEqual(BigInt(tier.value))
      }),
      { numRuns: 100 },
    )
  })

  it('covers no less when something more is pledged', () => {
    fc.assert(
      fc.property(sketches({ pledges: 3 }), fc.integer({ min: 1, max: 3 }), (sketch, tour) => {
        const more = { ...sketch, pledges: [...sketch.pledges, { id: 'P9', contributor: 'RWA', tour }] }
        expect(lexicographic(valuesOf(planOf(problemOf(more))), valuesOf(planOf(problemOf(sketch))))).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps a published plan of its own row by row', () => {
    fc.assert(
      fc.property(sketches(), (sketch) => {
        const document = problemOf(sketch)
        const plan = planOf(document)
        expect(planOf({ ...document, published: plan.assignments }).assignments).toEqual(plan.assignments)
      }),
      { numRuns: 60 },
    )
  })
})

it('deals identical pledges out by name', () => {
  const pledges = Array.from({ length: 3_000 }, (_, i) => ({ id: `P${String(i).padStart(4, '0')}` }))
  const plan = planOf(problemOf({ lines: [{ id: 'R1', quantity: 1_000 }], pledges }))
  expect(plan.assignments).toHaveLength(1_000)
  expect(plan.assignments[0]).toEqual({ offer: 'P0000', requirement: 'R1', quantity: 1, from: day(0), to: day(12) })
  expect(plan.unused).toHaveLength(2_000)
})

it('a raised signal ends the run with a value', async () => {
  const document = problemOf({ lines: [{ id: 'R1' }], pledges: [{ id: 'P1' }] })
  expect(await allocate(document, { signal: AbortSignal.abort() })()).toEqual(E.left({ _tag: 'Cancelled' }))
})

const daily = (
  rows: ReadonlyArray<{ readonly from: string; readonly to: string; readonly quantity: number }>,
): ((d: number) => number) => {
  const spans = rows.map((r) => ({ from: dayNumber(r.from), to: dayNumber(r.to), quantity: r.quantity }))
  return (d) => spans.reduce((sum, r) => (r.from <= d && d < r.to ? sum + r.quantity : sum), 0)
}

/** A permutation that depends on the seed alone. */
const shuffled = <T>(items: ReadonlyArray<T>, seed: number): ReadonlyArray<T> =>
  items
    .map((item, i) => ({ item, key: Math.imul(i + 1, 2_654_435_761 ^ seed) >>> 0 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)
