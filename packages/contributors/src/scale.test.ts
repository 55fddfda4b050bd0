import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScaleCommand, ScaleEvent } from '@muster/contracts/contributors'
import { specification, walk } from '@muster/kernel/testing'
import { scale } from './scale.ts'

const given = specification(scale)
const terms = {
  scale: '2025-2027',
  from: '2025-01-01',
  to: '2028-01-01',
  rates: [
    { contributor: 'USA', regularPpm: 220_000 },
    { contributor: 'NPL', regularPpm: 100, peacekeepingPpm: 10 },
  ],
  source: 'sample',
}
const adopted: ScaleEvent = { type: 'ScaleAdopted', ...terms }

describe('a scale of assessments', () => {
  test('is adopted once, whatever the order of its rates', () => {
    given()
      .when({ type: 'AdoptScale', ...terms })
      .then(adopted)
      .andAgain.thenNothing()
    given(adopted)
      .when({ type: 'AdoptScale', ...terms, rates: terms.rates.toReversed() })
      .thenNothing()
  })
  test('is corrected when told other rates', () => {
    const rates = [{ contributor: 'USA', regularPpm: 220_000 }]
    given(adopted)
      .when({ type: 'AdoptScale', ...terms, rates })
      .then({ type: 'ScaleCorrected', ...terms, rates })
      .andAgain.thenNothing()
  })
  test('keeps its period', () => {
    given(adopted)
      .when({ type: 'AdoptScale', ...terms, to: '2029-01-01' })
      .thenRefused('scale-period-fixed', { to: '2028-01-01' })
  })
  test('gives a state one rate', () => {
    given()
      .when({ type: 'AdoptScale', ...terms, rates: [...terms.rates, { contributor: 'NPL' }] })
      .thenRefused('rate-given-twice')
  })
  test('adds up to the whole, give or take the rounding of published rates', () => {
    const split = (third: number) => ({
      ...terms,
      rates: ['AAA', 'BBB', 'CCC'].map((contributor) => ({ contributor, peacekeepingPpm: third })),
    })
    given()
      .when({ type: 'AdoptScale', ...split(333_334) })
      .thenRefused('scale-above-whole', { sum: 1_000_002 })
    given()
      .when({ type: 'AdoptScale', ...split(333_333) })
      .then({ type: 'ScaleAdopted', ...split(333_333) })
    const rounded = { ...terms, rates: [...split(333_333).rates, { contributor: 'DDD', peacekeepingPpm: 3 }] }
    given()
      .when({ type: 'AdoptScale', ...rounded })
      .then({ type: 'ScaleAdopted', ...rounded })
  })
})

test('no history of wishes makes a state pay twice or all pay more than the whole', () => {
  const rate = fc.record({ contributor: fc.constantFrom('AAA', 'BBB', 'CCC'), regularPpm: fc.integer({ min: 0, max: 600_000 }) })
  const wish = fc
    .array(rate, { minLength: 1, maxLength: 4 })
    .map((rates): ScaleCommand => ({ type: 'AdoptScale', ...terms, rates }))
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 10 }), (wishes) => {
      walk(scale, wishes, ({ adopted: rates }) => {
        const given = rates?.rates ?? []
        expect(new Set(given.map(({ contributor }) => contributor)).size).toBe(given.length)
        expect(given.reduce((sum, { regularPpm }) => sum + (regularPpm ?? 0), 0)).toBeLessThanOrEqual(1_000_002)
      })
    }),
  )
})
