/** The rule book of a pledge's capacity: what commitments may hold of it, and when. */
import { describe, expect, test } from 'vitest'
import type { Of } from '@muster/contracts/message'
import { pledgeCommands, pledgeEvents, type PledgeEvent } from '@muster/contracts/pledging'
import { fold } from '@muster/kernel/decider'
import { specification } from '@muster/kernel/testing'
import { capacityOn, capacityStretches, pledge } from './pledge.ts'
import { accepted, acknowledged, day, submitted, terms, validUntil } from './testing.ts'

const given = specification(pledge)
const P1 = { pledge: 'P1' }
const inForce = [submitted, acknowledged, accepted]
const wish = { type: 'ReserveCapacity', ...P1, commitment: 'C2', quantity: 2, from: day(0), to: day(30) } as const
const forMission = { ...wish, contributor: 'NPL', capability: 'INF-BN', mission: 'UNMISS' }
const reserved: Of<PledgeEvent, 'CapacityReserved'> = {
  type: 'CapacityReserved',
  ...P1,
  commitment: 'C1',
  quantity: 3,
  from: day(5),
  to: day(20),
}
const C1 = { ...P1, commitment: 'C1' }
const deployed: PledgeEvent = { type: 'CapacityDeployed', ...C1, quantity: 2, on: day(8) }
const on = (state: ReadonlyArray<PledgeEvent>, number: number) => capacityOn(fold(pledge, state), day(number))

describe('reserving', () => {
  test('takes what is free on every day of the window', () => {
    given(...inForce)
      .when(wish)
      .then({ ...wish, type: 'CapacityReserved' })
      .andAgain.thenNothing()
  })
  test('is refused beyond what is free on the tightest day, naming that day', () => {
    given(...inForce, reserved)
      .when(wish)
      .thenRefused('not-enough', { day: day(5), free: 1, asked: 2 })
    given(...inForce, reserved)
      .when({ ...wish, from: day(10) })
      .thenRefused('not-enough', { day: day(10), free: 1, asked: 2 })
  })
  test('takes the days on which another hold has ended', () => {
    given(...inForce, reserved)
      .when({ ...wish, quantity: 4, from: day(20) })
      .then({ ...wish, type: 'CapacityReserved', quantity: 4, from: day(20) })
  })
  test('takes what was freed, from the day on which it was freed', () => {
    const freed: PledgeEvent = { type: 'CapacityFreed', ...C1, quantity: 3, on: day(10) }
    given(...inForce, reserved, freed)
      .when(wish)
      .thenRefused('not-enough', { day: day(5), free: 1 })
    given(...inForce, reserved, freed)
      .when({ ...wish, from: day(10) })
      .then({ ...wish, type: 'CapacityReserved', from: day(10) })
  })
  test('does not take what has served and gone home, until the hold is over', () => {
    const home: PledgeEvent = { type: 'CapacityReleased', ...C1, quantity: 2, on: day(10) }
    given(...inForce, reserved, deployed, home)
      .when({ ...wish, from: day(12) })
      .thenRefused('not-enough', { day: day(12), free: 1 })
  })
  test('otherwise for the same commitment is refused', () => {
    const again = { ...wish, commitment: 'C1', quantity: 3, from: day(5), to: day(20) }
    given(...inForce, reserved)
      .when(again)
      .thenNothing()
    for (const other of [{ quantity: 2 }, { from: day(6) }, { to: day(19) }]) {
      given(...inForce, reserved)
        .when({ ...again, ...other })
        .thenRefused('reserved-otherwise', { quantity: 3, from: day(5), to: day(20) })
    }
  })
  test('again for a commitment that has ended is refused', () => {
    given(...inForce, reserved, { type: 'CapacityFreed', ...C1, quantity: 3, on: day(0) })
      .when({ ...wish, commitment: 'C1', quantity: 3, from: day(5), to: day(20) })
      .thenRefused('hold-ended')
  })
  test('takes the day on which another hold ends, not the day before', () => {
    const all = { ...reserved, quantity: 4, from: day(10), to: day(20) }
    for (const next of [
      { from: day(20), to: day(30) },
      { from: day(0), to: day(10) },
    ]) {
      given(...inForce, all)
        .when({ ...wish, ...next, quantity: 4 })
        .then({ ...wish, ...next, type: 'CapacityReserved', quantity: 4 })
        .andAgain.thenNothing()
    }
    given(...inForce, all)
      .when({ ...wish, from: day(19), quantity: 1 })
      .thenRefused('not-enough', { day: day(19), free: 0 })
    given(...inForce, all)
      .when({ ...wish, to: day(11), quantity: 1 })
      .thenRefused('not-enough', { day: day(10), free: 0 })
  })
  test('for a commitment of somebody else, of something else or in other money is refused', () => {
    given(...inForce)
      .when(forMission)
      .then({ ...wish, type: 'CapacityReserved' })
      .andAgain.thenNothing()
    given(...inForce)
      .when({ ...forMission, contributor: 'IND' })
      .thenRefused('not-its-contributor', { contributor: 'NPL' })
    given(...inForce)
      .when({ ...forMission, capability: 'INF-CO' })
      .thenRefused('other-capability', { capability: 'INF-BN' })
    given(...inForce)
      .when({ ...forMission, currency: 'USD' })
      .thenRefused('wrong-currency')
  })
  test('for a mission that a caveat or the earmark rules out is refused', () => {
    const against = (mission: string): PledgeEvent => ({
      type: 'PledgeCaveatDeclared',
      ...P1,
      caveat: { kind: 'not-in-mission', mission },
    })
    given(...inForce, against('UNMISS'))
      .when(forMission)
      .thenRefused('caveat-excludes-mission', { mission: 'UNMISS' })
    given({ ...submitted, earmark: ['MINUSCA'] }, acknowledged, accepted)
      .when(forMission)
      .thenRefused('earmarked-elsewhere', { earmark: ['MINUSCA'] })
    given({ ...submitted, earmark: ['UNMISS'] }, acknowledged, accepted, against('MINUSCA'))
      .when(forMission)
      .then({ ...wish, type: 'CapacityReserved' })
  })
  test('outside the window of the pledge is refused', () => {
    given(...inForce)
      .when({ ...wish, from: day(-1) })
      .thenRefused('outside-window', { from: terms.from, to: terms.to })
    given(...inForce)
      .when({ ...wish, to: day(31) })
      .thenRefused('outside-window')
  })
  test('part of a unit is refused, unless the pledge is divisible', () => {
    given({ ...submitted, unitSize: 2 }, acknowledged, accepted)
      .when({ ...wish, quantity: 3 })
      .thenRefused('not-whole-units', { unitSize: 2 })
    given({ ...submitted, unitSize: 2, divisible: true }, acknowledged, accepted)
      .when({ ...wish, quantity: 3 })
      .then({ ...wish, type: 'CapacityReserved', quantity: 3 })
  })
  test('needs an accepted pledge', () => {
    given(submitted).when(wish).thenRefused('pledge-not-accepted')
  })
  test('needs a pledge that still stands, while what is held stays held', () => {
    const late = { at: '2028-01-01T00:00:00.000Z' }
    given(...inForce)
      .when(wish, late)
      .thenRefused('pledge-not-renewed', { validUntil })
    given(...inForce, reserved)
      .when({ ...wish, commitment: 'C1', quantity: 3, from: day(5), to: day(20) }, late)
      .thenNothing()
  })
})

describe('deploying', () => {
  test('moves what is reserved, in parts', () => {
    given(...inForce, reserved)
      .when({ type: 'DeployCapacity', ...C1, quantity: 2, on: day(8) })
      .then(deployed)
      .andAgain.thenNothing()
    given(...inForce, reserved, deployed)
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: day(8) })
      .then({ type: 'CapacityDeployed', ...C1, quantity: 1, on: day(8) })
  })
  test('tells two of the same quantity on the same day apart by their references', () => {
    const first: PledgeEvent = { type: 'CapacityDeployed', ...C1, quantity: 1, on: day(8), reference: 'T1' }
    given(...inForce, reserved, first)
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: day(8), reference: 'T2' })
      .then({ ...first, reference: 'T2' })
      .andAgain.thenNothing()
    given(...inForce, reserved, first)
      .when({ type: 'DeployCapacity', ...C1, quantity: 2, on: day(8), reference: 'T1' })
      .thenRefused('deployed-otherwise')
  })
  test('more than is still reserved is refused', () => {
    given(...inForce, reserved, deployed)
      .when({ type: 'DeployCapacity', ...C1, quantity: 2, on: day(9) })
      .thenRefused('more-than-reserved', { reserved: 1 })
  })
  test('outside the window of the hold is refused', () => {
    given(...inForce, reserved)
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: day(4) })
      .thenRefused('outside-window')
    given(...inForce, reserved)
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: day(20) })
      .thenRefused('outside-window')
  })
  test('without a hold is refused', () => {
    given(...inForce)
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: day(8) })
      .thenRefused('no-such-hold')
  })
  test('after the hold has ended is refused', () => {
    given(...inForce, reserved, { type: 'CapacityFreed', ...C1, quantity: 3, on: day(0) })
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: day(8) })
      .thenRefused('hold-ended')
  })
  test('on a day that nobody can mean is refused', () => {
    given(...inForce, reserved)
      .when({ type: 'DeployCapacity', ...C1, quantity: 1, on: '0227-01-01' })
      .thenRefused('implausible-day')
  })
})

describe('releasing', () => {
  test('the whole ends the hold: what was deployed is released, the rest is free again', () => {
    given(...inForce, reserved, deployed)
      .when({ type: 'ReleaseCapacity', ...C1, on: day(15) })
      .then(
        { type: 'CapacityReleased', ...C1, quantity: 2, on: day(15) },
        { type: 'CapacityFreed', ...C1, quantity: 1, on: day(15) },
      )
      .andAgain.thenNothing()
  })
  test('a part takes from what is deployed as long as anything is', () => {
    given(...inForce, reserved, deployed)
      .when({ type: 'ReleaseCapacity', ...C1, quantity: 1, on: day(15) })
      .then({ type: 'CapacityReleased', ...C1, quantity: 1, on: day(15) })
      .andAgain.thenNothing()
    given(...inForce, reserved)
      .when({ type: 'ReleaseCapacity', ...C1, quantity: 1, on: day(15) })
      .then({ type: 'CapacityFreed', ...C1, quantity: 1, on: day(15) })
      .andAgain.thenNothing()
  })
  test('more than is deployed from that day on is refused', () => {
    given(...inForce, reserved, deployed)
      .when({ type: 'ReleaseCapacity', ...C1, quantity: 3, on: day(15) })
      .thenRefused('more-than-deployed', { deployed: 2 })
    given(...inForce, reserved, deployed)
      .when({ type: 'ReleaseCapacity', ...C1, on: day(7) })
      .thenRefused('more-than-deployed', { day: day(7), deployed: 0 })
  })
  test('more than is reserved is refused', () => {
    given(...inForce, reserved)
      .when({ type: 'ReleaseCapacity', ...C1, quantity: 4, on: day(6) })
      .thenRefused('more-than-reserved', { reserved: 3 })
  })
  test('the whole of what was never reserved is already so, a part of it is refused', () => {
    given(...inForce)
      .when({ type: 'ReleaseCapacity', ...C1, on: day(6) })
      .thenNothing()
    given(...inForce)
      .when({ type: 'ReleaseCapacity', ...C1, quantity: 1, on: day(6) })
      .thenRefused('no-such-hold')
  })
  test('a part of a hold that has ended is refused', () => {
    given(...inForce, reserved, { type: 'CapacityFreed', ...C1, quantity: 3, on: day(0) })
      .when({ type: 'ReleaseCapacity', ...C1, quantity: 1, on: day(9) })
      .thenRefused('hold-ended')
  })
})

describe('money and other stock', () => {
  const { quantity: _, ...others } = terms
  const euros: [Of<PledgeEvent, 'PledgeSubmitted'>, ...PledgeEvent[]] = [
    { type: 'PledgeSubmitted', ...P1, ...others, amount: { amount: '1000', currency: 'EUR' }, validUntil },
    acknowledged,
    accepted,
  ]
  const drawn: PledgeEvent = { ...reserved, quantity: 700 }
  test('is drawn in minor units, far beyond what units ever count', () => {
    const millions = { ...C1, quantity: 4_100_000_000, from: day(5), to: day(20) }
    expect(pledgeCommands.ReserveCapacity.parse(millions)).toEqual(millions)
    expect(pledgeEvents.CapacityReserved.parse(millions)).toEqual(millions)
    given({ ...euros[0], amount: { amount: '8200000000', currency: 'EUR' } }, acknowledged, accepted)
      .when({ ...millions, type: 'ReserveCapacity' })
      .then({ ...millions, type: 'CapacityReserved' })
  })
  test('is drawn once, whatever the window of the commitment', () => {
    given(...euros, drawn)
      .when({ ...wish, quantity: 400, from: day(20) })
      .thenRefused('not-enough', { free: 300, asked: 400 })
    given({ ...submitted, measure: 'stock' }, acknowledged, accepted, reserved)
      .when({ ...wish, from: day(20) })
      .thenRefused('not-enough', { free: 1, asked: 2 })
  })
  test('may be paid before or after the window of the commitment', () => {
    given(...euros, drawn)
      .when({ type: 'DeployCapacity', ...C1, quantity: 700, on: day(45) })
      .then({ type: 'CapacityDeployed', ...C1, quantity: 700, on: day(45) })
      .andAgain.thenNothing()
  })
  test('does not come home: releasing frees what was not paid', () => {
    const paid: PledgeEvent = { type: 'CapacityDeployed', ...C1, quantity: 200, on: day(3) }
    const freed: PledgeEvent = { type: 'CapacityFreed', ...C1, quantity: 500, on: day(9) }
    given(...euros, drawn, paid)
      .when({ type: 'ReleaseCapacity', ...C1, on: day(9) })
      .then(freed)
      .andAgain.thenNothing()
    expect(on([...euros, drawn, paid, freed], 1)).toEqual({ pledged: 1000, free: 800, reserved: 200, deployed: 0, released: 0 })
    expect(on([...euros, drawn, paid, freed], 29)).toEqual({ pledged: 1000, free: 800, reserved: 0, deployed: 200, released: 0 })
  })
  test('fully paid no longer stands in the way of withdrawing the rest', () => {
    given(...euros, drawn, { type: 'CapacityDeployed', ...C1, quantity: 700, on: day(3) })
      .when({ type: 'WithdrawPledge', ...P1, reason: 'budget' })
      .then({ type: 'PledgeWithdrawn', ...P1, reason: 'budget', on: '2027-01-01' })
  })
})

describe('the figures', () => {
  const history = [...inForce, reserved, deployed, { type: 'CapacityReleased', ...C1, quantity: 1, on: day(12) } as const]
  test('of a worked example, day by day', () => {
    expect(on(history, -1)).toEqual({ pledged: 0, free: 0, reserved: 0, deployed: 0, released: 0 })
    expect(on(history, 4)).toEqual({ pledged: 4, free: 4, reserved: 0, deployed: 0, released: 0 })
    expect(on(history, 5)).toEqual({ pledged: 4, free: 1, reserved: 3, deployed: 0, released: 0 })
    expect(on(history, 8)).toEqual({ pledged: 4, free: 1, reserved: 1, deployed: 2, released: 0 })
    expect(on(history, 12)).toEqual({ pledged: 4, free: 1, reserved: 1, deployed: 1, released: 1 })
    expect(on(history, 20)).toEqual({ pledged: 4, free: 4, reserved: 0, deployed: 0, released: 0 })
    expect(capacityStretches(fold(pledge, history)).map(({ from, to, free }) => [from, to, free])).toEqual([
      [day(0), day(5), 4],
      [day(5), day(8), 1],
      [day(8), day(12), 1],
      [day(12), day(20), 1],
      [day(20), day(30), 4],
    ])
  })
  test('after a withdrawal: the days before keep what was offered, the days after only what was used', () => {
    const ended: PledgeEvent[] = [
      ...history,
      { type: 'CapacityReleased', ...C1, quantity: 1, on: day(14) },
      { type: 'CapacityFreed', ...C1, quantity: 1, on: day(14) },
      { type: 'PledgeWithdrawn', ...P1, reason: 'budget', on: day(16) },
    ]
    expect(on(ended, 2)).toEqual({ pledged: 4, free: 4, reserved: 0, deployed: 0, released: 0 })
    expect(on(ended, 15)).toEqual({ pledged: 4, free: 2, reserved: 0, deployed: 0, released: 2 })
    expect(on(ended, 16)).toEqual({ pledged: 2, free: 0, reserved: 0, deployed: 0, released: 2 })
    expect(on(ended, 25)).toEqual({ pledged: 0, free: 0, reserved: 0, deployed: 0, released: 0 })
  })
  test('of a pledge that was never submitted are zero', () => {
    expect(capacityOn(pledge.initial, day(0))).toEqual({ pledged: 0, free: 0, reserved: 0, deployed: 0, released: 0 })
    expect(capacityStretches(pledge.initial)).toEqual([])
  })
})
