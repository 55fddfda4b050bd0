import { describe, expect, it } from 'vitest'
import { inPlainWords, moneyInWords } from './plain-words.ts'
import { pledgeSubmitted, strengthReported, world } from './testing/events.ts'

describe('plain words', () => {
  it('make a whole sentence of every event', () => {
    for (const event of world) {
      const text = inPlainWords(event)
      expect(text).not.toMatch(/undefined|null|\[object/)
      expect(text.length).toBeGreaterThan(10)
    }
  })

  it('name quantities, money and persons as people do', () => {
    expect(inPlainWords(pledgeSubmitted('P1', { quantity: undefined, amount: { amount: '8200000000', currency: 'EUR' } }))).toBe(
      'NPL pledged EUR 82,000,000.00 from 2027-01-01 to 2028-01-01 (its reference NPL/P1).',
    )
    expect(moneyInWords({ amount: '7', currency: 'USD' })).toBe('USD 0.07')
    expect(inPlainWords(strengthReported('UNMISS', 'NPL', '2027-01', 1_700, 20))).toBe(
      'UNMISS reported NPL in 2027-01: 1700 troops, 0 experts, 20 in formed police units, 0 individual police.',
    )
  })
})
