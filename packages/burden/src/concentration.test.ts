import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { gini, hhi, topShare } from './concentration.ts'
import { compare, fraction, rounded } from './exact.ts'

const example = [60n, 30n, 10n]

test('worked example of the Herfindahl–Hirschman index: 0.36 + 0.09 + 0.01', () => {
  expect(rounded(hhi(example)!, 5)).toBe(0.46)
})

test('worked example of the Gini coefficient: (2 · 250 − 4 · 100) ÷ 300', () => {
  expect(rounded(gini(example)!, 5)).toBe(0.33333)
  expect(rounded(gini([...example, 0n])!, 5)).toBe(0.5)
})

test('worked example of the top share: the two largest of 60, 30, 10', () => {
  expect(rounded(topShare(example, 2)!, 5)).toBe(0.9)
  expect(rounded(topShare(example, 5)!, 5)).toBe(1)
})

test('nothing is not zero', () => {
  expect([hhi([]), gini([0n, 0n]), topShare([], 5)]).toEqual([undefined, undefined, undefined])
})

const quantities = fc
  .array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 12 })
  .filter((q) => q.some((x) => x > 0n))

test('the Gini coefficient is half the relative mean difference, by its definition', () => {
  fc.assert(
    fc.property(quantities, (xs) => {
      const n = BigInt(xs.length)
      const differences = xs.flatMap((a) => xs.map((b) => (a > b ? a - b : b - a))).reduce((sum, d) => sum + d, 0n)
      const sum = xs.reduce((a, b) => a + b, 0n)
      expect(compare(gini(xs)!, fraction(differences, 2n * n * sum))).toBe(0)
    }),
  )
})

test('measures do not depend on order or unit, and equal parts are the minimum', () => {
  fc.assert(
    fc.property(quantities, fc.bigInt({ min: 1n, max: 1000n }), (xs, unit) => {
      const scaled = xs.map((x) => x * unit).toReversed()
      for (const measure of [hhi, gini]) expect(compare(measure(xs)!, measure(scaled)!)).toBe(0)
      expect(compare(hhi(xs)!, fraction(1n, BigInt(xs.length)))).toBeGreaterThanOrEqual(0)
      expect(compare(gini(xs)!, fraction(0n, 1n))).toBeGreaterThanOrEqual(0)
    }),
  )
  expect(rounded(gini([7n, 7n, 7n])!, 5)).toBe(0)
})
