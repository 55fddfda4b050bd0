import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { missionCommands, type MissionCommand, type MissionEvent } from '@muster/contracts/missions'
import { fold } from '@muster/kernel/decider'
import { specification, walk } from '@muster/kernel/testing'
import { ceilingOn, mandateRunsOn, mission } from './mission.ts'

const given = specification(mission)
const usd = (amount: string) => ({ amount, currency: 'USD' })
const terms = {
  mission: 'MINUSMA',
  name: 'Mission in Mali',
  hosts: ['MLI'],
  formerPowers: ['FRA'],
  from: '2013-04-25',
  to: '2014-06-30',
}
const established: MissionEvent = { type: 'MissionEstablished', ...terms }
const extended: MissionEvent = { type: 'MandateExtended', mission: 'MINUSMA', to: '2023-06-30' }
const ended: MissionEvent = { type: 'MandateEnded', mission: 'MINUSMA', on: '2023-06-30' }
const budget = { mission: 'MINUSMA', fiscalYear: '2013/14', amount: usd('36668200000') }
const approved: MissionEvent = { type: 'BudgetApproved', ...budget }
const ceiling = { mission: 'MINUSMA', category: 'military', from: '2013-04-25', quantity: 11_200 } as const

describe('a mission', () => {
  test('is established once, whatever the order of its hosts', () => {
    given()
      .when({ type: 'EstablishMission', ...terms })
      .then(established)
      .andAgain.thenNothing()
    const twoHosts = { ...terms, hosts: ['IND', 'PAK'] }
    given({ type: 'MissionEstablished', ...twoHosts })
      .when({ type: 'EstablishMission', ...twoHosts, hosts: ['PAK', 'IND'] })
      .thenNothing()
  })
  test('is not established a second time with other terms', () => {
    given(established)
      .when({ type: 'EstablishMission', ...terms, from: '2013-07-01' })
      .thenRefused('mission-already-established', { from: '2013-04-25' })
  })
  test('must be established before anything is decided on it', () => {
    given()
      .when({ type: 'SetCeiling', ...ceiling })
      .thenRefused('mission-not-established')
    given().when({ type: 'EndMandate', mission: 'MINUSMA', on: '2023-06-30' }).thenRefused('mission-not-established')
    given()
      .when({ type: 'WithdrawRequirement', mission: 'MINUSMA', requirement: 'R1', reason: 'sample' })
      .thenRefused('mission-not-established')
  })
})

const soon = '2057-01-02'
const unmeant: ReadonlyArray<MissionCommand> = [
  { type: 'EstablishMission', ...terms, from: '0213-04-25' },
  { type: 'EstablishMission', ...terms, to: soon },
  { type: 'ExtendMandate', mission: 'MINUSMA', to: soon },
  { type: 'EndMandate', mission: 'MINUSMA', on: soon },
  { type: 'SetCeiling', ...ceiling, from: soon },
  { type: 'ApproveBudget', ...budget, fiscalYear: '2113/14' },
  { type: 'OrderCashCut', mission: 'MINUSMA', fiscalYear: '0213/14', permille: 150, reason: 'sample' },
  { type: 'WithdrawConsent', mission: 'MINUSMA', from: soon, reason: 'sample' },
]
test.each(unmeant)('$type on a day that nobody can mean is refused', (command) => {
  given(established).when(command).thenRefused('implausible-day')
})

describe('the mandate', () => {
  test('is extended to a later end', () => {
    given(established).when({ type: 'ExtendMandate', mission: 'MINUSMA', to: '2023-06-30' }).then(extended).andAgain.thenNothing()
  })
  test('gets its first end where none was set', () => {
    const { to: _, ...open } = terms
    given({ type: 'MissionEstablished', ...open })
      .when({ type: 'ExtendMandate', mission: 'MINUSMA', to: '2014-06-30' })
      .then({ type: 'MandateExtended', mission: 'MINUSMA', to: '2014-06-30' })
  })
  test('is not extended to an earlier end', () => {
    given(established, extended)
      .when({ type: 'ExtendMandate', mission: 'MINUSMA', to: '2022-06-30' })
      .thenRefused('mandate-not-extended', { to: '2023-06-30' })
  })
  test('is ended within its term, once and for all', () => {
    given(established, extended)
      .when({ type: 'EndMandate', mission: 'MINUSMA', on: '2023-06-30' })
      .then(ended)
      .andAgain.thenNothing()
    given(established, extended, ended)
      .when({ type: 'EndMandate', mission: 'MINUSMA', on: '2023-12-31' })
      .thenRefused('mandate-ended', { on: '2023-06-30' })
    given(established, extended, ended)
      .when({ type: 'ExtendMandate', mission: 'MINUSMA', to: '2024-06-30' })
      .thenRefused('mandate-ended')
  })
  test('ends neither before it begins nor after its term', () => {
    given(established)
      .when({ type: 'EndMandate', mission: 'MINUSMA', on: '2013-04-25' })
      .thenRefused('mandate-ends-before-it-begins', { from: '2013-04-25' })
    given(established)
      .when({ type: 'EndMandate', mission: 'MINUSMA', on: '2014-07-01' })
      .thenRefused('mandate-ends-after-its-term', { to: '2014-06-30' })
  })
  test('runs from its first day to its end', () => {
    const state = fold(mission, [established, extended])
    expect(['2013-04-24', '2013-04-25', '2023-06-29', '2023-06-30'].map((day) => mandateRunsOn(state, day))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(mandateRunsOn(fold(mission, [established, extended, { ...ended, on: '2020-01-01' }]), '2020-01-01')).toBe(false)
  })
})

describe('a ceiling', () => {
  test('is a dated step; the step in force counts', () => {
    const raised = { ...ceiling, from: '2016-06-29', quantity: 13_289 }
    given(established)
      .when({ type: 'SetCeiling', ...ceiling })
      .then({ type: 'CeilingSet', ...ceiling })
      .andAgain.thenNothing()
    const state = fold(mission, [established, { type: 'CeilingSet', ...raised }, { type: 'CeilingSet', ...ceiling }])
    expect(ceilingOn(state, 'military', '2016-06-28')).toBe(11_200)
    expect(ceilingOn(state, 'military', '2017-03-31')).toBe(13_289)
    expect(ceilingOn(state, 'police', '2017-03-31')).toBeUndefined()
  })
  test('is set anew for the same day by a later word', () => {
    given(established, { type: 'CeilingSet', ...ceiling })
      .when({ type: 'SetCeiling', ...ceiling, quantity: 12_000 })
      .then({ type: 'CeilingSet', ...ceiling, quantity: 12_000 })
      .andAgain.thenNothing()
  })
  test('is not set for days after the end', () => {
    given(established, ended)
      .when({ type: 'SetCeiling', ...ceiling, from: '2023-06-30' })
      .thenRefused('mandate-ended')
  })
})

describe('money', () => {
  test('is budgeted by fiscal year, and a budget may be revised', () => {
    given(established)
      .when({ type: 'ApproveBudget', ...budget })
      .then(approved)
      .andAgain.thenNothing()
    given(established, approved)
      .when({ type: 'ApproveBudget', ...budget, amount: usd('40000000000') })
      .then({ ...approved, amount: usd('40000000000') })
      .andAgain.thenNothing()
  })
  test('is cut only from an approved budget; a later order replaces an earlier one', () => {
    const cut = { mission: 'MINUSMA', fiscalYear: '2013/14', permille: 150, reason: 'sample' }
    given(established, approved)
      .when({ type: 'OrderCashCut', ...cut })
      .then({ type: 'CashCutOrdered', ...cut })
      .andAgain.thenNothing()
    given(established, approved, { type: 'CashCutOrdered', ...cut })
      .when({ type: 'OrderCashCut', ...cut, permille: 200 })
      .then({ type: 'CashCutOrdered', ...cut, permille: 200 })
    given(established)
      .when({ type: 'OrderCashCut', ...cut })
      .thenRefused('no-budget')
  })
  test('comes in day by day, in the currency of the budget', () => {
    const receipt = { mission: 'MINUSMA', fiscalYear: '2013/14', amount: usd('100'), on: '2013-09-01' }
    given(established, approved)
      .when({ type: 'RecordCash', ...receipt })
      .then({ type: 'CashReceived', ...receipt })
      .andAgain.thenNothing()
    given(established, approved, { type: 'CashReceived', ...receipt })
      .when({ type: 'RecordCash', ...receipt, amount: usd('200') })
      .thenRefused('cash-already-recorded', { amount: usd('100') })
    given(established, approved)
      .when({ type: 'RecordCash', ...receipt, amount: { amount: '100', currency: 'EUR' } })
      .thenRefused('currency-differs', { currency: 'USD' })
    given(established, approved)
      .when({ type: 'ApproveBudget', ...budget, amount: { amount: '100', currency: 'EUR' } })
      .thenRefused('currency-differs')
    given(established)
      .when({ type: 'RecordCash', ...receipt })
      .thenRefused('no-budget')
  })
  test('is not received before its day', () => {
    given(established, approved)
      .when({ type: 'RecordCash', mission: 'MINUSMA', fiscalYear: '2013/14', amount: usd('100'), on: '2027-01-02' })
      .thenRefused('in-the-future')
  })
  test('belongs to years that follow each other', () => {
    const ofYear = (fiscalYear: string) => missionCommands.ApproveBudget.safeParse({ ...budget, fiscalYear }).success
    expect(['2013/14', '1999/00'].map(ofYear)).toEqual([true, true])
    expect(['2013/15', '2013/13', '2013/2014'].map(ofYear)).toEqual([false, false, false])
  })
  test('goes on after the end of the mandate: liquidation has a budget', () => {
    given(established, extended, ended)
      .when({ type: 'ApproveBudget', ...budget, fiscalYear: '2023/24' })
      .then({ ...approved, fiscalYear: '2023/24' })
  })
})

const day = fc.integer({ min: 2010, max: 2026 }).map((year) => `${year}-01-01`)
const id = { mission: 'MINUSMA' }
const wish: fc.Arbitrary<MissionCommand> = fc.oneof(
  day.map((to): MissionCommand => ({ type: 'ExtendMandate', ...id, to })),
  day.map((on): MissionCommand => ({ type: 'EndMandate', ...id, on })),
  fc
    .record({ category: fc.constantFrom('military', 'police'), from: day, quantity: fc.integer({ min: 0, max: 2 }) })
    .map((step): MissionCommand => ({ type: 'SetCeiling', ...id, ...step })),
  fc.constantFrom('1', '2').map((amount): MissionCommand => ({ type: 'ApproveBudget', ...budget, amount: usd(amount) })),
  day.map((on): MissionCommand => ({ type: 'RecordCash', ...id, fiscalYear: '2013/14', amount: usd('1'), on })),
  fc
    .integer({ min: 1, max: 3 })
    .map((permille): MissionCommand => ({ type: 'OrderCashCut', ...id, fiscalYear: '2013/14', permille, reason: 'r' })),
)

test('an ended mandate never moves, and repeated wishes change nothing, under any history', () => {
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes) => {
      let end: string | undefined
      walk(mission, [{ type: 'EstablishMission', ...terms }, ...wishes], ({ mandate, establishment }, events) => {
        const closed = end
        expect(closed === undefined || mandate.ended === closed).toBe(true)
        expect(events.filter((event) => closed !== undefined && event.type === 'CeilingSet' && event.from >= closed)).toEqual([])
        expect(mandate.ended === undefined || mandate.ended > (establishment?.from ?? '')).toBe(true)
        end = mandate.ended
      })
    }),
  )
})
