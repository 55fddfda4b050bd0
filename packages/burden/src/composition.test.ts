import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { composition } from './composition.ts'

test('worked example: 60, 30 and 10 of a hundred', () => {
  expect(
    composition([
      { contributor: 'NPL', quantity: 30 },
      { contributor: 'RWA', quantity: 60 },
      { contributor: 'GHA', quantity: 10 },
      { contributor: 'TGO', quantity: 0 },
    ]),
  ).toEqual({
    total: 100,
    contributors: 3,
    shares: [
      { contributor: 'RWA', quantity: 60, percent: 60 },
      { contributor: 'NPL', quantity: 30, percent: 30 },
      { contributor: 'GHA', quantity: 10, percent: 10 },
    ],
    hhi: 0.46,
    gini: 0.33333,
    top5Percent: 100,
  })
})

test('nobody there is an empty composition without measures', () => {
  expect(composition([])).toEqual({ total: 0, contributors: 0, shares: [], hhi: null, gini: null, top5Percent: null })
})

test('equal quantities are listed by code, and the order of rows means nothing', () => {
  const row = fc.record({
    contributor: fc.constantFrom('AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF', 'GGG'),
    quantity: fc.integer({ min: 0, max: 4 }),
  })
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ({ contributor }) => contributor }), (rows) => {
      const made = composition(rows)
      expect(composition(rows.toReversed())).toEqual(made)
      for (const [index, share] of made.shares.slice(1).entries()) {
        const before = made.shares[index]!
        expect(
          before.quantity > share.quantity || (before.quantity === share.quantity && before.contributor < share.contributor),
        ).toBe(true)
      }
      expect(made.shares.reduce((sum, { percent }) => sum + percent, 0)).toBeCloseTo(made.total === 0 ? 0 : 100, 0)
    }),
  )
})
