import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StrengthCommand, StrengthEvent } from '@muster/contracts/missions'
import { fold } from '@muster/kernel/decider'
import { specification, walk } from '@muster/kernel/testing'
import { strength, strengthIn, uniformed } from './strength.ts'

const given = specification(strength)
const none = { men: 0, women: 0 }
/** Synthetic figures. */
const june = {
  mission: 'UNMISS',
  contributor: 'NPL',
  month: '2013-06',
  troops: { men: 850, women: 12 },
  experts: { men: 5, women: 1 },
  formedPolice: none,
  individualPolice: { men: 20, women: 4 },
  source: 'sample',
}
const reported: StrengthEvent = { type: 'StrengthReported', ...june }

describe('reported strength', () => {
  test('is one report a month', () => {
    given()
      .when({ type: 'ReportStrength', ...june })
      .then(reported)
      .andAgain.thenNothing()
  })
  test('is corrected by another count of the same month, or the same count from another source', () => {
    given(reported)
      .when({ type: 'ReportStrength', ...june, troops: { men: 849, women: 13 } })
      .then({ type: 'StrengthCorrected', ...june, troops: { men: 849, women: 13 } })
      .andAgain.thenNothing()
    given(reported)
      .when({ type: 'ReportStrength', ...june, source: 'another' })
      .then({ type: 'StrengthCorrected', ...june, source: 'another' })
  })
  test('may say that nobody is there any more', () => {
    const gone = { ...june, month: '2013-07', troops: none, experts: none, individualPolice: none }
    given(reported)
      .when({ type: 'ReportStrength', ...gone })
      .then({ type: 'StrengthReported', ...gone })
  })
  test('is not of a month that has not begun, or that nobody can mean', () => {
    given()
      .when({ type: 'ReportStrength', ...june, month: '2027-02' }, { at: '2027-01-31T23:59:59.000Z' })
      .thenRefused('in-the-future')
    given()
      .when({ type: 'ReportStrength', ...june, month: '1900-01' })
      .thenRefused('implausible-day')
  })
  test('counts everyone in uniform', () => {
    expect(uniformed(june)).toBe(892)
    expect(strengthIn(fold(strength, [reported]), '2013-06')).toEqual(june)
    expect(strengthIn(fold(strength, [reported]), '2013-05')).toBeUndefined()
  })
})

test('the figures in force are the last told for each month, in whatever order they come', () => {
  const wish = fc
    .record({ month: fc.constantFrom('2013-05', '2013-06', '2013-07', '2013-08'), men: fc.integer({ min: 0, max: 3 }) })
    .map(({ month, men }): StrengthCommand => ({ type: 'ReportStrength', ...june, month, troops: { men, women: 0 } }))
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
      const state = walk(strength, wishes)
      for (const { month } of wishes) {
        expect(strengthIn(state, month)?.troops).toEqual(wishes.findLast((last) => last.month === month)?.troops)
      }
    }),
  )
})
