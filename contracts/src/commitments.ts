/** Commitments: firm undertakings drawn from a pledge for a requirement, from proposal to repatriation or payment. */
import { z } from 'zod'
import {
  CapabilityCode,
  ContributorId,
  Currency,
  Day,
  MissionId,
  Money,
  RecordId,
  ShortText,
  Text,
  withWindow,
} from './primitives.ts'
import type { MessageOf } from './message.ts'

const commitment = RecordId
const quantity = z.int().min(1).max(1_000_000_000_000)

const proposal = {
  commitment,
  /** memorandum of understanding (formed unit), letter of assist (transport, aviation, special), funding agreement */
  kind: z.enum(['mou', 'loa', 'funding']),
  pledge: RecordId,
  contributor: ContributorId,
  mission: MissionId,
  requirement: RecordId,
  /** Version of the requirement it was drawn for. */
  requirementVersion: z.int().min(1).optional(),
  capability: CapabilityCode,
  /** Units, or minor units of the pledge's currency. */
  quantity,
  /** The pledge's currency: a funding agreement names it, any other commitment has none. */
  currency: Currency.optional(),
  from: Day,
  to: Day,
  plan: RecordId.optional(),
}
const claim = { commitment, claim: RecordId, amount: Money, period: ShortText }

export const commitmentEvents = {
  CommitmentProposed: z.object(proposal),
  CommitmentAccepted: z.object({ commitment }),
  CommitmentDeclined: z.object({ commitment, reason: Text }),
  CommitmentSigned: z.object({ commitment, on: Day, document: ShortText.optional() }),
  /** What actually arrived; `total` is all that has arrived so far. */
  CommitmentDeployed: z.object({ commitment, quantity, total: quantity, on: Day }),
  CommitmentRotated: z.object({ commitment, on: Day, rotation: z.int().min(1) }),
  CommitmentRepatriated: z.object({ commitment, quantity, remaining: z.int().min(0), on: Day }),
  CommitmentCancelled: z.object({ commitment, reason: Text }),
  CaveatBreachReported: z.object({ commitment, caveat: Text, on: Day }),
  PaymentReceived: z.object({ commitment, payment: RecordId, amount: Money, on: Day }),
  ReimbursementClaimed: z.object(claim),
  ReimbursementPaid: z.object({ commitment, claim: RecordId, amount: Money, on: Day }),
}
export type CommitmentEvent = MessageOf<typeof commitmentEvents>

export const commitmentCommands = {
  ProposeCommitment: withWindow(z.strictObject(proposal)),
  AcceptProposal: z.strictObject({ commitment }),
  DeclineProposal: z.strictObject({ commitment, reason: Text }),
  SignCommitment: z.strictObject({ commitment, on: Day, document: ShortText.optional() }),
  RecordDeployment: z.strictObject({ commitment, quantity, on: Day }),
  RotateUnit: z.strictObject({ commitment, on: Day }),
  RepatriateUnit: z.strictObject({ commitment, quantity: quantity.optional(), on: Day }),
  CancelCommitment: z.strictObject({ commitment, reason: Text }),
  ReportCaveatBreach: z.strictObject({ commitment, caveat: Text, on: Day }),
  RecordPayment: z.strictObject({ commitment, payment: RecordId, amount: Money, on: Day }),
  ClaimReimbursement: z.strictObject(claim),
  PayReimbursement: z.strictObject({ commitment, claim: RecordId, amount: Money, on: Day }),
}
export type CommitmentCommand = MessageOf<typeof commitmentCommands>
