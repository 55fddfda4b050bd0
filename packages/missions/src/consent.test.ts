import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MissionCommand, MissionEvent } from '@muster/contracts/missions'
import { fold } from '@muster/kernel/decider'
import { specification, walk } from '@muster/kernel/testing'
import { hostConsents, mission } from './mission.ts'

const given = specification(mission)
const established: MissionEvent = {
  type: 'MissionEstablished',
  mission: 'UNAMID',
  name: 'Darfur',
  hosts: ['SDN'],
  formerPowers: [],
  from: '2007-07-31',
}
const thailand = { mission: 'UNAMID', contributor: 'THA', from: '2008-03-01', reason: 'sample' }
const whole = { mission: 'UNAMID', from: '2023-06-16', reason: 'sample' }
const granted: MissionEvent = { type: 'HostConsentGranted', ...thailand }
const refused: MissionEvent = { type: 'HostConsentRefused', ...thailand }
const withdrawn: MissionEvent = { type: 'HostConsentWithdrawn', ...thailand }

describe('host consent', () => {
  test('is granted, refused or withdrawn once', () => {
    given(established)
      .when({ type: 'GrantConsent', ...thailand })
      .then(granted)
      .andAgain.thenNothing()
    given(established)
      .when({ type: 'RefuseConsent', ...thailand })
      .then(refused)
      .andAgain.thenNothing()
    given(established)
      .when({ type: 'WithdrawConsent', ...thailand })
      .then(withdrawn)
      .andAgain.thenNothing()
  })
  test('once granted is withdrawn, not refused', () => {
    given(established, granted)
      .when({ type: 'RefuseConsent', ...thailand, from: '2009-01-01' })
      .thenRefused('consent-was-granted')
    given(established, granted)
      .when({ type: 'WithdrawConsent', ...thailand, from: '2009-01-01' })
      .then({ ...withdrawn, from: '2009-01-01' })
      .andAgain.thenNothing()
  })
  test('once withdrawn is not refused as well, and once refused is not withdrawn', () => {
    given(established, withdrawn)
      .when({ type: 'RefuseConsent', ...thailand, from: '2009-01-01' })
      .thenRefused('consent-already-withdrawn')
    given(established, refused)
      .when({ type: 'WithdrawConsent', ...thailand, from: '2009-01-01' })
      .thenRefused('consent-never-given')
  })
  test('may be granted after a refusal', () => {
    given(established, refused)
      .when({ type: 'GrantConsent', ...thailand, from: '2010-01-01' })
      .then({ ...granted, from: '2010-01-01' })
      .andAgain.thenNothing()
  })
  test('comes in order of its days', () => {
    given(established, refused)
      .when({ type: 'GrantConsent', ...thailand, from: '2008-01-01' })
      .thenRefused('consent-out-of-order', { from: '2008-03-01' })
  })
  test('means nothing after the end of the mandate', () => {
    given(established, { type: 'MandateEnded', mission: 'UNAMID', on: '2020-12-31' })
      .when({ type: 'WithdrawConsent', ...whole })
      .thenRefused('mandate-ended')
  })
  test('of the whole mission and of the contributor must both be there', () => {
    const state = fold(mission, [established, refused, { type: 'HostConsentWithdrawn', ...whole }])
    expect(hostConsents(state, 'THA', '2008-02-28')).toBe(true)
    expect(hostConsents(state, 'THA', '2008-03-01')).toBe(false)
    expect(hostConsents(state, 'NPL', '2023-06-15')).toBe(true)
    expect(hostConsents(state, 'NPL', '2023-06-16')).toBe(false)
  })
})

test('the steps of one subject are in order and never say the same twice in a row, under any history', () => {
  const wish = fc
    .record({
      type: fc.constantFrom('GrantConsent', 'RefuseConsent', 'WithdrawConsent'),
      contributor: fc.constantFrom(undefined, 'THA', 'NPL'),
      from: fc.constantFrom('2008-01-01', '2009-01-01', '2010-01-01'),
    })
    .map((step): MissionCommand => ({ mission: 'UNAMID', reason: 'sample', ...step }))
  const establish: MissionCommand = { ...established, type: 'EstablishMission' }
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
      walk(mission, [establish, ...wishes], ({ consents }) => {
        for (const contributor of [undefined, 'THA', 'NPL']) {
          const steps = consents.filter((step) => step.contributor === contributor)
          steps.slice(1).forEach((step, index) => {
            expect(step.from >= (steps[index]?.from ?? '')).toBe(true)
            expect(step.stance).not.toBe(steps[index]?.stance)
          })
        }
      })
    }),
  )
})
