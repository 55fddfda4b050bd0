/** Money of a commitment: what a funding agreement brings in, and what a contributor is reimbursed for units that served. */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { CommitmentCommand, CommitmentEvent } from '@muster/contracts/commitments'
import type { Of } from '@muster/contracts/message'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { outstandingOf, unpaidOf, type Registered } from './record.ts'

type Decision = Either<Rejection, ReadonlyArray<CommitmentEvent>>

/** A payment is known by its own id; all of them together never exceed the agreed sum. */
export const receive = (command: Of<CommitmentCommand, 'RecordPayment'>, now: Registered): Decision => {
  const { payment, amount, on } = command
  const { proposal, standing } = now
  if (proposal.kind !== 'funding') {
    return refuse('not-a-funding-agreement', `${proposal.commitment} brings units, no money; record their deployment.`)
  }
  const known = now.payments.find((p) => p.payment === payment)
  if (known !== undefined) {
    return same(known, { payment, amount, on })
      ? right([])
      : refuse('payment-recorded-otherwise', `Payment ${payment} is recorded with other figures; give another id.`, {
          pointer: '/payment',
        })
  }
  if (standing.status !== 'signed' && standing.status !== 'paid') return notSigned()
  if (amount.currency !== proposal.currency) return wrongCurrency(proposal.currency)
  const outstanding = outstandingOf(now)
  return BigInt(amount.amount) > outstanding
    ? refuse('more-than-agreed', `Only ${outstanding} is outstanding; record no more than that.`, {
        pointer: '/amount/amount',
        details: { outstanding: String(outstanding) },
      })
    : right([{ ...command, type: 'PaymentReceived' }])
}

/** A claim is known by its own id and needs something that has been deployed. */
export const claim = (command: Of<CommitmentCommand, 'ClaimReimbursement'>, now: Registered): Decision => {
  const known = now.claims.find((c) => c.claim === command.claim)
  if (known !== undefined) {
    return same(known.amount, command.amount) && known.period === command.period
      ? right([])
      : refuse('claimed-otherwise', `Claim ${command.claim} stands with other figures; give another id.`, { pointer: '/claim' })
  }
  return now.arrivals.length === 0
    ? refuse('not-deployed', 'Nothing has been deployed; there is nothing to reimburse.')
    : right([{ ...command, type: 'ReimbursementClaimed' }])
}

/** The same amount on the same day for the same claim is the same payment, told twice. */
export const reimburse = (command: Of<CommitmentCommand, 'PayReimbursement'>, now: Registered): Decision => {
  const { amount, on } = command
  const claimed = now.claims.find((c) => c.claim === command.claim)
  if (claimed === undefined) {
    return refuse('no-such-claim', `There is no claim ${command.claim}; have it claimed first.`, { pointer: '/claim' })
  }
  if (claimed.paid.some((paid) => same(paid, { amount, on }))) return right([])
  if (amount.currency !== claimed.amount.currency) return wrongCurrency(claimed.amount.currency)
  const unpaid = unpaidOf(claimed)
  return BigInt(amount.amount) > unpaid
    ? refuse('more-than-claimed', `Only ${unpaid} of claim ${command.claim} is unpaid; pay no more than that.`, {
        pointer: '/amount/amount',
        details: { unpaid: String(unpaid) },
      })
    : right([{ ...command, type: 'ReimbursementPaid' }])
}

const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))
const notSigned = (): Decision => refuse('not-signed', 'It is not signed yet; sign it first.')
const wrongCurrency = (currency: string | undefined): Decision =>
  refuse('wrong-currency', `It runs in ${currency ?? 'no currency'}; give the amount in that.`, {
    pointer: '/amount/currency',
    details: { currency },
  })
