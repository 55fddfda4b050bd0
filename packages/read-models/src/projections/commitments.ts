/** Commitments: events to rows. */
import { patch, putNew, type Change, type Projection, type Recorded } from '../change.ts'
import { commitment, type CommitmentRow } from '../tables/pledges.ts'

const changed = (id: string, { revision }: Recorded, values: (row: CommitmentRow) => Partial<CommitmentRow>): Change =>
  patch(commitment, id, (row) => ({ ...values(row), revision }))

export const commitments: Projection = (recorded) => {
  const { event, revision } = recorded
  switch (event.type) {
    case 'CommitmentProposed': {
      const { type: _type, commitment: id, requirementVersion, currency, plan, ...terms } = event
      return [
        putNew(commitment, id, {
          id,
          ...terms,
          requirementVersion: requirementVersion ?? null,
          currency: currency ?? null,
          plan: plan ?? null,
          status: 'proposed',
          revision,
          signedOn: null,
          document: null,
          present: 0,
          deployments: [],
          repatriations: [],
          rotations: [],
          payments: [],
          claims: [],
          breaches: [],
          reason: null,
        }),
      ]
    }
    case 'CommitmentAccepted':
      return [changed(event.commitment, recorded, () => ({ status: 'accepted' }))]
    case 'CommitmentDeclined':
      return [changed(event.commitment, recorded, () => ({ status: 'declined', reason: event.reason }))]
    case 'CommitmentSigned':
      return [
        changed(event.commitment, recorded, () => ({ status: 'signed', signedOn: event.on, document: event.document ?? null })),
      ]
    case 'CommitmentDeployed':
      return [
        changed(event.commitment, recorded, ({ deployments, present }) => ({
          status: 'deployed',
          present: present + event.quantity,
          deployments: [...deployments, { quantity: event.quantity, on: event.on }],
        })),
      ]
    case 'CommitmentRotated':
      return [
        changed(event.commitment, recorded, ({ rotations }) => ({
          rotations: [...rotations, { rotation: event.rotation, on: event.on }],
        })),
      ]
    case 'CommitmentRepatriated':
      return [
        changed(event.commitment, recorded, ({ repatriations, status }) => ({
          status: event.remaining === 0 ? 'repatriated' : status,
          present: event.remaining,
          repatriations: [...repatriations, { quantity: event.quantity, on: event.on }],
        })),
      ]
    case 'CommitmentCancelled':
      return [changed(event.commitment, recorded, () => ({ status: 'cancelled', reason: event.reason }))]
    case 'CaveatBreachReported':
      return [
        changed(event.commitment, recorded, ({ breaches }) => ({
          breaches: [...breaches, { caveat: event.caveat, on: event.on }],
        })),
      ]
    case 'PaymentReceived':
      return [
        changed(event.commitment, recorded, ({ payments }) => ({
          payments: [...payments, { payment: event.payment, amount: event.amount, on: event.on }],
        })),
      ]
    case 'ReimbursementClaimed':
      return [
        changed(event.commitment, recorded, ({ claims }) => ({
          claims: [...claims, { claim: event.claim, amount: event.amount, period: event.period, paid: null }],
        })),
      ]
    case 'ReimbursementPaid':
      return [
        changed(event.commitment, recorded, ({ claims }) => ({
          claims: claims.map((claim) =>
            claim.claim === event.claim ? { ...claim, paid: { amount: event.amount, on: event.on } } : claim,
          ),
        })),
      ]
    default:
      return []
  }
}
