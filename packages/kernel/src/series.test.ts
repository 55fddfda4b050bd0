import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { put, valueAt, valuesOf, valueUpTo, type Series } from './series.ts'

const keys = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const entries = fc.array(fc.tuple(fc.constantFrom(...keys), fc.integer()), { maxLength: 30 })
const build = (pairs: ReadonlyArray<readonly [string, number]>): Series<number> | undefined =>
  pairs.reduce<Series<number> | undefined>((series, [key, value]) => put(series, key, value), undefined)

test('holds what a Map would hold, in order of keys', () => {
  fc.assert(
    fc.property(entries, (pairs) => {
      const map = new Map(pairs)
      const series = build(pairs)
      expect(valuesOf(series)).toEqual([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value))
      for (const key of keys) expect(valueAt(series, key)).toBe(map.get(key))
    }),
  )
})

test('answers with the step in force', () => {
  const series = build([
    ['2013-04-25', 11_200],
    ['2016-06-29', 13_289],
  ])
  expect(valueUpTo(series, '2013-04-24')).toBeUndefined()
  expect(valueUpTo(series, '2013-04-25')).toBe(11_200)
  expect(valueUpTo(series, '2020-01-01')).toBe(13_289)
})

test('leaves every older series as it was', () => {
  const before = build([
    ['a', 1],
    ['c', 3],
  ])
  put(before, 'b', 2)
  put(before, 'c', 9)
  expect(valuesOf(before)).toEqual([1, 3])
})
