/** Integration events about pledges and the commitments drawn from them. */
import { z } from 'zod'
import {
  CapabilityCode,
  ContributorId,
  Count,
  Currency,
  Day,
  Language,
  MissionId,
  Money,
  Quantity,
  Readiness,
  RecordId,
} from '../primitives.ts'
import { Caveat, Party } from '../pledging.ts'

const pledge = RecordId
const commitment = RecordId
const Held = z.int().min(1).describe('Units of the catalogue; for money minor units of its currency')

/** What a pledge offers, as far as it is published: without notes, labels and the name of the physical unit. */
const Terms = z.object({
  contributor: ContributorId,
  ownReference: z.string().describe('The contributor’s own number for it'),
  capability: CapabilityCode,
  quantity: Quantity.optional().describe('Units of the catalogue; money gives amount instead'),
  amount: Money.optional(),
  unitSize: Quantity.optional().describe('Units that go together'),
  divisible: z.boolean().optional(),
  measure: z.enum(['standing', 'stock']).optional(),
  from: Day,
  to: Day.describe('The first day on which it is not offered any more'),
  noticeDays: z.int().min(0).optional(),
  readiness: Readiness.optional(),
  minTourDays: z.int().min(1).optional(),
  languages: z.array(Language).optional(),
  standards: z.array(z.string()).optional(),
  caveats: z.array(Caveat).optional(),
  earmark: z.array(MissionId).optional().describe('Only for these missions'),
  preference: z.array(MissionId).optional().describe('Rather for these missions'),
  validUntil: Day.optional(),
  persons: Count.optional().describe('Persons in one unit'),
  lease: z.enum(['wet', 'dry']).optional(),
  parties: z.array(Party).optional().describe('Of a joint pledge, which counts once'),
  reportedBy: ContributorId.optional(),
  derivedFrom: RecordId.optional().describe('The pledge from which this unit comes'),
  announcedAt: z.string().optional(),
})
export type PublishedTerms = z.output<typeof Terms>

export const pledgeIntegration = {
  'muster.pledge.submitted.v1': Terms.extend({ pledge }).describe('A pledge was made'),
  'muster.pledge.acknowledged.v1': z.object({ pledge }).describe('The department has seen it'),
  'muster.pledge.accepted.v1': z.object({ pledge }).describe('It is in the register at level 1'),
  'muster.pledge.returned.v1': z.object({ pledge, reasons: z.array(z.string()) }).describe('It went back to the contributor'),
  'muster.pledge.amended.v1': z
    .object({
      pledge,
      version: z.int().min(2),
      changed: z.array(z.string()).describe('Names of published terms that differ from the version before'),
      terms: Terms.describe('The new terms, whole: enough to begin with where earlier ones were withheld'),
    })
    .describe('A new version of it stands'),
  'muster.pledge.readiness-assessed.v1': z
    .object({ pledge, level: Readiness, on: Day })
    .describe('The level found by a visit, up or down'),
  'muster.pledge.caveat-declared.v1': z.object({ pledge, caveat: Caveat }).describe('A limit on its use was added'),
  'muster.pledge.caveat-lifted.v1': z.object({ pledge, caveat: Caveat }).describe('A limit on its use is gone'),
  'muster.pledge.renewed.v1': z.object({ pledge, validUntil: Day }).describe('It is valid for longer'),
  'muster.pledge.expired.v1': z.object({ pledge, on: Day }).describe('It was not renewed; final'),
  'muster.pledge.capacity-reserved.v1': z
    .object({ pledge, commitment, quantity: Held, from: Day, to: Day })
    .describe('Capacity is spoken for by a commitment'),
  'muster.pledge.capacity-deployed.v1': z
    .object({ pledge, commitment, quantity: Held, on: Day })
    .describe('Reserved capacity arrived, or was paid'),
  'muster.pledge.capacity-freed.v1': z
    .object({ pledge, commitment, quantity: Held, on: Day })
    .describe('Reserved capacity was not used and is free again'),
  'muster.pledge.capacity-released.v1': z
    .object({ pledge, commitment, quantity: Held, on: Day })
    .describe('Deployed capacity came home; it is not available again before its hold would have ended'),
  'muster.pledge.withdrawn.v1': z
    .object({ pledge, reason: z.string(), on: Day.optional().describe('Absent: it was never on offer') })
    .describe('Nothing of it is on offer from this day; final'),
  'muster.pledge.withheld.v1': z
    .object({ pledge })
    .describe(
      'Something happened to a pledge that is not published. Forget what you hold of it and of commitments drawn from it',
    ),
}

export const commitmentIntegration = {
  'muster.commitment.proposed.v1': z
    .object({
      commitment,
      kind: z.enum(['mou', 'loa', 'funding']),
      pledge,
      contributor: ContributorId,
      mission: MissionId,
      requirement: RecordId,
      requirementVersion: z.int().min(1).optional(),
      capability: CapabilityCode,
      quantity: Held,
      currency: Currency.optional().describe('Of a funding agreement'),
      from: Day,
      to: Day,
      plan: RecordId.optional(),
    })
    .describe('A contributor is asked to commit part of a pledge to a requirement'),
  'muster.commitment.accepted.v1': z.object({ commitment }).describe('The contributor has agreed'),
  'muster.commitment.declined.v1': z.object({ commitment, reason: z.string() }).describe('The contributor has refused; final'),
  'muster.commitment.signed.v1': z.object({ commitment, on: Day, document: z.string().optional() }).describe('It is firm'),
  'muster.commitment.deployed.v1': z
    .object({ commitment, quantity: Held, total: Held.describe('All that has arrived so far'), on: Day })
    .describe('Some or all of it arrived'),
  'muster.commitment.rotated.v1': z.object({ commitment, on: Day, rotation: z.int().min(1) }).describe('Fresh people took over'),
  'muster.commitment.repatriated.v1': z
    .object({ commitment, quantity: Held, remaining: z.int().min(0), on: Day })
    .describe('Some or all of it went home'),
  'muster.commitment.cancelled.v1': z.object({ commitment, reason: z.string() }).describe('It will not be carried out; final'),
  'muster.commitment.caveat-breach-reported.v1': z
    .object({ commitment, caveat: z.string(), on: Day })
    .describe('A limit showed that had not been declared'),
  'muster.commitment.payment-received.v1': z
    .object({ commitment, payment: RecordId, amount: Money, on: Day })
    .describe('Pledged money was paid'),
  'muster.commitment.reimbursement-claimed.v1': z
    .object({ commitment, claim: RecordId, amount: Money, period: z.string() })
    .describe('The contributor asks to be reimbursed'),
  'muster.commitment.reimbursement-paid.v1': z
    .object({ commitment, claim: RecordId, amount: Money, on: Day })
    .describe('The contributor was reimbursed'),
  'muster.commitment.withheld.v1': z
    .object({ commitment })
    .describe('Something happened to a commitment that is not published. Forget what you hold of it'),
}
