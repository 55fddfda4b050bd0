/**
 * A commitment: a firm undertaking drawn from a pledge for a requirement. Memorandum of understanding (formed units), letter of assist
 * (transport, aviation, special needs) or funding agreement.
 *
 * Life: proposed → accepted | declined by the contributor → signed → deployed in parts, rotated, repatriated in parts; a funding
 * agreement is paid in parts instead. Until it is signed the contributor may still decline, and until something has arrived it may be
 * cancelled; declined and cancelled, it refuses everything but the wish that ended it.
 *
 * Invariants: deployed ≤ committed, repatriated ≤ deployed on every day, paid ≤ agreed, reimbursed ≤ claimed; what is recorded as having
 * happened does not lie in the future.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { CommitmentCommand, CommitmentEvent } from '@muster/contracts/commitments'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { implausibleDay, implausibleWindow, notYet } from '@muster/kernel/plausible'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { arrive, rotate, sendHome } from './deployment.ts'
import { claim, receive, reimburse } from './money.ts'
import { evolve, isOver, type Commitment, type Proposal, type Registered, type Standing } from './record.ts'

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<CommitmentEvent>>

const decide = (envelope: Envelope<CommitmentCommand>, { registered: now }: Commitment): Decision => {
  const { command, at } = envelope
  if (command.type === 'ProposeCommitment') return propose(payloadOf(command), envelope, now)
  const { commitment } = command
  if (now === undefined) {
    return refuse('unknown-commitment', `There is no commitment ${commitment}; propose it first.`, { pointer: '/commitment' })
  }
  if (isOver(now)) return afterTheEnd(command, now)
  const fault = 'on' in command ? (notYet(command.on, envelope) ?? implausibleDay(command.on, at, '/on')) : undefined
  if (fault !== undefined) return left(fault)
  switch (command.type) {
    case 'AcceptProposal':
      return right(now.standing.status === 'proposed' ? [{ type: 'CommitmentAccepted', commitment }] : [])
    case 'DeclineProposal':
      return decline(command, now.standing)
    case 'SignCommitment':
      return sign(command, now)
    case 'RecordDeployment':
      return arrive(command, now)
    case 'RotateUnit':
      return rotate(command, now)
    case 'RepatriateUnit':
      return sendHome(command, now)
    case 'CancelCommitment':
      return cancel(command, now.standing)
    case 'ReportCaveatBreach':
      return reportBreach(command, now)
    case 'RecordPayment':
      return receive(command, now)
    case 'ClaimReimbursement':
      return claim(command, now)
    case 'PayReimbursement':
      return reimburse(command, now)
  }
}

const propose = (wish: Proposal, { at }: Envelope<CommitmentCommand>, now: Registered | undefined): Decision => {
  if (now !== undefined) {
    if (isOver(now)) return over(now)
    return same(wish, now.proposal)
      ? right([])
      : refuse('commitment-exists', `${wish.commitment} is proposed with other terms; propose under another id.`, {
          pointer: '/commitment',
        })
  }
  if ((wish.kind === 'funding') !== (wish.currency !== undefined)) {
    return refuse('wrong-currency', 'A funding agreement names its currency, and no other commitment has one.', {
      pointer: '/currency',
    })
  }
  const fault = implausibleWindow(wish, at)
  return fault === undefined ? right([{ ...wish, type: 'CommitmentProposed' }]) : left(fault)
}

/** Nothing is firm before the signature, so the contributor may still take its acceptance back. */
const decline = (command: Of<CommitmentCommand, 'DeclineProposal'>, { status }: Standing): Decision =>
  status === 'proposed' || status === 'accepted'
    ? right([{ ...command, type: 'CommitmentDeclined' }])
    : refuse('already-signed', 'It is signed; ask for its cancellation.')

const sign = (command: Of<CommitmentCommand, 'SignCommitment'>, { standing: { status }, signature }: Registered): Decision => {
  if (status === 'proposed') return refuse('not-accepted', 'Its contributor has not accepted it yet.')
  if (signature === undefined) return right([{ ...command, type: 'CommitmentSigned' }])
  return same(signature, { on: command.on, document: command.document })
    ? right([])
    : refuse('signed-otherwise', `It was signed on ${signature.on}${signature.document ? ` as ${signature.document}` : ''}.`, {
        details: { ...signature },
      })
}

const cancel = (command: Of<CommitmentCommand, 'CancelCommitment'>, { status }: Standing): Decision => {
  switch (status) {
    case 'deployed':
      return refuse('units-deployed', 'Units are there; repatriate them instead.')
    case 'repatriated':
    case 'paid':
      return refuse(`commitment-${status}`, 'It has been carried out; there is nothing to cancel.')
    default:
      return right([{ ...command, type: 'CommitmentCancelled' }])
  }
}

/** A limit that was not declared when the commitment was made. */
const reportBreach = (command: Of<CommitmentCommand, 'ReportCaveatBreach'>, now: Registered): Decision => {
  const { caveat, on } = command
  if (now.signature === undefined) return refuse('not-signed', 'It is not signed yet; caveats can still be declared.')
  return right(now.breaches.some((breach) => same(breach, { caveat, on })) ? [] : [{ ...command, type: 'CaveatBreachReported' }])
}

const afterTheEnd = (command: CommitmentCommand, now: Registered): Decision => {
  const { standing } = now
  const again =
    (command.type === 'DeclineProposal' && standing.status === 'declined' && command.reason === standing.reason) ||
    (command.type === 'CancelCommitment' && standing.status === 'cancelled' && command.reason === standing.reason)
  return again ? right([]) : over(now)
}

const over = ({ proposal, standing: { status } }: Registered): Decision =>
  refuse(`commitment-${status}`, `${proposal.commitment} is ${status} and stays so; propose a new commitment under another id.`)

const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Whose commitment it is. */
export const owners = ({ registered }: Commitment): ReadonlyArray<string> =>
  registered === undefined ? [] : [registered.proposal.contributor]

export const commitment: Decider<CommitmentCommand, Commitment, CommitmentEvent, Rejection> = {
  initial: { registered: undefined },
  evolve,
  decide,
  isTerminal: ({ registered }) => registered !== undefined && isOver(registered),
}
