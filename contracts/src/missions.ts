/** Missions: mandates, dated ceilings, money, host consent, requirements, and the strength their contributors report. */
import { z } from 'zod'
import {
  CapabilityCode,
  ContributorId,
  Count,
  Day,
  Language,
  MissionId,
  Money,
  Month,
  Readiness,
  RecordId,
  ShortText,
  Text,
  withWindow,
} from './primitives.ts'
import type { MessageOf } from './message.ts'

const Source = ShortText
const mission = MissionId
/** A resolution or other document that carries a decision. */
const document = ShortText.optional()

const establishment = {
  mission,
  name: ShortText,
  hosts: z.array(ContributorId).max(10).default([]),
  /** States that once ruled the host: a warning with a reason, never a ban. */
  formerPowers: z.array(ContributorId).max(10).default([]),
  from: Day,
  to: Day.optional(),
  document,
}
export const CeilingCategory = z.enum(['military', 'police']).meta({ id: 'CeilingCategory' })
const ceiling = { mission, category: CeilingCategory, from: Day, quantity: Count, document, note: Text.optional() }
const budget = {
  mission,
  fiscalYear: z.string().regex(/^\d{4}\/\d{2}$/, 'a fiscal year such as 2025/26'),
  amount: Money,
  document,
  note: Text.optional(),
}
/** 1 July to 30 June, so the second year is the one after the first. */
const FiscalYear = budget.fiscalYear.refine((year) => (Number(year.slice(2, 4)) + 1) % 100 === Number(year.slice(5)), {
  message: 'a fiscal year names two years in a row, such as 2025/26',
})
const cut = { mission, fiscalYear: budget.fiscalYear, permille: z.int().min(1).max(1000), reason: Text }
const cash = { mission, fiscalYear: budget.fiscalYear, amount: Money, on: Day }
/** For one contributor, or for the whole mission when none is named. */
const consent = { mission, contributor: ContributorId.optional(), from: Day, reason: Text }

const requirementTerms = {
  capability: CapabilityCode,
  accepts: z.array(CapabilityCode).max(50).default([]),
  tier: z.int().min(1).max(9).default(1),
  weight: z.int().min(1).max(1_000).default(1),
  counts: z.enum(['copies', 'persons']).default('copies'),
  quantity: z.int().min(1).max(1_000_000_000),
  from: Day,
  to: Day,
  minTourDays: z.int().min(1).max(3_650).default(1),
  minReadiness: Readiness.default(1),
  maxNoticeDays: z.int().min(0).max(3_650).optional(),
  languages: z.array(Language).max(20).default([]),
  standards: z.array(ShortText).max(50).default([]),
  excludes: z
    .array(z.object({ contributor: ContributorId, reason: Text }))
    .max(200)
    .default([]),
  needs: z.array(RecordId).max(50).default([]),
}
const requirement = { mission, requirement: RecordId, ...requirementTerms }

export const missionEvents = {
  MissionEstablished: z.object(establishment),
  MandateExtended: z.object({ mission, to: Day, document }),
  MandateEnded: z.object({ mission, on: Day, document }),
  CeilingSet: z.object(ceiling),
  BudgetApproved: z.object(budget),
  CashCutOrdered: z.object(cut),
  CashReceived: z.object(cash),
  HostConsentGranted: z.object(consent),
  HostConsentRefused: z.object(consent),
  HostConsentWithdrawn: z.object(consent),
  RequirementIssued: z.object({ ...requirement, version: z.int().min(1) }),
  RequirementRevised: z.object({ ...requirement, version: z.int().min(1) }),
  RequirementWithdrawn: z.object({ mission, requirement: RecordId, reason: Text }),
}
export type MissionEvent = MessageOf<typeof missionEvents>

export const missionCommands = {
  EstablishMission: withWindow(z.strictObject(establishment)),
  ExtendMandate: z.strictObject({ mission, to: Day, document }),
  EndMandate: z.strictObject({ mission, on: Day, document }),
  SetCeiling: z.strictObject(ceiling),
  ApproveBudget: z.strictObject({ ...budget, fiscalYear: FiscalYear }),
  OrderCashCut: z.strictObject({ ...cut, fiscalYear: FiscalYear }),
  RecordCash: z.strictObject({ ...cash, fiscalYear: FiscalYear }),
  GrantConsent: z.strictObject(consent),
  RefuseConsent: z.strictObject(consent),
  WithdrawConsent: z.strictObject(consent),
  IssueRequirement: withWindow(z.strictObject(requirement)),
  /** The whole line as it is to be from now on. */
  ReviseRequirement: withWindow(z.strictObject(requirement)),
  WithdrawRequirement: z.strictObject({ mission, requirement: RecordId, reason: Text }),
}
export type MissionCommand = MessageOf<typeof missionCommands>

const persons = z.object({ men: Count, women: Count })
/**
 * Uniformed persons of one contributor in one mission in one month, as the mission reported them: an official count of who was
 * there, neither a pledge nor a commitment.
 */
const strength = {
  mission,
  contributor: ContributorId,
  month: Month,
  troops: persons,
  experts: persons,
  formedPolice: persons,
  individualPolice: persons,
  source: Source,
}
export const strengthEvents = { StrengthReported: z.object(strength), StrengthCorrected: z.object(strength) }
export type StrengthEvent = MessageOf<typeof strengthEvents>
export const strengthCommands = { ReportStrength: z.strictObject(strength) }
export type StrengthCommand = MessageOf<typeof strengthCommands>
export type StrengthFigures = z.output<(typeof strengthCommands)['ReportStrength']>

/**
 * Uniformed persons of one mission in one month as a total over all contributors: the long official series, which does not say who
 * they were. It never replaces the counts by contributor; both stand side by side. In early years the source put everyone under troops.
 */
const missionTotal = {
  mission,
  month: Month,
  contributors: Count.optional(),
  troops: Count.optional(),
  police: Count.optional(),
  observers: Count.optional(),
  total: Count,
  source: Source,
}
export const missionTotalEvents = { MissionTotalReported: z.object(missionTotal), MissionTotalCorrected: z.object(missionTotal) }
export type MissionTotalEvent = MessageOf<typeof missionTotalEvents>
export const missionTotalCommands = { ReportMissionTotal: z.strictObject(missionTotal) }
export type MissionTotalCommand = MessageOf<typeof missionTotalCommands>
