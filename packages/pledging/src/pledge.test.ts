/** The rule book of a pledge: one rule a sentence. What holds under any history at all stands in pledge.property.test.ts. */
import { describe, expect, test } from 'vitest'
import type { Of } from '@muster/contracts/message'
import type { PledgeCommand, PledgeEvent } from '@muster/contracts/pledging'
import { fold } from '@muster/kernel/decider'
import { envelope, specification } from '@muster/kernel/testing'
import { owners, pledge } from './pledge.ts'
import { accepted, acknowledged, day, submitted, terms, validUntil } from './testing.ts'

const given = specification(pledge)
const P1 = { pledge: 'P1' }
const submit = { type: 'SubmitPledge', ...P1, ...terms } as const
const inForce = [submitted, acknowledged, accepted]
const returned: PledgeEvent = { type: 'PledgeReturned', ...P1, reasons: ['no list of equipment'] }
const withdrawn: PledgeEvent = { type: 'PledgeWithdrawn', ...P1, reason: 'elections', on: '2027-01-01' }
const expired: Of<PledgeEvent, 'PledgeExpired'> = { type: 'PledgeExpired', ...P1, on: '2028-01-02' }
const reserved: PledgeEvent = { type: 'CapacityReserved', ...P1, commitment: 'C1', quantity: 3, from: day(5), to: day(20) }
const afterValidity = { at: '2028-01-02T00:00:00.000Z' }
const nation = (contributor: string) => ({ actor: { role: 'nation' as const, contributor } })

describe('submitting', () => {
  test('is valid for twelve months unless the contributor says otherwise', () => {
    given().when(submit).then(submitted).andAgain.thenNothing()
    given()
      .when({ ...submit, validUntil: '2027-09-30' })
      .then({ type: 'PledgeSubmitted', ...P1, ...terms, validUntil: '2027-09-30' })
      .andAgain.thenNothing()
  })
  test('counts the twelve months from the day on which it takes effect', () => {
    given()
      .when(submit, { at: '2027-01-05T00:00:00.000Z', effectiveOn: '2026-11-30' })
      .then({ type: 'PledgeSubmitted', ...P1, ...terms, validUntil: '2027-11-30' })
  })
  test('the same terms again, even months later or after an amendment, is already so', () => {
    given(submitted).when(submit, { at: '2027-06-01T00:00:00.000Z' }).thenNothing()
    const amended = { ...terms, validUntil, note: 'with a level 1 hospital' }
    given(submitted, { type: 'PledgeAmended', ...P1, version: 2, changed: ['note'], terms: amended })
      .when(submit)
      .thenNothing()
  })
  test('other terms under the same id is refused', () => {
    given(submitted)
      .when({ ...submit, quantity: 9 })
      .thenRefused('pledge-exists')
  })
  test('without an id is refused', () => {
    const { pledge: _, ...nameless } = submit
    given().when(nameless).thenRefused('pledge-without-id')
  })
  test('a window that was over before it was offered is refused', () => {
    given().when(submit, { at: '2027-02-09T00:00:00.000Z' }).thenRefused('window-is-over', { effectiveOn: '2027-02-09' })
  })
  test('a window that ends before it begins is refused', () => {
    given()
      .when({ ...submit, to: day(-1) })
      .thenRefused('window-ends-before-it-begins')
  })
  test('a window that nobody can mean is refused', () => {
    given()
      .when({ ...submit, from: '1027-01-10' })
      .thenRefused('implausible-day')
    given()
      .when({ ...submit, to: '2127-01-10' })
      .thenRefused('implausible-day')
    given()
      .when({ ...submit, from: '1996-12-31' })
      .thenRefused('implausible-window')
  })
  test('a validity that is over, or that nobody can mean, is refused', () => {
    given()
      .when({ ...submit, validUntil: '2027-01-01' })
      .thenRefused('validity-is-over')
    given()
      .when({ ...submit, validUntil: '2127-01-01' })
      .thenRefused('implausible-day')
  })
  test('part of a unit is refused, unless it is divisible', () => {
    given()
      .when({ ...submit, quantity: 5, unitSize: 2 })
      .thenRefused('not-whole-units', { unitSize: 2 })
    given()
      .when({ ...submit, quantity: 5, unitSize: 2, divisible: true })
      .then({ type: 'PledgeSubmitted', ...P1, ...terms, quantity: 5, unitSize: 2, divisible: true, validUntil })
  })
  test('an amount that nobody can mean is refused', () => {
    const { quantity: _, ...others } = submit
    const { quantity: __, ...sameButQuantity } = terms
    given()
      .when({ ...others, amount: { amount: '1000000000000001', currency: 'EUR' } })
      .thenRefused('implausible-amount')
    const most = { amount: '1000000000000000', currency: 'EUR' }
    given()
      .when({ ...others, amount: most })
      .then({ type: 'PledgeSubmitted', ...P1, ...sameButQuantity, amount: most, validUntil })
  })
  test('a mission both excluded and preferred or earmarked is refused, and so is a tour longer than the stay', () => {
    const caveats = [{ kind: 'not-in-mission' as const, mission: 'UNMISS' }]
    for (const meant of [{ earmark: ['MINUSCA', 'UNMISS'] }, { preference: ['UNMISS'] }])
      given()
        .when({ ...submit, caveats, ...meant })
        .thenRefused('caveat-against-earmark', { mission: 'UNMISS' })
    given()
      .when({ ...submit, caveats: [{ kind: 'max-stay', days: 180 }], minTourDays: 181 })
      .thenRefused('tour-longer-than-stay', { minTourDays: 181, most: 180 })
  })
  test('a party named twice, or a second lead, is refused', () => {
    const [nepal, india] = [
      { contributor: 'NPL', part: 1, role: 'lead' as const },
      { contributor: 'IND', part: 1, role: 'lead' as const },
    ]
    given()
      .when({ ...submit, parties: [nepal, nepal] })
      .thenRefused('party-named-twice')
    given()
      .when({ ...submit, parties: [nepal, india] })
      .thenRefused('several-leads')
  })
  test('the rapid level with a notice above 60 days is refused', () => {
    given()
      .when({ ...submit, readiness: 4, noticeDays: 61 })
      .thenRefused('notice-too-long', { noticeDays: 61, most: 60 })
    for (const sound of [
      { readiness: 4, noticeDays: 60 },
      { readiness: 3, noticeDays: 61 },
    ]) {
      given()
        .when({ ...submit, ...sound })
        .then({ ...submitted, ...sound })
    }
  })
  test('a contributor that reports itself, or a pledge that comes from itself, is refused', () => {
    given()
      .when({ ...submit, reportedBy: 'NPL' })
      .thenRefused('reported-by-itself')
    given()
      .when({ ...submit, derivedFrom: 'P1' })
      .thenRefused('derived-from-itself')
  })
})

describe('the review', () => {
  test('acknowledges, then accepts', () => {
    given(submitted)
      .when({ type: 'AcknowledgePledge', ...P1 })
      .then(acknowledged)
      .andAgain.thenNothing()
    given(submitted, acknowledged)
      .when({ type: 'AcceptPledge', ...P1 })
      .then(accepted)
      .andAgain.thenNothing()
  })
  test('acknowledges by answering, if it has not before', () => {
    given(submitted)
      .when({ type: 'AcceptPledge', ...P1 })
      .then(acknowledged, accepted)
      .andAgain.thenNothing()
    given(submitted)
      .when({ type: 'ReturnPledge', ...P1, reasons: ['no list of equipment'] })
      .then(acknowledged, returned)
      .andAgain.thenNothing()
  })
  test('cannot return what it accepted', () => {
    given(...inForce)
      .when({ type: 'ReturnPledge', ...P1, reasons: ['late'] })
      .thenRefused('pledge-accepted')
  })
  test('cannot accept what it returned, nor return it for other reasons, before it is amended', () => {
    given(submitted, acknowledged, returned)
      .when({ type: 'AcceptPledge', ...P1 })
      .thenRefused('pledge-returned')
    given(submitted, acknowledged, returned)
      .when({ type: 'ReturnPledge', ...P1, reasons: ['late'] })
      .thenRefused('pledge-returned')
  })
  test('begins again when a returned pledge is amended', () => {
    const amended: PledgeEvent = {
      type: 'PledgeAmended',
      ...P1,
      version: 2,
      changed: ['note'],
      terms: { ...terms, validUntil, note: 'list attached' },
    }
    given(submitted, acknowledged, returned)
      .when({ type: 'AmendPledge', ...P1, note: 'list attached' })
      .then(amended)
      .andAgain.thenNothing()
    given(submitted, acknowledged, returned, amended)
      .when({ type: 'AcceptPledge', ...P1 })
      .then(acknowledged, accepted)
  })
})

describe('a joint pledge', () => {
  const joint: PledgeEvent = {
    ...submitted,
    parties: [
      { contributor: 'NPL', part: 2 },
      { contributor: 'IND', part: 1, role: 'lead' },
      { contributor: 'BGD', part: 1 },
    ],
  }
  test('belongs to its contributor and every party, once', () => {
    expect(owners(fold(pledge, [joint]))).toEqual(['NPL', 'IND', 'BGD'])
    expect(owners(fold(pledge, [submitted]))).toEqual(['NPL'])
    expect(owners(pledge.initial)).toEqual([])
  })
  test.each([
    { type: 'AmendPledge', ...P1, note: 'x' },
    { type: 'RenewPledge', ...P1 },
    { type: 'LiftCaveat', ...P1, caveat: { kind: 'max-stay', days: 90 } },
    { type: 'WithdrawPledge', ...P1, reason: 'x' },
  ] satisfies ReadonlyArray<PledgeCommand>)('lets only the contributor and the lead $type', (command) => {
    given(joint).when(command, nation('BGD')).thenRefused('not-the-lead')
    const outcomes = ['NPL', 'IND'].map((contributor) =>
      pledge.decide(envelope(command, nation(contributor)), fold(pledge, [joint])),
    )
    expect(outcomes).toMatchObject([{ _tag: 'Right' }, { _tag: 'Right' }])
  })
  test('lets every party declare a caveat', () => {
    const caveat = { kind: 'max-stay' as const, days: 90 }
    given(joint)
      .when({ type: 'DeclareCaveat', ...P1, caveat }, nation('BGD'))
      .then({ type: 'PledgeCaveatDeclared', ...P1, caveat })
  })
})

describe('expiry', () => {
  test('comes when the validity is over', () => {
    given(...inForce)
      .when({ type: 'ExpirePledge', ...P1, on: '2028-01-02' }, afterValidity)
      .then(expired)
      .andAgain.thenNothing()
  })
  test('comes on the day until which it was valid', () => {
    given(...inForce)
      .when({ type: 'ExpirePledge', ...P1, on: validUntil }, afterValidity)
      .then({ ...expired, on: validUntil })
  })
  test('does not come before', () => {
    given(...inForce)
      .when({ type: 'ExpirePledge', ...P1, on: '2027-12-31' }, afterValidity)
      .thenRefused('not-yet-expired', { validUntil })
  })
  test('is stated when it has come, not ahead, whatever day the command claims to take effect', () => {
    given(...inForce)
      .when({ type: 'ExpirePledge', ...P1, on: '2028-01-03' }, { ...afterValidity, effectiveOn: '2029-01-01' })
      .thenRefused('in-the-future')
  })
  test('waits for commitments that hold some of it', () => {
    given(...inForce, reserved)
      .when({ type: 'ExpirePledge', ...P1, on: '2028-01-02' }, afterValidity)
      .thenRefused('capacity-spoken-for', { commitments: ['C1'] })
  })
})

describe('withdrawal', () => {
  test('takes effect on the day the contributor says', () => {
    given(...inForce)
      .when({ type: 'WithdrawPledge', ...P1, reason: 'elections' })
      .then(withdrawn)
      .andAgain.thenNothing()
  })
  test('is refused while commitments hold some of it, naming them', () => {
    given(...inForce, reserved)
      .when({ type: 'WithdrawPledge', ...P1, reason: 'elections' })
      .thenRefused('capacity-spoken-for', { commitments: ['C1'] })
  })
  test('is possible once the holds have ended', () => {
    given(...inForce, reserved, { type: 'CapacityFreed', ...P1, commitment: 'C1', quantity: 3, on: '2027-01-01' })
      .when({ type: 'WithdrawPledge', ...P1, reason: 'elections' })
      .then(withdrawn)
  })
})

const everyCommand: ReadonlyArray<PledgeCommand> = [
  submit,
  { type: 'AcknowledgePledge', ...P1 },
  { type: 'AcceptPledge', ...P1 },
  { type: 'ReturnPledge', ...P1, reasons: ['late'] },
  { type: 'AmendPledge', ...P1, note: 'x' },
  { type: 'AssessReadiness', ...P1, level: 2, visit: 'AAV', on: '2027-01-01' },
  { type: 'DeclareCaveat', ...P1, caveat: { kind: 'max-stay', days: 90 } },
  { type: 'LiftCaveat', ...P1, caveat: { kind: 'max-stay', days: 90 } },
  { type: 'RenewPledge', ...P1 },
  { type: 'ExpirePledge', ...P1, on: '2029-01-01' },
  { type: 'ReserveCapacity', ...P1, commitment: 'C1', quantity: 1, from: day(0), to: day(1) },
  { type: 'DeployCapacity', ...P1, commitment: 'C1', quantity: 1, on: day(0) },
  { type: 'ReleaseCapacity', ...P1, commitment: 'C1', on: day(0) },
  { type: 'WithdrawPledge', ...P1, reason: 'another reason' },
]

describe.each(everyCommand)('$type', (command) => {
  test('is refused on a withdrawn pledge', () =>
    given(...inForce, withdrawn)
      .when(command)
      .thenRefused('pledge-withdrawn'))
  test('is refused on an expired pledge', () =>
    given(...inForce, expired)
      .when(command)
      .thenRefused('pledge-expired'))
})

test.each(everyCommand.filter(({ type }) => type !== 'SubmitPledge'))('$type needs a pledge', (command) => {
  given().when(command).thenRefused('unknown-pledge')
})

const isOver = (...history: ReadonlyArray<PledgeEvent>) => pledge.isTerminal(fold(pledge, history))

test('only a withdrawn or expired pledge is over', () => {
  expect([isOver(), isOver(submitted), isOver(...inForce), isOver(submitted, acknowledged, returned)]).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect([isOver(submitted, withdrawn), isOver(...inForce, expired)]).toEqual([true, true])
})
