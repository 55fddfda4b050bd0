/** The rule book of amendments. One rule a sentence. */
import { describe, test } from 'vitest'
import type { Of } from '@muster/contracts/message'
import type { PledgeEvent } from '@muster/contracts/pledging'
import { specification } from '@muster/kernel/testing'
import { pledge } from './pledge.ts'
import { accepted, acknowledged, day, submitted, terms, validUntil } from './testing.ts'

const given = specification(pledge)
const P1 = { pledge: 'P1' }
const inForce = [submitted, acknowledged, accepted]
const reserved: Of<PledgeEvent, 'CapacityReserved'> = {
  type: 'CapacityReserved',
  ...P1,
  commitment: 'C1',
  quantity: 3,
  from: day(5),
  to: day(20),
}

describe('amending', () => {
  test('is a new version with the whole terms and the names of what changed', () => {
    given(...inForce)
      .when({ type: 'AmendPledge', ...P1, quantity: 5, noticeDays: 30, to: terms.to })
      .then({
        type: 'PledgeAmended',
        ...P1,
        version: 2,
        changed: ['quantity', 'noticeDays'],
        terms: { ...terms, validUntil, quantity: 5, noticeDays: 30 },
      })
      .andAgain.thenNothing()
  })
  test('keeps the readiness that a visit has found', () => {
    const raised: PledgeEvent = { type: 'PledgeReadinessRaised', ...P1, level: 3, visit: 'AAV 2027/3', on: '2027-01-01' }
    given(...inForce, raised)
      .when({ type: 'AmendPledge', ...P1, note: 'x' })
      .then({
        type: 'PledgeAmended',
        ...P1,
        version: 2,
        changed: ['note'],
        terms: { ...terms, validUntil, readiness: 3, note: 'x' },
      })
  })
  test('below what is spoken for on any day is refused, naming that day', () => {
    given(...inForce, reserved)
      .when({ type: 'AmendPledge', ...P1, quantity: 2 })
      .thenRefused('below-what-is-spoken-for', { day: day(5), spokenFor: 3, offered: 2 })
    given(...inForce, reserved)
      .when({ type: 'AmendPledge', ...P1, to: day(15) })
      .thenRefused('below-what-is-spoken-for', { day: day(15), spokenFor: 3, offered: 0 })
  })
  test('down to exactly what is spoken for is allowed', () => {
    given(...inForce, reserved)
      .when({ type: 'AmendPledge', ...P1, quantity: 3, from: day(5), to: day(20) })
      .then({
        type: 'PledgeAmended',
        ...P1,
        version: 2,
        changed: ['quantity', 'from', 'to'],
        terms: { ...terms, quantity: 3, from: day(5), to: day(20), validUntil },
      })
  })
  test('of the unit size keeps what is held in whole units', () => {
    given(...inForce, reserved)
      .when({ type: 'AmendPledge', ...P1, unitSize: 2 })
      .thenRefused('not-whole-units', { unitSize: 2, commitment: 'C1' })
    given(...inForce, { ...reserved, quantity: 2 })
      .when({ type: 'AmendPledge', ...P1, unitSize: 2 })
      .then({
        type: 'PledgeAmended',
        ...P1,
        version: 2,
        changed: ['unitSize'],
        terms: { ...terms, validUntil, unitSize: 2 },
      })
      .andAgain.thenNothing()
  })
  test('does not earmark it for a mission that a caveat excludes', () => {
    const caveat = { kind: 'not-in-mission' as const, mission: 'UNMISS' }
    const declared: PledgeEvent = { type: 'PledgeCaveatDeclared', ...P1, caveat }
    const amendment = { type: 'AmendPledge' as const, ...P1, earmark: ['UNMISS', 'MINUSCA'] }
    given(submitted, declared).when(amendment).thenRefused('caveat-against-earmark', { mission: 'UNMISS' })
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, earmark: ['UNMISS'], caveats: [caveat] })
      .thenRefused('caveat-against-earmark')
  })
  test('of something else leaves a caveat that was declared beside the earmark as it is', () => {
    const earmarked: PledgeEvent = { ...submitted, earmark: ['UNMISS'] }
    const caveat = { kind: 'not-in-mission' as const, mission: 'UNMISS' }
    given(earmarked, { type: 'PledgeCaveatDeclared', ...P1, caveat })
      .when({ type: 'AmendPledge', ...P1, quantity: 5 })
      .then({
        type: 'PledgeAmended',
        ...P1,
        version: 2,
        changed: ['quantity'],
        terms: { ...terms, validUntil, earmark: ['UNMISS'], caveats: [caveat], quantity: 5 },
      })
      .andAgain.thenNothing()
  })
  test('cannot turn units into money or money into units', () => {
    const amount = { amount: '100', currency: 'EUR' }
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, amount })
      .thenRefused('unit-fixed')
    const { quantity: _, ...others } = terms
    given({ type: 'PledgeSubmitted', ...P1, ...others, amount })
      .when({ type: 'AmendPledge', ...P1, quantity: 3 })
      .thenRefused('unit-fixed')
  })
  test('corrects a currency only as long as nothing is drawn', () => {
    const { quantity: _, ...others } = terms
    const euros: PledgeEvent = {
      type: 'PledgeSubmitted',
      ...P1,
      ...others,
      validUntil,
      amount: { amount: '100', currency: 'EUR' },
    }
    const amount = { amount: '100', currency: 'CHF' }
    given(euros)
      .when({ type: 'AmendPledge', ...P1, amount })
      .then({ type: 'PledgeAmended', ...P1, version: 2, changed: ['amount'], terms: { ...others, validUntil, amount } })
    given(euros, acknowledged, accepted, reserved)
      .when({ type: 'AmendPledge', ...P1, amount })
      .thenRefused('currency-fixed')
  })
  test('cannot raise the readiness of an accepted pledge, but can lower it', () => {
    given(...inForce)
      .when({ type: 'AmendPledge', ...P1, readiness: 2 })
      .thenRefused('visit-needed')
    given({ ...submitted, readiness: 3 }, acknowledged, accepted)
      .when({ type: 'AmendPledge', ...P1, readiness: 2 })
      .then({ type: 'PledgeAmended', ...P1, version: 2, changed: ['readiness'], terms: { ...terms, validUntil, readiness: 2 } })
  })
  test('shortens the validity, renewing lengthens it', () => {
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, validUntil: '2028-01-02' })
      .thenRefused('renewal-needed')
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, validUntil: '2027-01-01' })
      .thenRefused('validity-is-over')
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, validUntil: '2027-06-30' })
      .then({ type: 'PledgeAmended', ...P1, version: 2, changed: ['validUntil'], terms: { ...terms, validUntil: '2027-06-30' } })
  })
  test('obeys the rules of a submission', () => {
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, to: day(-5) })
      .thenRefused('window-ends-before-it-begins')
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, unitSize: 3 })
      .thenRefused('not-whole-units')
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, to: day(20) }, { at: '2027-03-01T00:00:00.000Z' })
      .thenRefused('window-is-over')
  })
  test('of anything but the window is possible when the window is over', () => {
    given(submitted)
      .when({ type: 'AmendPledge', ...P1, note: 'late' }, { at: '2027-03-01T00:00:00.000Z' })
      .then({ type: 'PledgeAmended', ...P1, version: 2, changed: ['note'], terms: { ...terms, validUntil, note: 'late' } })
  })
})
