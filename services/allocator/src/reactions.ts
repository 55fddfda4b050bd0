/**
 * What follows from what happened, as commands: an accepted proposal reserves its pledge's capacity, an arrival deploys it, a return
 * or a cancellation gives it back.
 *
 * Keys follow from the event, so that a reaction repeated after a crash changes nothing.
 */
import type { CommandType } from '@muster/contracts/commands'
import type { CommitmentEvent } from '@muster/contracts/commitments'
import type { Of } from '@muster/contracts/message'

export interface Reaction {
  readonly key: string
  readonly type: CommandType
  readonly data: Readonly<Record<string, unknown>>
}

export type Proposal = Of<CommitmentEvent, 'CommitmentProposed'>

interface Happened {
  readonly id: string
  readonly effectiveOn: string
}

/** `proposal` is the first event of the commitment's stream. */
export const reactionsTo = (
  event: CommitmentEvent,
  proposal: Proposal,
  { id, effectiveOn }: Happened,
): ReadonlyArray<Reaction> => {
  const { pledge, commitment } = proposal
  const react = (type: CommandType, data: Readonly<Record<string, unknown>>): Reaction => ({ key: `${type}:${id}`, type, data })
  switch (event.type) {
    case 'CommitmentAccepted':
      return [react('ReserveCapacity', reservationOf(proposal))]
    case 'CommitmentDeployed':
      return [react('DeployCapacity', { pledge, commitment, quantity: event.quantity, on: event.on })]
    case 'PaymentReceived':
      return [
        react('DeployCapacity', {
          pledge,
          commitment,
          quantity: Number(event.amount.amount),
          on: event.on,
          reference: event.payment,
        }),
      ]
    case 'CommitmentRepatriated':
      // With the last of it home, what never arrived is given back too.
      return [
        react('ReleaseCapacity', {
          pledge,
          commitment,
          on: event.on,
          ...(event.remaining === 0 ? {} : { quantity: event.quantity }),
        }),
      ]
    case 'CommitmentDeclined':
    case 'CommitmentCancelled':
      return [react('ReleaseCapacity', { pledge, commitment, on: effectiveOn })]
    case 'CommitmentProposed':
    case 'CommitmentSigned':
    case 'CommitmentRotated':
    case 'CaveatBreachReported':
    case 'ReimbursementClaimed':
    case 'ReimbursementPaid':
      return []
  }
}

const reservationOf = ({ pledge, commitment, quantity, from, to, ...more }: Proposal): Readonly<Record<string, unknown>> => {
  const { contributor, capability, mission, currency } = more
  return {
    pledge,
    commitment,
    quantity,
    from,
    to,
    contributor,
    capability,
    mission,
    ...(currency === undefined ? {} : { currency }),
  }
}
