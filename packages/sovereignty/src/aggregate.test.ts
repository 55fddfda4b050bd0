import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withheldTotal, type Withheld } from './aggregate.ts'

const part = (contributor: string, quantity: number): Withheld => ({ contributor, quantity })

describe('the withheld rest of a total', () => {
  it('is nothing when nothing is withheld', () => {
    expect(withheldTotal([])).toBe(0)
    expect(withheldTotal([part('NPL', 0)])).toBe(0)
  })

  it('is suppressed with fewer than three contributors, however many records they have', () => {
    expect(withheldTotal([part('RWA', 7)])).toBeNull()
    expect(withheldTotal([part('RWA', 7), part('RWA', 8), part('IND', 9)])).toBeNull()
  })

  it('is suppressed when one contributor dominates it', () => {
    expect(withheldTotal([part('RWA', 900), part('IND', 50), part('BGD', 50)])).toBeNull()
  })

  it('is suppressed when the second largest could estimate the largest', () => {
    expect(withheldTotal([part('RWA', 500), part('IND', 450), part('BGD', 50)])).toBeNull()
  })

  it('is shown, to two digits, when three or more hide each other', () => {
    expect(withheldTotal([part('RWA', 700), part('IND', 834), part('BGD', 900)])).toBe(2_400)
  })

  it('does not show one more record between two moments', () => {
    const before = [part('RWA', 700), part('IND', 834), part('BGD', 900)]
    expect(withheldTotal([...before, part('GHA', 13)])).toBe(withheldTotal(before))
  })
})

describe('any withheld rest', () => {
  it('is near its true size or suppressed, and suppressed for one or two contributors', () => {
    const parts = fc.array(fc.record({ contributor: fc.constantFrom('A', 'B', 'C', 'D', 'E'), quantity: fc.nat(1_000_000) }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(parts, (withheld) => {
        const total = withheldTotal(withheld)
        const sum = withheld.reduce((all, { quantity }) => all + quantity, 0)
        const contributors = new Set(withheld.filter(({ quantity }) => quantity > 0).map(({ contributor }) => contributor))
        expect(total !== null && Math.abs(total - sum) > sum / 20).toBe(false)
        expect(total !== null && (contributors.size === 1 || contributors.size === 2)).toBe(false)
      }),
    )
  })
})
