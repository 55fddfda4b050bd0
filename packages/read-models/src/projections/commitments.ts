/** Commitments: events to rows. The commitment's own `evolve` decides what an event means; this only lays it out. */
import { evolve, presentOf, type Registered, type Standing } from '@muster/commitments/record'
import { commitmentEvents, type CommitmentEvent } from '@muster/contracts/commitments'
import type { DomainEvent } from '@muster/contracts/events'
import { change, type Projection } from '../change.ts'
import { commitment, type CommitmentRow } from '../tables/pledges.ts'

const isOfCommitment = (event: DomainEvent): event is CommitmentEvent => Object.hasOwn(commitmentEvents, event.type)

const standingOf = ({ status, reason }: CommitmentRow): Standing =>
  status === 'declined' || status === 'cancelled' ? { status, reason: reason ?? '' } : { status }

const registeredOf = (row: CommitmentRow): Registered => ({
  proposal: {
    commitment: row.id,
    kind: row.kind,
    pledge: row.pledge,
    contributor: row.contributor,
    mission: row.mission,
    requirement: row.requirement,
    ...(row.requirementVersion === null ? {} : { requirementVersion: row.requirementVersion }),
    capability: row.capability,
    quantity: row.quantity,
    ...(row.currency === null ? {} : { currency: row.currency }),
    from: row.from,
    to: row.to,
    ...(row.plan === null ? {} : { plan: row.plan }),
  },
  standing: standingOf(row),
  ...(row.signedOn === null ? {} : { signature: { on: row.signedOn, document: row.document ?? undefined } }),
  arrivals: row.deployments,
  departures: row.repatriations,
  rotations: row.rotations,
  breaches: row.breaches,
  payments: row.payments,
  claims: row.claims,
})

const rowOf = (now: Registered, revision: number): CommitmentRow => {
  const { commitment: id, requirementVersion, currency, plan, ...proposal } = now.proposal
  return {
    id,
    ...proposal,
    requirementVersion: requirementVersion ?? null,
    currency: currency ?? null,
    plan: plan ?? null,
    status: now.standing.status,
    revision,
    signedOn: now.signature?.on ?? null,
    document: now.signature?.document ?? null,
    present: presentOf(now),
    deployments: now.arrivals,
    repatriations: now.departures,
    rotations: now.rotations,
    payments: now.payments,
    claims: now.claims,
    breaches: now.breaches,
    reason: 'reason' in now.standing ? now.standing.reason : null,
  }
}

export const commitments: Projection = ({ event, revision }) => {
  if (!isOfCommitment(event)) return []
  return [
    {
      ...change(commitment, event.commitment, (current) => {
        const { registered } = evolve({ registered: current && registeredOf(current) }, event)
        return registered && rowOf(registered, revision)
      }),
      isNew: event.type === 'CommitmentProposed',
    },
  ]
}
