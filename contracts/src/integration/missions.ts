/** Integration events about missions and about the strength that was reported of them. */
import { z } from 'zod'
import { CeilingCategory } from '../missions.ts'
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
} from '../primitives.ts'

const mission = MissionId
const fiscalYear = z.string().describe('As in 2025/26')
const persons = z.object({ men: Count, women: Count })

export const missionIntegration = {
  'muster.mission.established.v1': z
    .object({
      mission,
      name: z.string(),
      hosts: z.array(ContributorId),
      from: Day,
      to: Day.optional().describe('The mandate ends before this day; absent: no end is set'),
      document: z.string().optional(),
    })
    .describe('A mission was established'),
  'muster.mission.mandate-extended.v1': z
    .object({ mission, to: Day, document: z.string().optional() })
    .describe('The mandate now ends before this day'),
  'muster.mission.mandate-ended.v1': z
    .object({ mission, on: Day, document: z.string().optional() })
    .describe('The mandate ends on this day'),
  'muster.mission.ceiling-set.v1': z
    .object({
      mission,
      category: CeilingCategory,
      from: Day,
      quantity: Count.describe('Persons'),
      document: z.string().optional(),
    })
    .describe('Authorised strength of a category from a day on'),
  'muster.mission.budget-approved.v1': z.object({ mission, fiscalYear, amount: Money }).describe('A budget was approved'),
  'muster.mission.cash-cut-ordered.v1': z
    .object({ mission, fiscalYear, permille: z.int().min(1).max(1_000).describe('Thousandths of the budget') })
    .describe('Spending was cut for want of cash'),
  'muster.mission.cash-received.v1': z.object({ mission, fiscalYear, amount: Money, on: Day }).describe('Assessed money came in'),
  'muster.mission.host-consent-changed.v1': z
    .object({
      mission,
      contributor: ContributorId.optional().describe('Absent: for the whole mission'),
      consent: z.enum(['granted', 'refused', 'withdrawn']),
      from: Day,
    })
    .describe('The host consents to a contributor or the mission from this day, or does not'),
  'muster.mission.requirement-stated.v1': z
    .object({
      mission,
      requirement: RecordId,
      version: z.int().min(1),
      capability: CapabilityCode,
      accepts: z.array(CapabilityCode).describe('Capabilities that serve as well'),
      tier: z.int().min(1).describe('1 is served first'),
      weight: z.int().min(1),
      counts: z.enum(['copies', 'persons']).describe('What the quantity counts'),
      quantity: z.int().min(1),
      from: Day,
      to: Day,
      minTourDays: z.int().min(1),
      minReadiness: Readiness,
      maxNoticeDays: z.int().min(0).optional(),
      languages: z.array(Language),
      standards: z.array(z.string()),
      needs: z.array(RecordId).describe('Requirements without which this one serves nothing'),
    })
    .describe('One line of the statement of unit requirements, whole, as it stands from now on'),
  'muster.mission.requirement-withdrawn.v1': z
    .object({ mission, requirement: RecordId, reason: z.string() })
    .describe('The line is not required any more'),
}

export const strengthIntegration = {
  'muster.strength.reported.v1': z
    .object({
      mission,
      contributor: ContributorId,
      month: Month,
      troops: persons,
      experts: persons,
      formedPolice: persons,
      individualPolice: persons,
      source: z.string(),
      corrected: z.boolean().describe('True: replaces what was reported before for the same month'),
    })
    .describe('Uniformed persons of one contributor in one mission in one month: an official count of who was there'),
}

export const totalIntegration = {
  'muster.total.reported.v1': z
    .object({
      mission,
      month: Month,
      contributors: Count.optional(),
      troops: Count.optional(),
      police: Count.optional(),
      observers: Count.optional(),
      total: Count,
      source: z.string(),
      corrected: z.boolean().describe('True: replaces what was reported before for the same month'),
    })
    .describe('Uniformed persons of one mission in one month over all contributors; stands beside the counts by contributor'),
}
