/** A sample commitment of units and one of money, and arbitrary commands for them, on few days and with few names. Synthetic. */
import * as fc from 'fast-check'
import type { CommitmentCommand, CommitmentEvent } from '@muster/contracts/commitments'
import type { Of } from '@muster/contracts/message'
import type { Envelope } from '@muster/kernel/decider'
import { envelope } from '@muster/kernel/testing'
import { addDays, type Day } from '@muster/kernel/time'

export const today: Day = '2027-06-01'
export const proposal = {
  commitment: 'C1',
  kind: 'mou',
  pledge: 'P1',
  contributor: 'NPL',
  mission: 'UNMISS',
  requirement: 'R1',
  capability: 'INF-BN',
  quantity: 3,
  from: '2027-03-01',
  to: '2028-03-01',
} as const
export const proposed: CommitmentEvent = { type: 'CommitmentProposed', ...proposal }
export const funding: Of<CommitmentEvent, 'CommitmentProposed'> = {
  type: 'CommitmentProposed',
  ...proposal,
  kind: 'funding',
  capability: 'FUNDING',
  quantity: 1000,
  currency: 'EUR',
}
export const accepted: CommitmentEvent = { type: 'CommitmentAccepted', commitment: 'C1' }
export const signed: CommitmentEvent = { type: 'CommitmentSigned', commitment: 'C1', on: '2027-02-01', document: 'MOU/2027/7' }

const commitment = fc.constant('C1')
const on = fc.integer({ min: 0, max: 20 }).map((days) => addDays('2027-02-25', days))
const quantity = fc.integer({ min: 1, max: 3 })
const reason = fc.constantFrom('parliament', 'consent')
const amount = fc.record({
  amount: fc.constantFrom('200', '300', '500', '1000', '9007199254740993'),
  currency: fc.constantFrom('EUR', 'EUR', 'USD'),
})
const command = <T extends CommitmentCommand['type'], F>(type: T, fields: fc.Arbitrary<F>): fc.Arbitrary<{ type: T } & F> =>
  fields.map((f) => ({ ...f, type }))

const proposing: fc.Arbitrary<CommitmentCommand> = fc
  .constantFrom(proposal, { ...proposal, quantity: 2 }, { ...funding })
  .map((wish) => ({ ...wish, type: 'ProposeCommitment' }))

const step: fc.Arbitrary<CommitmentCommand> = fc.oneof(
  proposing,
  command('AcceptProposal', fc.record({ commitment })),
  command('SignCommitment', fc.record({ commitment, on: fc.constantFrom('2027-02-01', '2027-02-02') })),
  command('RecordDeployment', fc.record({ commitment, quantity, on })),
  command('RotateUnit', fc.record({ commitment, on })),
  command('RepatriateUnit', fc.record({ commitment, on })),
  command('RepatriateUnit', fc.record({ commitment, on, quantity })),
  command('ReportCaveatBreach', fc.record({ commitment, on, caveat: fc.constantFrom('no night flights', 'no riot control') })),
  command('RecordPayment', fc.record({ commitment, payment: fc.constantFrom('T1', 'T2', 'T3'), amount, on })),
  command(
    'ClaimReimbursement',
    fc.record({ commitment, claim: fc.constantFrom('R1', 'R2'), amount, period: fc.constant('2027-Q1') }),
  ),
  command('PayReimbursement', fc.record({ commitment, claim: fc.constantFrom('R1', 'R2'), amount, on })),
)
const end: fc.Arbitrary<CommitmentCommand> = fc.oneof(
  command('DeclineProposal', fc.record({ commitment, reason })),
  command('CancelCommitment', fc.record({ commitment, reason })),
)

/** Anything at all, recorded at once or late. */
export const anyCommand: fc.Arbitrary<Envelope<CommitmentCommand>> = fc
  .tuple(fc.oneof({ weight: 20, arbitrary: step }, { weight: 1, arbitrary: end }), fc.constantFrom('2027-03-05', today, today))
  .map(([wish, at]) => envelope(wish, { at: `${at}T00:00:00.000Z` }))

/** Histories that mostly get as far as the signature. */
export const anyHistory: fc.Arbitrary<ReadonlyArray<Envelope<CommitmentCommand>>> = fc
  .tuple(proposing, fc.integer({ min: 0, max: 3 }), fc.array(anyCommand, { maxLength: 50, size: 'max' }))
  .map(([wish, steps, rest]) => {
    const first: ReadonlyArray<CommitmentCommand> = [
      wish,
      { type: 'AcceptProposal', commitment: 'C1' },
      { type: 'SignCommitment', commitment: 'C1', on: '2027-02-01' },
    ]
    return [...first.slice(0, steps).map((c) => envelope(c, { at: `${today}T00:00:00.000Z` })), ...rest]
  })
