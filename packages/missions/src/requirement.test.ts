import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MissionCommand, MissionEvent } from '@muster/contracts/missions'
import { fold } from '@muster/kernel/decider'
import { specification, walk } from '@muster/kernel/testing'
import { mission, requirementsOf } from './mission.ts'

const given = specification(mission)
const established: MissionEvent = {
  type: 'MissionEstablished',
  mission: 'MINUSCA',
  name: 'Central African Republic',
  hosts: ['CAF'],
  formerPowers: ['FRA'],
  from: '2014-04-10',
  to: '2027-11-15',
}
const ended: MissionEvent = { type: 'MandateEnded', mission: 'MINUSCA', on: '2027-06-30' }
const terms = {
  mission: 'MINUSCA',
  requirement: 'R1',
  capability: 'INF-BN',
  accepts: ['INF-CO', 'MECH-BN'],
  tier: 1,
  weight: 8,
  counts: 'copies',
  quantity: 3,
  from: '2027-01-01',
  to: '2028-01-01',
  minTourDays: 180,
  minReadiness: 2,
  languages: ['fr', 'en'],
  standards: [],
  excludes: [],
  needs: ['R7'],
} as const satisfies Omit<Extract<MissionCommand, { type: 'IssueRequirement' }>, 'type'>
const line = {
  ...terms,
  accepts: [...terms.accepts],
  languages: [...terms.languages],
  standards: [],
  excludes: [],
  needs: ['R7'],
}
const issued: MissionEvent = { type: 'RequirementIssued', version: 1, ...line }
const withdrawn: MissionEvent = { type: 'RequirementWithdrawn', mission: 'MINUSCA', requirement: 'R1', reason: 'sample' }

describe('a requirement', () => {
  test('is issued as version 1, whatever the order of its lists', () => {
    given(established)
      .when({ type: 'IssueRequirement', ...line })
      .then(issued)
      .andAgain.thenNothing()
    given(established, issued)
      .when({ type: 'IssueRequirement', ...line, accepts: ['MECH-BN', 'INF-CO'], languages: ['en', 'fr'] })
      .thenNothing()
  })
  test('excludes contributors with a reason, in any order', () => {
    const excludes = ['TCD', 'RWA'].map((contributor) => ({ contributor, reason: 'sample' }))
    given(established, { ...issued, excludes })
      .when({ type: 'IssueRequirement', ...line, excludes: excludes.toReversed() })
      .thenNothing()
    given(established, { ...issued, excludes })
      .when({ type: 'ReviseRequirement', ...line, excludes: excludes.slice(1) })
      .then({ ...issued, type: 'RequirementRevised', excludes: excludes.slice(1), version: 2 })
  })
  test('may reach beyond the present term of the mandate, which is renewed as a rule', () => {
    given(established)
      .when({ type: 'IssueRequirement', ...line, to: '2029-01-01' })
      .then({ ...issued, to: '2029-01-01' })
  })
  test('begins no earlier than the mandate and ends no later than an ended one', () => {
    given(established)
      .when({ type: 'IssueRequirement', ...line, from: '2014-04-09' })
      .thenRefused('outside-the-mandate', { from: '2014-04-10' })
    given(established, ended)
      .when({ type: 'IssueRequirement', ...line })
      .thenRefused('outside-the-mandate', { to: '2027-06-30' })
    given(established, issued, ended)
      .when({ type: 'ReviseRequirement', ...line, quantity: 2 })
      .thenRefused('outside-the-mandate')
    given(established, issued, ended)
      .when({ type: 'ReviseRequirement', ...line, to: '2027-06-30' })
      .then({ type: 'RequirementRevised', ...line, to: '2027-06-30', version: 2 })
  })
  test('is not issued twice with other terms', () => {
    given(established, issued)
      .when({ type: 'IssueRequirement', ...line, quantity: 4 })
      .thenRefused('requirement-already-issued', { version: 1 })
  })
  test('is revised as the next version', () => {
    const second: MissionEvent = { type: 'RequirementRevised', ...line, quantity: 4, version: 2 }
    given(established, issued)
      .when({ type: 'ReviseRequirement', ...line, quantity: 4 })
      .then(second)
      .andAgain.thenNothing()
    given(established, issued, second)
      .when({ type: 'ReviseRequirement', ...line, quantity: 5 })
      .then({ ...second, quantity: 5, version: 3 })
  })
  test('is withdrawn once and never revives', () => {
    given(established, issued)
      .when({ type: 'WithdrawRequirement', mission: 'MINUSCA', requirement: 'R1', reason: 'sample' })
      .then(withdrawn)
      .andAgain.thenNothing()
    given(established, issued, withdrawn)
      .when({ type: 'IssueRequirement', ...line })
      .thenRefused('requirement-withdrawn')
    given(established, issued, withdrawn)
      .when({ type: 'ReviseRequirement', ...line, quantity: 9 })
      .thenRefused('requirement-withdrawn')
  })
  test('for days that nobody can mean is refused', () => {
    given(established)
      .when({ type: 'IssueRequirement', ...line, to: '9999-01-01' })
      .thenRefused('implausible-day')
    given(established, issued)
      .when({ type: 'ReviseRequirement', ...line, from: '2026-01-01', to: '2056-01-02' })
      .thenRefused('implausible-window')
  })
  test('must be known to be revised or withdrawn', () => {
    given(established)
      .when({ type: 'ReviseRequirement', ...line })
      .thenRefused('unknown-requirement')
    given(established)
      .when({ type: 'WithdrawRequirement', mission: 'MINUSCA', requirement: 'R1', reason: 'sample' })
      .thenRefused('unknown-requirement')
  })
  test('does not depend on itself', () => {
    given(established)
      .when({ type: 'IssueRequirement', ...line, needs: ['R1'] })
      .thenRefused('requirement-needs-itself')
  })
})

test('versions count up by one and a withdrawn line stays withdrawn, under any history', () => {
  const requirement = fc.constantFrom('R1', 'R2', 'R3')
  const wish = fc.oneof(
    fc
      .record({
        type: fc.constantFrom('IssueRequirement', 'ReviseRequirement'),
        requirement,
        quantity: fc.integer({ min: 1, max: 3 }),
      })
      .map((change): MissionCommand => ({ ...line, ...change })),
    requirement.map((id): MissionCommand => ({
      type: 'WithdrawRequirement',
      mission: 'MINUSCA',
      requirement: id,
      reason: 'sample',
    })),
  )
  const establish: MissionCommand = { ...established, type: 'EstablishMission' }
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes) => {
      const history: MissionEvent[] = []
      walk(mission, [establish, ...wishes], (_, events) => history.push(...events))
      for (const id of ['R1', 'R2', 'R3']) {
        const own = history.filter((event) => 'requirement' in event && event.requirement === id)
        const versions = own.flatMap((event) => ('version' in event ? event.version : []))
        expect(versions).toEqual(versions.map((_, index) => index + 1))
        expect(own.slice(0, -1).some(({ type }) => type === 'RequirementWithdrawn')).toBe(false)
      }
      const alive = requirementsOf(fold(mission, history)).map(({ terms }) => terms.requirement)
      expect(alive).toEqual(alive.toSorted())
    }),
  )
})
