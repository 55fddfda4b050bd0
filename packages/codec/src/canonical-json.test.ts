import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson, digestOf } from './canonical-json.ts'

it('writes the same text for the same value, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed())
      expect(canonicalJson(reversed)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

it('follows RFC 8785: sorted by UTF-16 units, shortest numbers, minimal escapes', () => {
  expect(canonicalJson({ '€': 1, '\r': 2, a: [1e21, 0.1, -0, 4.5e-7], '1': null })).toBe(
    String.raw`{"\r":2,"1":null,"a":[1e+21,0.1,0,4.5e-7],"€":1}`,
  )
})

it('refuses what JSON cannot express', () => {
  expect(() => canonicalJson(undefined)).toThrow('not a JSON value')
  expect(() => canonicalJson({ n: Number.NaN })).toThrow('NaN')
})

it('digests the canonical text', () => {
  expect(digestOf({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
  expect(digestOf({ b: 1, a: 2 })).toBe(digestOf({ a: 2, b: 1 }))
})
