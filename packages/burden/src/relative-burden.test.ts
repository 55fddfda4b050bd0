import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, fraction, plus, type Fraction } from './exact.ts'
import { compositeBurden, contributionValue, relativeBurden, type Load } from './relative-burden.ts'

const load = (contributor: string, own: number, capacity: number): Load => ({
  contributor,
  own: BigInt(own),
  capacity: BigInt(capacity),
})

describe('relative burden', () => {
  test('worked example: equal capacities, one carries nothing', () => {
    const rows = relativeBurden([load('DDD', 0, 100), load('AAA', 60, 100), load('BBB', 30, 100), load('CCC', 10, 100)])
    expect(rows.map(({ contributor, rho, fairShare }) => [contributor, rho, fairShare])).toEqual([
      ['AAA', 2.4, 25],
      ['BBB', 1.2, 25],
      ['CCC', 0.4, 25],
      ['DDD', 0, 25],
    ])
  })
  test('is null without capacity, and whoever has none is still part of the total', () => {
    const rows = relativeBurden([load('AAA', 50, 0), load('BBB', 50, 10)])
    expect(rows.map(({ rho }) => rho)).toEqual([null, 0.5])
  })
  test('is nothing where nobody carries anything', () => {
    expect(relativeBurden([load('AAA', 0, 1), load('BBB', 0, 0)]).map(({ rho }) => rho)).toEqual([0, null])
  })
  test('weighted by capacity share is 1 on the whole, and does not depend on units', () => {
    const loads = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 1000 })), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(
        loads.filter((pairs) => pairs.some(([own]) => own > 0)),
        fc.integer({ min: 1, max: 50 }),
        (pairs, unit) => {
          const rows = relativeBurden(pairs.map(([own, capacity], index) => load(`C${index}`, own, capacity)))
          const scaled = relativeBurden(pairs.map(([own, capacity], index) => load(`C${index}`, own * unit, capacity * unit)))
          expect(scaled.map(({ rho }) => rho)).toEqual(rows.map(({ rho }) => rho))
          const all = pairs.reduce((sum, [, capacity]) => sum + capacity, 0)
          const mean = rows.reduce<Fraction>(
            (sum, { exact, capacity }) => plus(sum, fraction(exact!.numerator * capacity, exact!.denominator * BigInt(all))),
            fraction(0n, 1n),
          )
          expect(compare(mean, fraction(1n, 1n))).toBe(0)
        },
      ),
    )
  })
})

describe('composite burden', () => {
  test('worked example: one gives people, one gives money', () => {
    const loads = { personnel: [load('AAA', 100, 1), load('BBB', 0, 1)], funding: [load('AAA', 0, 1), load('BBB', 50, 3)] }
    expect(compositeBurden(loads, { personnel: 500, equipment: 300, funding: 500 })).toMatchObject([
      { contributor: 'AAA', ownPercent: 50, fairPercent: 37.5, rho: 1.333333 },
      { contributor: 'BBB', ownPercent: 50, fairPercent: 62.5, rho: 0.8 },
    ])
  })
  test('of one dimension alone is the relative burden of that dimension', () => {
    const personnel = [load('AAA', 60, 7), load('BBB', 30, 5), load('CCC', 0, 3)]
    const weights = { personnel: 700, equipment: 0, funding: 300 }
    expect(compositeBurden({ personnel }, weights).map(({ rho }) => rho)).toEqual(relativeBurden(personnel).map(({ rho }) => rho))
  })
  test('leaves out dimensions in which nothing is carried, and is null without any capacity', () => {
    const loads = { personnel: [load('AAA', 10, 0), load('BBB', 0, 5)], equipment: [load('AAA', 0, 9), load('BBB', 0, 9)] }
    const rows = compositeBurden(loads, { personnel: 1, equipment: 1, funding: 1 })
    expect(rows.map(({ rho }) => rho)).toEqual([null, 0])
    expect(compositeBurden({}, { personnel: 1, equipment: 1, funding: 1 })).toEqual([])
  })
})

test('worked example of a value: two battalions for six months', () => {
  const contribution = { unitMonths: 12, monthValueUsd: 1_200_000, reimbursedCents: 1_000_000_000n }
  expect(contributionValue(contribution)).toEqual({ grossCents: 1_440_000_000n, netCents: 440_000_000n })
})
