import { digestOf } from '@muster/codec/canonical-json'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestOfPlan, digestOfProblem, withSortedArrays } from './canonical-problem.ts'

it('hashes by pieces what the canonical text as a whole would give', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
      expect(digestOfPlan(document)).toBe(digestOf(document))
      expect(digestOfProblem(document)).toBe(digestOf(withSortedArrays(document)))
    }),
  )
})

it('sorts objects by id, code or offer, and strings by code unit', () => {
  const document = { offers: [{ id: 'b', languages: ['fr', 'en'] }, { id: 'a' }], capabilities: [{ code: 'Z' }, { code: 'A' }] }
  expect(withSortedArrays(document)).toEqual({
    offers: [{ id: 'a' }, { id: 'b', languages: ['en', 'fr'] }],
    capabilities: [{ code: 'A' }, { code: 'Z' }],
  })
})
