/** The rule book of a commitment: one rule a sentence. What holds under any history at all stands in commitment.property.test.ts. */
import { describe, expect, test } from 'vitest'
import type { CommitmentCommand, CommitmentEvent } from '@muster/contracts/commitments'
import { fold } from '@muster/kernel/decider'
import { specification } from '@muster/kernel/testing'
import { commitment, owners } from './commitment.ts'
import { accepted, funding, proposal, proposed, signed, today } from './testing.ts'

const given = specification(commitment)
const C1 = { commitment: 'C1' }
const when = { at: `${today}T12:00:00.000Z` }
const inForce = [proposed, accepted, signed]
const money = [funding, accepted, signed]
const deployed: CommitmentEvent = { type: 'CommitmentDeployed', ...C1, quantity: 2, total: 2, on: '2027-03-10' }
const home: CommitmentEvent = { type: 'CommitmentRepatriated', ...C1, quantity: 2, remaining: 0, on: '2027-04-01' }
const declined: CommitmentEvent = { type: 'CommitmentDeclined', ...C1, reason: 'parliament' }
const cancelled: CommitmentEvent = { type: 'CommitmentCancelled', ...C1, reason: 'consent withdrawn' }
const euros = (amount: string) => ({ amount, currency: 'EUR' })
const dollars = (amount: string) => ({ amount, currency: 'USD' })

describe('proposing', () => {
  const propose = { ...proposal, type: 'ProposeCommitment' } as const
  test('puts an assignment to a contributor', () => {
    given().when(propose).then(proposed).andAgain.thenNothing()
  })
  test('the same again is already so, however far it has got', () => {
    given(...inForce)
      .when(propose)
      .thenNothing()
  })
  test('otherwise under the same id is refused', () => {
    given(proposed)
      .when({ ...propose, quantity: 9 })
      .thenRefused('commitment-exists')
  })
  test('money needs its currency, and only money has one', () => {
    const { currency: _, type: __, ...nameless } = funding
    given()
      .when({ ...nameless, type: 'ProposeCommitment' })
      .thenRefused('wrong-currency')
    given()
      .when({ ...propose, currency: 'EUR' })
      .thenRefused('wrong-currency')
    given()
      .when({ ...funding, type: 'ProposeCommitment' })
      .then(funding)
      .andAgain.thenNothing()
  })
  test('a window that nobody can mean is refused', () => {
    given()
      .when({ ...propose, to: '2127-01-01' })
      .thenRefused('implausible-day')
  })
  test('makes it the record of its contributor', () => {
    expect(owners(fold(commitment, [proposed]))).toEqual(['NPL'])
    expect(owners(commitment.initial)).toEqual([])
  })
})

describe('the answer of the contributor', () => {
  test('accepts', () => {
    given(proposed)
      .when({ type: 'AcceptProposal', ...C1 })
      .then(accepted)
      .andAgain.thenNothing()
  })
  test('declines with a reason', () => {
    given(proposed)
      .when({ type: 'DeclineProposal', ...C1, reason: 'parliament' })
      .then(declined)
      .andAgain.thenNothing()
  })
  test('may be taken back until the signature', () => {
    given(proposed, accepted)
      .when({ type: 'DeclineProposal', ...C1, reason: 'parliament' })
      .then(declined)
    given(...inForce)
      .when({ type: 'DeclineProposal', ...C1, reason: 'parliament' })
      .thenRefused('already-signed')
  })
  test('accepts once: later it is already so', () => {
    given(...inForce, deployed)
      .when({ type: 'AcceptProposal', ...C1 })
      .thenNothing()
  })
})

describe('signing', () => {
  const sign = { type: 'SignCommitment', ...C1, on: '2027-02-01', document: 'MOU/2027/7' } as const
  test('needs the acceptance of the contributor', () => {
    given(proposed).when(sign, when).thenRefused('not-accepted')
  })
  test('happens once', () => {
    given(proposed, accepted).when(sign, when).then(signed).andAgain.thenNothing()
    given(...inForce)
      .when({ ...sign, on: '2027-02-02' }, when)
      .thenRefused('signed-otherwise', { on: '2027-02-01' })
  })
  test('is recorded when it has happened', () => {
    given(proposed, accepted)
      .when({ ...sign, on: '2027-07-01' }, when)
      .thenRefused('in-the-future')
  })
})

describe('deployment', () => {
  const arrive = { type: 'RecordDeployment', ...C1, quantity: 2, on: '2027-03-10' } as const
  test('comes in parts and adds up', () => {
    given(...inForce)
      .when(arrive, when)
      .then(deployed)
      .andAgain.thenNothing()
    given(...inForce, deployed)
      .when({ ...arrive, quantity: 1 }, when)
      .then({ type: 'CommitmentDeployed', ...C1, quantity: 1, total: 3, on: '2027-03-10' })
      .andAgain.thenNothing()
  })
  test('never exceeds what is committed', () => {
    given(...inForce, deployed)
      .when({ ...arrive, on: '2027-03-11' }, when)
      .thenRefused('more-than-committed', { remaining: 1 })
  })
  test('needs the signature', () => {
    given(proposed, accepted).when(arrive, when).thenRefused('not-signed')
  })
  test('lies within the window', () => {
    given(...inForce)
      .when({ ...arrive, on: '2027-02-28' }, when)
      .thenRefused('outside-window', { from: '2027-03-01', to: '2028-03-01' })
  })
  test('is recorded when it has happened, or as of the day on which it takes effect', () => {
    given(...inForce)
      .when({ ...arrive, on: '2027-07-01' }, when)
      .thenRefused('in-the-future')
    given(...inForce)
      .when({ ...arrive, on: '2027-07-01' }, { ...when, effectiveOn: '2027-07-01' })
      .then({ ...deployed, on: '2027-07-01' })
  })
  test('on a day that nobody can mean is refused', () => {
    given(...inForce)
      .when({ ...arrive, on: '0227-03-10' }, when)
      .thenRefused('implausible-day')
  })
  test('does not begin again when all have gone home', () => {
    given(...inForce, deployed, home)
      .when({ ...arrive, quantity: 1 }, when)
      .thenRefused('commitment-repatriated')
  })
  test('is not how money comes', () => {
    given(...money)
      .when(arrive, when)
      .thenRefused('funding-is-paid')
  })
})

describe('rotation', () => {
  const rotated: CommitmentEvent = { type: 'CommitmentRotated', ...C1, on: '2027-04-10', rotation: 1 }
  test('is counted', () => {
    given(...inForce, deployed)
      .when({ type: 'RotateUnit', ...C1, on: '2027-04-10' }, when)
      .then(rotated)
      .andAgain.thenNothing()
    given(...inForce, deployed, rotated)
      .when({ type: 'RotateUnit', ...C1, on: '2027-05-10' }, when)
      .then({ ...rotated, on: '2027-05-10', rotation: 2 })
  })
  test('needs someone there', () => {
    given(...inForce, deployed)
      .when({ type: 'RotateUnit', ...C1, on: '2027-03-09' }, when)
      .thenRefused('not-deployed')
  })
  test('follows the one before', () => {
    given(...inForce, deployed, rotated)
      .when({ type: 'RotateUnit', ...C1, on: '2027-04-01' }, when)
      .thenRefused('rotation-out-of-order', { last: '2027-04-10' })
  })
})

describe('repatriation', () => {
  test('brings home a part, or without a quantity all that is there', () => {
    given(...inForce, deployed)
      .when({ type: 'RepatriateUnit', ...C1, quantity: 1, on: '2027-04-01' }, when)
      .then({ type: 'CommitmentRepatriated', ...C1, quantity: 1, remaining: 1, on: '2027-04-01' })
      .andAgain.thenNothing()
    given(...inForce, deployed)
      .when({ type: 'RepatriateUnit', ...C1, on: '2027-04-01' }, when)
      .then(home)
      .andAgain.thenNothing()
  })
  test('never exceeds what is there from that day on', () => {
    given(...inForce, deployed)
      .when({ type: 'RepatriateUnit', ...C1, quantity: 3, on: '2027-04-01' }, when)
      .thenRefused('more-than-present', { present: 2 })
    given(...inForce, deployed)
      .when({ type: 'RepatriateUnit', ...C1, on: '2027-03-09' }, when)
      .thenRefused('more-than-present', { day: '2027-03-09', present: 0 })
  })
  test('needs something deployed', () => {
    given(...inForce)
      .when({ type: 'RepatriateUnit', ...C1, on: '2027-04-01' }, when)
      .thenRefused('not-deployed')
  })
  test('is over when all are home', () => {
    given(...inForce, deployed, home)
      .when({ type: 'RepatriateUnit', ...C1, on: '2027-04-02' }, when)
      .thenRefused('commitment-repatriated')
  })
})

describe('cancellation', () => {
  const cancel = { type: 'CancelCommitment', ...C1, reason: 'consent withdrawn' } as const
  test('is possible until something has arrived', () => {
    given(proposed).when(cancel).then(cancelled).andAgain.thenNothing()
    given(...inForce)
      .when(cancel)
      .then(cancelled)
      .andAgain.thenNothing()
    given(...inForce, deployed)
      .when(cancel)
      .thenRefused('units-deployed')
  })
  test('has no object when it has been carried out', () => {
    given(...inForce, deployed, home)
      .when(cancel)
      .thenRefused('commitment-repatriated')
    given(...money, { type: 'PaymentReceived', ...C1, payment: 'T1', amount: euros('1000'), on: '2027-04-01' })
      .when(cancel)
      .thenRefused('commitment-paid')
  })
  test('of a funding agreement keeps what was paid', () => {
    given(...money, { type: 'PaymentReceived', ...C1, payment: 'T1', amount: euros('400'), on: '2027-04-01' })
      .when(cancel)
      .then(cancelled)
  })
})

describe('an undeclared caveat', () => {
  const breach = { ...C1, caveat: 'no night flights', on: '2027-04-01' }
  test('is reported as a breach, once a day', () => {
    given(...inForce)
      .when({ type: 'ReportCaveatBreach', ...breach }, when)
      .then({ type: 'CaveatBreachReported', ...breach })
      .andAgain.thenNothing()
  })
  test('can still be declared before the signature', () => {
    given(proposed, accepted)
      .when({ type: 'ReportCaveatBreach', ...breach }, when)
      .thenRefused('not-signed')
  })
})

describe('payments of a funding agreement', () => {
  const pay = { type: 'RecordPayment', ...C1, payment: 'T1', amount: euros('400'), on: '2027-04-01' } as const
  const paid: CommitmentEvent = { ...pay, type: 'PaymentReceived' }
  test('come in parts, each known by its own id', () => {
    given(...money)
      .when(pay, when)
      .then(paid)
      .andAgain.thenNothing()
    given(...money, paid)
      .when({ ...pay, payment: 'T2', amount: euros('600') }, when)
      .then({ ...paid, payment: 'T2', amount: euros('600') })
    given(...money, paid)
      .when({ ...pay, amount: euros('401') }, when)
      .thenRefused('payment-recorded-otherwise')
  })
  test('never exceed the agreed sum', () => {
    given(...money, paid)
      .when({ ...pay, payment: 'T2', amount: euros('601') }, when)
      .thenRefused('more-than-agreed', { outstanding: '600' })
  })
  test('come in the currency of the agreement', () => {
    given(...money)
      .when({ ...pay, amount: dollars('400') }, when)
      .thenRefused('wrong-currency', { currency: 'EUR' })
  })
  test('need the signature', () => {
    given(funding, accepted).when(pay, when).thenRefused('not-signed')
  })
  test('are not how units come', () => {
    given(...inForce)
      .when(pay, when)
      .thenRefused('not-a-funding-agreement')
  })
})

describe('reimbursement', () => {
  const claim = { ...C1, claim: 'R1', amount: dollars('1000'), period: '2027-Q2' }
  const claimed: CommitmentEvent = { type: 'ReimbursementClaimed', ...claim }
  const pay = { type: 'PayReimbursement', ...C1, claim: 'R1', amount: dollars('600'), on: '2027-05-01' } as const
  test('is claimed for what has been deployed, also after it has gone home', () => {
    given(...inForce, deployed)
      .when({ type: 'ClaimReimbursement', ...claim })
      .then(claimed)
      .andAgain.thenNothing()
    given(...inForce, deployed, home)
      .when({ type: 'ClaimReimbursement', ...claim })
      .then(claimed)
    given(...inForce)
      .when({ type: 'ClaimReimbursement', ...claim })
      .thenRefused('not-deployed')
  })
  test('is claimed once under one id', () => {
    given(...inForce, deployed, claimed)
      .when({ type: 'ClaimReimbursement', ...claim, amount: dollars('1001') })
      .thenRefused('claimed-otherwise')
  })
  test('is paid in parts up to the claim', () => {
    const paid: CommitmentEvent = { ...pay, type: 'ReimbursementPaid' } as const
    given(...inForce, deployed, claimed)
      .when(pay, when)
      .then(paid)
      .andAgain.thenNothing()
    given(...inForce, deployed, claimed, paid)
      .when({ ...pay, on: '2027-05-02' }, when)
      .thenRefused('more-than-claimed', { unpaid: '400' })
    given(...inForce, deployed, claimed, paid)
      .when({ ...pay, amount: dollars('400') }, when)
      .then({ ...paid, amount: dollars('400') })
  })
  test('is paid in the currency of the claim', () => {
    given(...inForce, deployed, claimed)
      .when({ ...pay, amount: euros('600') }, when)
      .thenRefused('wrong-currency', { currency: 'USD' })
  })
  test('needs a claim', () => {
    given(...inForce, deployed)
      .when(pay, when)
      .thenRefused('no-such-claim')
  })
})

const everyCommand: ReadonlyArray<CommitmentCommand> = [
  { ...proposal, type: 'ProposeCommitment' },
  { type: 'AcceptProposal', ...C1 },
  { type: 'DeclineProposal', ...C1, reason: 'another reason' },
  { type: 'SignCommitment', ...C1, on: '2027-02-01' },
  { type: 'RecordDeployment', ...C1, quantity: 1, on: '2027-03-10' },
  { type: 'RotateUnit', ...C1, on: '2027-04-10' },
  { type: 'RepatriateUnit', ...C1, on: '2027-04-10' },
  { type: 'CancelCommitment', ...C1, reason: 'another reason' },
  { type: 'ReportCaveatBreach', ...C1, caveat: 'no night flights', on: '2027-04-01' },
  { type: 'RecordPayment', ...C1, payment: 'T1', amount: euros('1'), on: '2027-04-01' },
  { type: 'ClaimReimbursement', ...C1, claim: 'R1', amount: dollars('1'), period: '2027-Q2' },
  { type: 'PayReimbursement', ...C1, claim: 'R1', amount: dollars('1'), on: '2027-04-01' },
]

describe.each(everyCommand)('$type', (command) => {
  test('is refused on a declined commitment', () =>
    given(proposed, declined).when(command, when).thenRefused('commitment-declined'))
  test('is refused on a cancelled commitment', () =>
    given(...inForce, cancelled)
      .when(command, when)
      .thenRefused('commitment-cancelled'))
})

test.each(everyCommand.filter(({ type }) => type !== 'ProposeCommitment'))('$type needs a commitment', (command) => {
  given().when(command, when).thenRefused('unknown-commitment')
})

const isOver = (...history: ReadonlyArray<CommitmentEvent>) => commitment.isTerminal(fold(commitment, history))

test('only a declined or cancelled commitment is over: reimbursement goes on after all have gone home', () => {
  expect([isOver(), isOver(proposed), isOver(...inForce), isOver(...inForce, deployed, home)]).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect([isOver(proposed, declined), isOver(...inForce, cancelled)]).toEqual([true, true])
})
