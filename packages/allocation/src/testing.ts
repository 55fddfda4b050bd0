/** Small synthetic problems for the tests of this package. */
import * as fc from 'fast-check'
import { dayOf, dayNumber } from '@muster/kernel/time'

const FIRST = dayNumber('2027-01-01')
export const day = (n: number): string => dayOf(FIRST + n)

export interface Line {
  readonly id: string
  readonly mission?: string
  readonly capability?: string
  readonly tier?: number
  readonly weight?: number
  readonly quantity?: number
  readonly window?: readonly [number, number]
  readonly more?: Readonly<Record<string, unknown>>
}

export interface Pledge {
  readonly id: string
  readonly contributor?: string
  readonly capability?: string
  readonly copies?: number
  readonly window?: readonly [number, number]
  readonly tour?: number
  readonly burden?: number
  readonly asset?: string
  readonly more?: Readonly<Record<string, unknown>>
}

export interface Sketch {
  readonly days?: number
  readonly lines: ReadonlyArray<Line>
  readonly pledges: ReadonlyArray<Pledge>
  readonly capacity?: Readonly<Record<string, number>>
  readonly more?: Readonly<Record<string, unknown>>
}

/** One asset per pledge unless several pledges name the same asset. */
export const problemOf = ({ days = 12, lines, pledges, capacity = {}, more = {} }: Sketch) => {
  const contributors = [...new Set([...Object.keys(capacity), ...pledges.map((p) => p.contributor ?? 'NPL')])]
  const assets = new Map(pledges.map((p) => [p.asset ?? `A-${p.id}`, p]))
  return {
    format: 'muster.problem/1',
    horizon: { from: day(0), to: day(days) },
    decidedAt: day(0),
    capabilities: [
      { code: 'INF-BN', dimension: 'personnel', measure: 'standing' },
      { code: 'AVN', dimension: 'equipment', measure: 'standing' },
      { code: 'FUNDING', dimension: 'funding', measure: 'stock' },
    ],
    contributors: contributors.map((id) => ({ id, capacity: { personnel: capacity[id] ?? 10, equipment: 10, funding: 10 } })),
    missions: [{ id: 'UNMISS' }, { id: 'MINUSCA' }],
    requirements: lines.map((l) => ({
      id: l.id,
      mission: l.mission ?? 'UNMISS',
      capability: l.capability ?? 'INF-BN',
      tier: l.tier ?? 1,
      weight: l.weight ?? 1,
      quantity: l.quantity ?? 1,
      from: day(l.window?.[0] ?? 0),
      to: day(l.window?.[1] ?? days),
      ...l.more,
    })),
    assets: [...assets].map(([id, p]) => ({
      id,
      contributor: p.contributor ?? 'NPL',
      capability: p.capability ?? 'INF-BN',
      copies: p.copies ?? 1,
      burden: p.burden ?? 1,
    })),
    offers: pledges.map((p) => ({
      id: p.id,
      asset: p.asset ?? `A-${p.id}`,
      from: day(p.window?.[0] ?? 0),
      to: day(p.window?.[1] ?? days),
      minTourDays: p.tour ?? 1,
      ...p.more,
    })),
    ...more,
  }
}

const window = (days: number) =>
  fc
    .tuple(fc.nat({ max: days - 1 }), fc.nat({ max: days - 1 }))
    .map(([a, b]): readonly [number, number] => [Math.min(a, b), Math.max(a, b) + 1])

/** Lines and pledges of one capability; tours up to `tour` days. */
export const sketches = ({ days = 8, lines = 4, pledges = 4, tour = 3 } = {}): fc.Arbitrary<Sketch> =>
  fc
    .record({
      days: fc.constant(days),
      lines: fc.array(
        fc.record({
          tier: fc.integer({ min: 1, max: 2 }),
          weight: fc.integer({ min: 0, max: 4 }),
          quantity: fc.integer({ min: 1, max: 3 }),
          window: window(days),
        }),
        { minLength: 1, maxLength: lines },
      ),
      pledges: fc.array(
        fc.record({
          contributor: fc.constantFrom('NPL', 'RWA', 'BGD'),
          copies: fc.integer({ min: 1, max: 2 }),
          window: window(days),
          tour: fc.integer({ min: 1, max: tour }),
          burden: fc.integer({ min: 1, max: 4 }),
        }),
        { minLength: 1, maxLength: pledges },
      ),
    })
    .map((s) => ({
      ...s,
      lines: s.lines.map((l, i) => ({ id: `R${i}`, ...l })),
      pledges: s.pledges.map((p, i) => ({ id: `P${i}`, ...p })),
    }))
