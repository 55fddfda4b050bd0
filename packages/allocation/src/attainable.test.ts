import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestSums } from './attainable.ts'

const allSums = (sizes: ReadonlyArray<{ readonly size: number; readonly copies: number }>): ReadonlyArray<number> =>
  sizes.reduce<number[]>(
    (sums, { size, copies }) => sums.flatMap((sum) => Array.from({ length: copies + 1 }, (_, n) => sum + n * size)),
    [0],
  )

test('battalions of 850 cannot be 2000 persons: 1700 or 2550 are present', () => {
  expect(nearestSums(2_000, [{ size: 850, copies: 3 }])).toEqual({ below: 1_700, above: 2_550 })
  expect(nearestSums(2_000, [{ size: 850, copies: 2 }])).toEqual({ below: 1_700, above: Number.POSITIVE_INFINITY })
  expect(nearestSums(1_700, [{ size: 850, copies: 9 }])).toEqual({ below: 1_700, above: 1_700 })
})

test('the nearest sums are those that trying every number of copies finds', () => {
  const kinds = fc.array(fc.record({ size: fc.integer({ min: 1, max: 12 }), copies: fc.integer({ min: 0, max: 3 }) }), {
    maxLength: 4,
  })
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 60 }), (sizes, asked) => {
      const sums = allSums(sizes)
      expect(nearestSums(asked, sizes)).toEqual({
        below: Math.max(...sums.filter((sum) => sum <= asked)),
        above: Math.min(...sums.filter((sum) => sum >= asked)),
      })
    }),
    { seed: 1, numRuns: 1_000 },
  )
})
