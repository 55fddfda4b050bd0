/** The rule book of what keeps a pledge good: readiness, caveats, renewal. One rule a sentence. */
import { describe, test } from 'vitest'
import type { PledgeEvent } from '@muster/contracts/pledging'
import { specification } from '@muster/kernel/testing'
import { pledge } from './pledge.ts'
import { accepted, acknowledged, submitted, validUntil } from './testing.ts'

const given = specification(pledge)
const P1 = { pledge: 'P1' }
const inForce = [submitted, acknowledged, accepted]

describe('readiness', () => {
  const visit = { ...P1, visit: 'AAV 2027/3', on: '2027-01-01' }
  const raised: PledgeEvent = { type: 'PledgeReadinessRaised', ...visit, level: 3 }
  test('goes up and down with what a visit finds', () => {
    given(...inForce)
      .when({ type: 'AssessReadiness', ...visit, level: 3 })
      .then(raised)
      .andAgain.thenNothing()
    given(...inForce, raised)
      .when({ type: 'AssessReadiness', ...visit, level: 2 })
      .then({ type: 'PledgeReadinessLowered', ...visit, level: 2 })
      .andAgain.thenNothing()
  })
  test('found as it was is already so', () => {
    given(...inForce)
      .when({ type: 'AssessReadiness', ...visit, level: 1 })
      .thenNothing()
  })
  test('needs an accepted pledge', () => {
    given(submitted)
      .when({ type: 'AssessReadiness', ...visit, level: 2 })
      .thenRefused('pledge-not-accepted')
  })
  test('is not changed by a visit older than the last', () => {
    given(...inForce, raised)
      .when({ type: 'AssessReadiness', ...visit, level: 1, on: '2026-12-01' })
      .thenRefused('older-visit', { lastVisit: '2027-01-01' })
  })
  test('is not found by a visit still to come', () => {
    given(...inForce)
      .when({ type: 'AssessReadiness', ...visit, level: 2, on: '2027-01-02' })
      .thenRefused('in-the-future')
  })
  test('is not the rapid level with a notice above 60 days', () => {
    given({ ...submitted, noticeDays: 90 }, acknowledged, accepted)
      .when({ type: 'AssessReadiness', ...visit, level: 4 })
      .thenRefused('notice-too-long', { noticeDays: 90 })
  })
})

describe('caveats', () => {
  const caveat = { kind: 'not-in-mission' as const, mission: 'UNMISS' }
  const declared: PledgeEvent = { type: 'PledgeCaveatDeclared', ...P1, caveat }
  test('are declared once', () => {
    given(submitted)
      .when({ type: 'DeclareCaveat', ...P1, caveat })
      .then(declared)
      .andAgain.thenNothing()
  })
  test('are lifted once', () => {
    given(submitted, declared)
      .when({ type: 'LiftCaveat', ...P1, caveat })
      .then({ type: 'PledgeCaveatLifted', ...P1, caveat })
      .andAgain.thenNothing()
  })
  test('are fifty at most', () => {
    const caveats = Array.from({ length: 50 }, (_, number) => ({ kind: 'no-task' as const, task: `task ${number}` }))
    given({ ...submitted, caveats })
      .when({ type: 'DeclareCaveat', ...P1, caveat })
      .thenRefused('too-many-caveats')
  })
})

describe('renewal', () => {
  test('adds up to six months to the validity', () => {
    given(submitted)
      .when({ type: 'RenewPledge', ...P1, validUntil: '2028-07-01' })
      .then({ type: 'PledgeRenewed', ...P1, validUntil: '2028-07-01' })
      .andAgain.thenNothing()
    given(submitted)
      .when({ type: 'RenewPledge', ...P1, validUntil: '2028-07-02' })
      .thenRefused('renewal-too-long', { latest: '2028-07-01' })
  })
  test('without a day is for six months from today', () => {
    given(submitted)
      .when({ type: 'RenewPledge', ...P1 }, { at: '2027-12-15T00:00:00.000Z' })
      .then({ type: 'PledgeRenewed', ...P1, validUntil: '2028-06-15' })
      .andAgain.thenNothing()
  })
  test('without a day is already so while the pledge is valid longer than that', () => {
    given(submitted)
      .when({ type: 'RenewPledge', ...P1 })
      .thenNothing()
  })
  test('comes late as long as the pledge has not expired, and then counts from today', () => {
    given(submitted)
      .when({ type: 'RenewPledge', ...P1, validUntil: '2028-09-01' }, { at: '2028-03-01T00:00:00.000Z' })
      .then({ type: 'PledgeRenewed', ...P1, validUntil: '2028-09-01' })
  })
  test('never shortens', () => {
    given(submitted)
      .when({ type: 'RenewPledge', ...P1, validUntil: '2027-12-31' })
      .thenRefused('validity-not-extended', { validUntil })
  })
  test('to a day that is over is refused', () => {
    given(submitted)
      .when({ type: 'RenewPledge', ...P1, validUntil: '2028-02-01' }, { at: '2028-03-01T00:00:00.000Z' })
      .thenRefused('validity-is-over')
  })
})
