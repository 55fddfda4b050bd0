import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { balanceOn, lowestFrom, type Change } from './balance.ts'
import { dayOf } from './time.ts'

const change: fc.Arbitrary<Change> = fc.record({
  on: fc.integer({ min: 0, max: 9 }).map(dayOf),
  by: fc.integer({ min: -3, max: 3 }),
})

test('counts what came and went up to and including the day', () => {
  const changes = [
    { on: dayOf(5), by: -1 },
    { on: dayOf(2), by: 3 },
  ]
  expect([1, 2, 4, 5, 9].map((day) => balanceOn(changes, dayOf(day)))).toEqual([0, 3, 3, 2, 2])
})

test('the lowest balance is the least of all days from the given one on, on the first such day', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.integer({ min: 0, max: 9 }), (changes, from) => {
      const balances = Array.from({ length: 10 - from }, (_, index) => balanceOn(changes, dayOf(from + index)))
      const balance = Math.min(...balances)
      expect(lowestFrom(changes, dayOf(from))).toEqual({ day: dayOf(from + balances.indexOf(balance)), balance })
    }),
  )
})
