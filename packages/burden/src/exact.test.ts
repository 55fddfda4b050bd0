import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, fraction, plus, rounded, roundedRoot } from './exact.ts'

test('rounds once, half away from zero', () => {
  expect(rounded(fraction(1n, 8n), 2)).toBe(0.13)
  expect(rounded(fraction(-1n, 8n), 2)).toBe(-0.13)
  expect(rounded(fraction(2n, 3n), 5)).toBe(0.66667)
  expect(rounded(fraction(10n ** 30n, 3n * 10n ** 30n), 2)).toBe(0.33)
})

test('takes roots to the nearest decimal', () => {
  expect(roundedRoot(1, fraction(2n, 1n), 5)).toBe(1.41421)
  expect(roundedRoot(-1, fraction(1n, 4n), 5)).toBe(-0.5)
  expect(roundedRoot(-1, fraction(0n, 4n), 5)).toBe(0)
})

test('agrees with floating point where that is precise enough', () => {
  const whole = fc.integer({ min: 1, max: 10_000 })
  fc.assert(
    fc.property(whole, whole, whole, whole, (a, b, c, d) => {
      const [x, y] = [fraction(BigInt(a), BigInt(b)), fraction(BigInt(c), BigInt(d))]
      expect(rounded(plus(x, y), 5)).toBeCloseTo(a / b + c / d, 4)
      expect(compare(x, y)).toBe(Math.sign(a * d - c * b))
      expect(roundedRoot(1, x, 5)).toBeCloseTo(Math.sqrt(a / b), 4)
    }),
  )
})
