import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cell, line } from './csv.ts'

describe('a CSV cell', () => {
  it('is never a formula', () => {
    for (const formula of ['=HYPERLINK("http://x")', '+1', '-1+2', '@SUM(A1)', '\t=1', '\r=1']) {
      expect(cell(formula).replace(/^"/, '').startsWith("'")).toBe(true)
    }
    fc.assert(fc.property(fc.string(), (text) => !/^"?[=+\-@\t\r]/.test(cell(text))))
  })

  it('keeps numbers as numbers, also negative ones', () => {
    expect(line([-5, 2.5, true, null, undefined])).toBe('-5,2.5,true,,\r\n')
  })

  it('quotes what would break the line', () => {
    expect(line(['a,b', 'say "so"', 'two\nlines', { a: 1 }])).toBe('"a,b","say ""so""","two\nlines","{""a"":1}"\r\n')
  })
})
