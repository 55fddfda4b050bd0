import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExchangeRateCommand, ExchangeRateEvent } from '@muster/contracts/contributors'
import { fold } from '@muster/kernel/decider'
import { specification, walk } from '@muster/kernel/testing'
import { exchangeRate, inUsCents, rateOn } from './exchange-rate.ts'

const given = specification(exchangeRate)
/** Synthetic: one euro is 1.0834 dollars. */
const euro = { currency: 'EUR', on: '2027-01-04', centsPerMillion: 1_083_400, source: 'sample' }
const recorded: ExchangeRateEvent = { type: 'ExchangeRateRecorded', ...euro }

describe('an exchange rate', () => {
  test('is recorded once a day', () => {
    given()
      .when({ type: 'RecordExchangeRate', ...euro })
      .then(recorded)
      .andAgain.thenNothing()
  })
  test('of a day never changes', () => {
    given(recorded)
      .when({ type: 'RecordExchangeRate', ...euro, centsPerMillion: 1 })
      .thenRefused('rate-already-recorded', { centsPerMillion: 1_083_400 })
  })
  test('of the dollar to itself is refused', () => {
    given()
      .when({ type: 'RecordExchangeRate', ...euro, currency: 'USD' })
      .thenRefused('rate-of-the-dollar')
  })
  test('holds until the next one', () => {
    const rates = fold(exchangeRate, [recorded, { ...recorded, on: '2027-02-01', centsPerMillion: 1_100_000 }])
    expect(rateOn(rates, '2027-01-31')?.centsPerMillion).toBe(1_083_400)
    expect(rateOn(rates, '2027-01-03')).toBeUndefined()
  })
  test('converts to the nearest cent: EUR 820,000.00 is USD 888,388.00', () => {
    expect(inUsCents(82_000_000n, euro)).toBe(88_838_800n)
    expect(inUsCents(1n, { centsPerMillion: 500_000 })).toBe(1n)
    expect(inUsCents(1n, { centsPerMillion: 499_999 })).toBe(0n)
  })
})

test('the first rate of a day stays, under any history', () => {
  const wish = fc
    .record({ on: fc.constantFrom('2027-01-01', '2027-01-02', '2027-01-03'), centsPerMillion: fc.integer({ min: 1, max: 3 }) })
    .map((rate): ExchangeRateCommand => ({ type: 'RecordExchangeRate', ...euro, ...rate }))
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 20 }), (wishes) => {
      const rates = walk(exchangeRate, wishes)
      for (const { on } of wishes) {
        expect(rateOn(rates, on)?.centsPerMillion).toBe(wishes.find((first) => first.on === on)?.centsPerMillion)
      }
    }),
  )
})
