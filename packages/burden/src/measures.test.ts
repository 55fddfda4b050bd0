import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gini } from './concentration.ts'
import { compare, rounded } from './exact.ts'
import { capacityGini, lorenz, measures } from './measures.ts'
import { kendall, spearman } from './rank-correlation.ts'
import type { Load } from './relative-burden.ts'

const loads = (...pairs: ReadonlyArray<readonly [number, number]>): ReadonlyArray<Load> =>
  pairs.map(([own, capacity], index) => ({ contributor: `C${index}`, own: BigInt(own), capacity: BigInt(capacity) }))

describe('Lorenz curve', () => {
  test('worked example: 10, 30 and 60 on equal capacities', () => {
    const even = loads([60, 5], [10, 5], [30, 5])
    expect(lorenz(even)).toEqual([
      { capacity: 0, burden: 0 },
      { capacity: 0.33333, burden: 0.1 },
      { capacity: 0.66667, burden: 0.4 },
      { capacity: 1, burden: 1 },
    ])
    expect(rounded(capacityGini(even)!, 5)).toBe(0.33333)
  })
  test('is the diagonal when everyone carries a fair share, whatever the capacities', () => {
    expect(rounded(capacityGini(loads([10, 1], [20, 2], [300, 30]))!, 5)).toBe(0)
  })
  test('rises at the end for those who carry without capacity', () => {
    expect(lorenz(loads([50, 0], [50, 10])).at(1)).toEqual({ capacity: 1, burden: 0.5 })
    expect(rounded(capacityGini(loads([50, 0], [50, 10], [0, 0]))!, 5)).toBe(0.5)
  })
  test('with equal capacities has the ordinary Gini coefficient', () => {
    const own = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 10 }).filter((xs) => xs.some((x) => x > 0))
    fc.assert(
      fc.property(own, (xs) => {
        expect(compare(capacityGini(loads(...xs.map((x) => [x, 3] as const)))!, gini(xs.map(BigInt))!)).toBe(0)
      }),
    )
  })
})

describe('rank correlation', () => {
  const xs = [10n, 20n, 30n, 40n]
  test('worked example of Spearman: 1 − 6 · 2 ÷ 60', () => {
    expect(spearman(xs, [1n, 3n, 2n, 4n])).toBe(0.8)
  })
  test('worked example of Kendall: (5 − 1) ÷ 6', () => {
    expect(kendall(xs, [1n, 3n, 2n, 4n])).toBe(0.66667)
  })
  test('takes ties into account: (1, 2, 2, 3) with (1, 2, 3, 4)', () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 ÷ √(4.5 · 5); five pairs agree, one is tied in the first: 5 ÷ √(5 · 6).
    expect(spearman([1n, 2n, 2n, 3n], [1n, 2n, 3n, 4n])).toBe(0.94868)
    expect(kendall([1n, 2n, 2n, 3n], [1n, 2n, 3n, 4n])).toBe(0.91287)
  })
  test('is not defined where all values are the same', () => {
    expect(spearman([1n, 1n], [1n, 2n])).toBeNull()
    expect(kendall([], [])).toBeNull()
  })
  test('is 1 with itself, −1 with its reverse, and the same both ways round', () => {
    const values = fc.uniqueArray(fc.bigInt({ min: -50n, max: 50n }), { minLength: 2, maxLength: 9 })
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.bigInt({ min: 0n, max: 5n })), (a, stream) => {
        const b = [...stream.take(a.length)]
        for (const measure of [spearman, kendall]) {
          expect(measure(a, a)).toBe(1)
          expect(
            measure(
              a,
              a.map((x) => -x),
            ),
          ).toBe(-1)
          expect(measure(a, b)).toBe(measure(b, a))
        }
      }),
    )
  })
})

test('worked example of all measures together', () => {
  expect(measures(loads([60, 10], [30, 20], [10, 30], [0, 40]))).toEqual({
    contributors: 4,
    hhi: 0.46,
    gini: 0.5,
    capacityGini: 0.73,
    lorenz: [
      { capacity: 0, burden: 0 },
      { capacity: 0.4, burden: 0 },
      { capacity: 0.7, burden: 0.1 },
      { capacity: 0.9, burden: 0.4 },
      { capacity: 1, burden: 1 },
    ],
    top1Percent: 60,
    top5Percent: 100,
    spearman: -1,
    kendall: -1,
  })
})

test('nothing carried defines no measure', () => {
  expect(measures(loads([0, 1], [0, 2]))).toEqual({
    contributors: 2,
    hhi: null,
    gini: null,
    capacityGini: null,
    lorenz: [],
    top1Percent: null,
    top5Percent: null,
    spearman: null,
    kendall: null,
  })
})
