import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { same } from './same.ts'

test('an absent field is an undefined field, and the order of fields does not matter', () => {
  expect(same({ a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1, d: undefined })).toBe(true)
  expect(same({ a: 1, d: undefined }, { a: 1 })).toBe(true)
})

test('the order of items, a null, an array and a record are told apart', () => {
  expect(same([1, 2], [2, 1])).toBe(false)
  expect(same({ a: null }, {})).toBe(false)
  expect(same([], {})).toBe(false)
})

test('agrees with the deep equality of the platform on what JSON can carry', () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(0, 1, 'a', null, true),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('x', 'y'), tie('value'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(same(a, b)).toBe(isDeepStrictEqual(a, b))
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(value, (a) => {
      expect(same(a, structuredClone(a))).toBe(true)
    }),
  )
})
