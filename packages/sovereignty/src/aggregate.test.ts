import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disclosedShares, disclosedTotal, suppressAlong, type Part } from './aggregate.ts'

const seen = (contributor: string, quantity: number): Part => ({ contributor, quantity, visible: true })
const hidden = (contributor: string, quantity: number): Part => ({ contributor, quantity, visible: false })

describe('totals that contain what the reader may not see', () => {
  it('are shown when nothing in them is withheld', () => {
    expect(disclosedTotal([seen('NPL', 40), seen('RWA', 2)])).toBe(42)
    expect(disclosedTotal([])).toBe(0)
  })

  it('are suppressed when fewer than three contributors are withheld', () => {
    expect(disclosedTotal([seen('NPL', 40), hidden('RWA', 7)])).toBeNull()
    expect(disclosedTotal([hidden('RWA', 7), hidden('RWA', 8), hidden('IND', 9)])).toBeNull()
  })

  it('keep the withheld parts when three or more hide each other', () => {
    expect(disclosedTotal([seen('NPL', 40), hidden('RWA', 7), hidden('IND', 8), hidden('BGD', 9)])).toBe(64)
  })

  it('are suppressed when one withheld contributor dominates or can be estimated by the second', () => {
    expect(disclosedTotal([hidden('RWA', 900), hidden('IND', 50), hidden('BGD', 50)])).toBeNull()
    expect(disclosedTotal([hidden('RWA', 500), hidden('IND', 450), hidden('BGD', 50)])).toBeNull()
  })

  it('put what is withheld under one name', () => {
    expect(disclosedShares([seen('NPL', 40), hidden('RWA', 7)])).toEqual([
      { contributor: 'NPL', quantity: 40 },
      { contributor: 'confidential contributor', quantity: null },
    ])
  })

  it('take a second total away where the others would give the suppressed one back', () => {
    expect(suppressAlong([10, null, 4, 0])).toEqual([10, null, null, 0])
    expect(suppressAlong([10, 3])).toEqual([10, 3])
    expect(suppressAlong([null, null, 4])).toEqual([null, null, 4])
  })
})

describe('any total', () => {
  const parts = fc.array(
    fc.record({ contributor: fc.constantFrom('A', 'B', 'C', 'D', 'E'), quantity: fc.nat(1_000), visible: fc.boolean() }),
    { maxLength: 12 },
  )
  it('is exact or suppressed, and never gives back the quantity of one withheld contributor', () => {
    fc.assert(
      fc.property(parts, (parts) => {
        const total = disclosedTotal(parts)
        const sum = parts.reduce((all, part) => all + part.quantity, 0)
        expect([sum, null]).toContain(total)
        const withheld = new Set(parts.filter((part) => !part.visible && part.quantity > 0).map((part) => part.contributor))
        expect(total !== null && (withheld.size === 1 || withheld.size === 2)).toBe(false)
      }),
    )
  })
})
