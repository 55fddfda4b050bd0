/** Plans and flags: what the engine computed and found, and what people decided about it. */
import { z } from 'zod'
import { Assignment, Problem } from './allocation/problem.ts'
import { Digest, Plan } from './allocation/plan.ts'
import { Day, RecordId, ShortText, Text } from './primitives.ts'
import type { MessageOf } from './message.ts'

const plan = RecordId
/** From which kind of numbers the problem is folded: pledges and requirements, or reported strengths against ceilings. */
export const PlanBasis = z.enum(['pledges', 'reported-strength']).meta({ id: 'PlanBasis' })

export const planEvents = {
  PlanRequested: z.object({ plan, basis: PlanBasis, from: Day, to: Day }),
  PlanComputed: z.object({
    plan,
    basis: PlanBasis,
    /** Everything up to here was known to the run. */
    inputsPosition: z.int().min(0),
    policy: RecordId,
    problem: Problem,
    problemDigest: Digest,
    solution: Plan,
  }),
  PlanFailed: z.object({ plan, code: ShortText, message: Text }),
  PlanApproved: z.object({ plan }),
  PlanRejected: z.object({ plan, reason: Text }),
  PlanSuperseded: z.object({ plan, by: RecordId }),
  /** An assignment of an approved plan that could not become a proposal, and why. */
  PlanAssignmentRefused: z.object({ plan, assignment: Assignment, code: ShortText, message: Text }),
}
export type PlanEvent = MessageOf<typeof planEvents>

export const planCommands = {
  RequestPlan: z
    .strictObject({ plan, basis: PlanBasis.default('pledges'), from: Day, to: Day })
    .refine((p) => p.from < p.to, { path: ['to'], message: 'the window must end after it begins' }),
  RecordPlan: z.strictObject(planEvents.PlanComputed.shape),
  RecordPlanFailure: z.strictObject(planEvents.PlanFailed.shape),
  ApprovePlan: z.strictObject({ plan }),
  RejectPlan: z.strictObject({ plan, reason: Text }),
  SupersedePlan: z.strictObject({ plan, by: RecordId }),
  RefuseAssignment: z.strictObject(planEvents.PlanAssignmentRefused.shape),
}
export type PlanCommand = MessageOf<typeof planCommands>

export const FlagFamily = z.enum(['imbalance', 'redundancy', 'gap', 'data', 'warning']).meta({ id: 'FlagFamily' })
export const FlagKind = z
  .enum([
    'over-burdened',
    'under-contributing',
    'concentration',
    'single-contributor-dependence',
    'over-subscribed',
    'duplicate-pledge',
    'overlapping-commitments',
    'surplus-capability',
    'money-for-kit-in-kind',
    'unfilled',
    'partly-filled',
    'rotation-cliff',
    'late',
    'readiness',
    'caveat-blocked',
    'consent-blocked',
    'above-ceiling',
    'mandate-ends-under-commitment',
    'budget-not-covered-by-cash',
    'gender-target-missed',
    'stale-pledge',
    'undeclared-caveat',
    'stale-capacity-figure',
    'neighbour-of-host',
    'former-power',
    'permanent-member',
  ])
  .meta({ id: 'FlagKind' })
export type FlagKind = z.infer<typeof FlagKind>
export const Severity = z.enum(['info', 'warning', 'critical']).meta({ id: 'Severity' })

export const FlagSubject = z.object({
  mission: z.string().optional(),
  contributor: z.string().optional(),
  capability: z.string().optional(),
  requirement: z.string().optional(),
  pledge: z.string().optional(),
  commitment: z.string().optional(),
  dimension: z.string().optional(),
})
const finding = {
  flag: RecordId,
  kind: FlagKind,
  family: FlagFamily,
  severity: Severity,
  subject: FlagSubject,
  /** The figures behind it: machine-readable, enough to compute it again. */
  evidence: z.record(z.string(), z.unknown()),
  text: Text,
  from: Day.optional(),
  to: Day.optional(),
}
export const flagEvents = {
  FlagRaised: z.object(finding),
  /** Still so, with other figures. */
  FlagEvidenceChanged: z.object(finding),
  FlagAcknowledged: z.object({ flag: RecordId, note: Text }),
  FlagCleared: z.object({ flag: RecordId, reason: Text }),
}
export type FlagEvent = MessageOf<typeof flagEvents>
export const flagCommands = {
  RaiseFlag: z.strictObject(finding),
  AcknowledgeFlag: z.strictObject({ flag: RecordId, note: Text }),
  ClearFlag: z.strictObject({ flag: RecordId, reason: Text }),
}
export type FlagCommand = MessageOf<typeof flagCommands>

/** Parking of a poison stream by a subscription: `subscription-{name}`. */
export const subscriptionEvents = {
  StreamParked: z.object({ subscription: ShortText, stream: ShortText, fromRevision: z.int().min(0), reason: Text }),
  StreamReleased: z.object({ subscription: ShortText, stream: ShortText }),
}
export type SubscriptionEvent = MessageOf<typeof subscriptionEvents>
export const subscriptionCommands = {
  /** Lets a parked stream go on, once its cause is mended: what waited is delivered in order. */
  ReleaseStream: z.strictObject({ subscription: ShortText, stream: ShortText }),
}
export type SubscriptionCommand = MessageOf<typeof subscriptionCommands>
