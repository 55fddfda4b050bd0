import fc from 'fast-check'
import { v5 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { uuidNamespace } from './uuid.ts'

describe('a UUID of version 5', () => {
  test('is the one of RFC 9562, appendix A.4', () => {
    expect(uuidNamespace('6ba7b810-9dad-11d1-80b4-00c04fd430c8')('www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })
  test('is what the common library makes of any namespace and name', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ unit: 'grapheme' }), (namespace, name) => {
        expect(uuidNamespace(namespace)(name)).toBe(v5(name, namespace))
      }),
    )
  })
})
