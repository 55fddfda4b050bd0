/** What is known of one commitment, and how each event changes it. */
import type { CommitmentEvent } from '@muster/contracts/commitments'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { Money } from '@muster/contracts/primitives'
import type { Change } from '@muster/kernel/balance'
import type { Day } from '@muster/kernel/time'

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────
export type Proposal = Omit<Of<CommitmentEvent, 'CommitmentProposed'>, 'type'>

export type Standing =
  /** deployed: some of it is there; repatriated: all that came has gone home; paid: the agreed sum has come in. */
  | { readonly status: 'proposed' | 'accepted' | 'signed' | 'deployed' | 'repatriated' | 'paid' }
  | { readonly status: 'declined' | 'cancelled'; readonly reason: string }

export interface Movement {
  readonly quantity: number
  readonly on: Day
}
export interface Payment {
  readonly payment: string
  readonly amount: Money
  readonly on: Day
}
export interface Claim {
  readonly claim: string
  readonly amount: Money
  readonly period: string
  readonly paid: ReadonlyArray<{ readonly amount: Money; readonly on: Day }>
}

export interface Registered {
  readonly proposal: Proposal
  readonly standing: Standing
  readonly signature?: { readonly on: Day; readonly document?: string | undefined }
  readonly arrivals: ReadonlyArray<Movement>
  readonly departures: ReadonlyArray<Movement>
  readonly rotations: ReadonlyArray<Day>
  readonly breaches: ReadonlyArray<{ readonly caveat: string; readonly on: Day }>
  readonly payments: ReadonlyArray<Payment>
  readonly claims: ReadonlyArray<Claim>
}
export interface Commitment {
  readonly registered: Registered | undefined
}

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
export const evolve = ({ registered }: Commitment, event: CommitmentEvent): Commitment =>
  event.type === 'CommitmentProposed'
    ? { registered: proposed(payloadOf(event)) }
    : { registered: registered && next(registered, event) }

const proposed = (proposal: Proposal): Registered => ({
  proposal,
  standing: { status: 'proposed' },
  arrivals: [],
  departures: [],
  rotations: [],
  breaches: [],
  payments: [],
  claims: [],
})

const next = (now: Registered, event: Exclude<CommitmentEvent, { type: 'CommitmentProposed' }>): Registered => {
  switch (event.type) {
    case 'CommitmentAccepted':
      return { ...now, standing: { status: 'accepted' } }
    case 'CommitmentDeclined':
      return { ...now, standing: { status: 'declined', reason: event.reason } }
    case 'CommitmentSigned':
      return { ...now, standing: { status: 'signed' }, signature: { on: event.on, document: event.document } }
    case 'CommitmentDeployed':
      return { ...now, standing: { status: 'deployed' }, arrivals: [...now.arrivals, movement(event)] }
    case 'CommitmentRotated':
      return { ...now, rotations: [...now.rotations, event.on] }
    case 'CommitmentRepatriated':
      return {
        ...now,
        standing: event.remaining === 0 ? { status: 'repatriated' } : now.standing,
        departures: [...now.departures, movement(event)],
      }
    case 'CommitmentCancelled':
      return { ...now, standing: { status: 'cancelled', reason: event.reason } }
    case 'CaveatBreachReported':
      return { ...now, breaches: [...now.breaches, { caveat: event.caveat, on: event.on }] }
    case 'PaymentReceived':
      return paidUp({ ...now, payments: [...now.payments, { payment: event.payment, amount: event.amount, on: event.on }] })
    case 'ReimbursementClaimed': {
      const { claim, amount, period } = event
      return { ...now, claims: [...now.claims, { claim, amount, period, paid: [] }] }
    }
    case 'ReimbursementPaid': {
      const { claim, amount, on } = event
      return { ...now, claims: now.claims.map((c) => (c.claim === claim ? { ...c, paid: [...c.paid, { amount, on }] } : c)) }
    }
  }
}

const movement = ({ quantity, on }: Movement): Movement => ({ quantity, on })

const paidUp = (now: Registered): Registered => (outstandingOf(now) === 0n ? { ...now, standing: { status: 'paid' } } : now)

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** A declined or cancelled commitment is over. One that is paid or home is not: reimbursement goes on for years. */
export const isOver = ({ standing: { status } }: Registered): boolean => status === 'declined' || status === 'cancelled'

/** Arrivals and departures as one running balance of what is there. */
export const presenceOf = ({ arrivals, departures }: Registered): ReadonlyArray<Change> => [
  ...arrivals.map(({ on, quantity }) => ({ on, by: quantity })),
  ...departures.map(({ on, quantity }) => ({ on, by: -quantity })),
]

/** All that has arrived so far, gone home or not. */
export const arrivedOf = ({ arrivals }: Registered): number => total(arrivals)
/** What is there now. */
export const presentOf = ({ arrivals, departures }: Registered): number => total(arrivals) - total(departures)

/** Minor units of an agreed sum that have not come in yet. */
export const outstandingOf = ({ proposal, payments }: Registered): bigint => BigInt(proposal.quantity) - sumOf(payments)
/** Minor units of a claim that have not been paid yet. */
export const unpaidOf = ({ amount, paid }: Claim): bigint => BigInt(amount.amount) - sumOf(paid)

const total = (movements: ReadonlyArray<Movement>): number => movements.reduce((sum, { quantity }) => sum + quantity, 0)
const sumOf = (sums: ReadonlyArray<{ readonly amount: Money }>): bigint =>
  sums.reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n)
