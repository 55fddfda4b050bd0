import { describe, expect, test } from 'vitest'
import type { CommitmentEvent } from '@muster/contracts/commitments'
import { reactionsTo, type Proposal } from './reactions.ts'

const proposal: Proposal = {
  type: 'CommitmentProposed',
  commitment: 'plan-1-0001',
  kind: 'mou',
  pledge: 'P-1',
  contributor: 'NPL',
  mission: 'MINUSCA',
  requirement: 'R1',
  capability: 'INF-BN',
  quantity: 2,
  from: '2027-01-01',
  to: '2028-01-01',
  plan: 'plan-1',
}
const { commitment } = proposal
const happened = { id: 'event-1', effectiveOn: '2027-02-01' }
const after = (event: CommitmentEvent) => reactionsTo(event, proposal, happened).map(({ type, data }) => ({ type, ...data }))

describe('what follows from what happens to a commitment', () => {
  test('acceptance reserves the whole of it at the pledge', () => {
    expect(after({ type: 'CommitmentAccepted', commitment })).toEqual([
      {
        type: 'ReserveCapacity',
        pledge: 'P-1',
        commitment,
        quantity: 2,
        from: '2027-01-01',
        to: '2028-01-01',
        contributor: 'NPL',
        capability: 'INF-BN',
        mission: 'MINUSCA',
      },
    ])
  })
  test('an arrival deploys as much as arrived', () => {
    expect(after({ type: 'CommitmentDeployed', commitment, quantity: 1, total: 1, on: '2027-02-10' })).toEqual([
      { type: 'DeployCapacity', pledge: 'P-1', commitment, quantity: 1, on: '2027-02-10' },
    ])
  })
  test('a part that goes home is released; with the last of it the rest is given back', () => {
    expect(after({ type: 'CommitmentRepatriated', commitment, quantity: 1, remaining: 1, on: '2027-06-01' })).toEqual([
      { type: 'ReleaseCapacity', pledge: 'P-1', commitment, quantity: 1, on: '2027-06-01' },
    ])
    expect(after({ type: 'CommitmentRepatriated', commitment, quantity: 1, remaining: 0, on: '2027-07-01' })).toEqual([
      { type: 'ReleaseCapacity', pledge: 'P-1', commitment, on: '2027-07-01' },
    ])
  })
  test('a payment uses up the money of the pledge, once for each payment', () => {
    expect(
      after({
        type: 'PaymentReceived',
        commitment,
        payment: 'PAY-1',
        amount: { amount: '500', currency: 'EUR' },
        on: '2027-03-01',
      }),
    ).toEqual([{ type: 'DeployCapacity', pledge: 'P-1', commitment, quantity: 500, on: '2027-03-01', reference: 'PAY-1' }])
  })
  test.each([
    { type: 'CommitmentDeclined', commitment, reason: 'not ready' },
    { type: 'CommitmentCancelled', commitment, reason: 'mandate ended' },
  ] as const)('$type gives back what was held, on the day it takes effect', (event) => {
    expect(after(event)).toEqual([{ type: 'ReleaseCapacity', pledge: 'P-1', commitment, on: '2027-02-01' }])
  })
  test('a proposal, a signature and a rotation move no capacity', () => {
    expect(
      [
        proposal,
        { type: 'CommitmentSigned', commitment, on: '2027-01-15' } as const,
        { type: 'CommitmentRotated', commitment, on: '2027-07-01', rotation: 1 } as const,
      ].flatMap(after),
    ).toEqual([])
  })
  test('a reaction repeated after a crash carries the same key', () => {
    const accepted = { type: 'CommitmentAccepted', commitment } as const
    expect(reactionsTo(accepted, proposal, happened)).toEqual(reactionsTo(accepted, proposal, happened))
    expect(reactionsTo(accepted, proposal, happened)[0]?.key).not.toEqual(
      reactionsTo(accepted, proposal, { ...happened, id: 'event-2' })[0]?.key,
    )
  })
})
