/** Integration events about what the rest stands on: contributors, the catalogue of capabilities. */
import { z } from 'zod'
import { CapabilityCategory, CapacityKey } from '../contributors.ts'
import { CapabilityCode, ContributorId, Count, Day, Dimension } from '../primitives.ts'

export const contributorIntegration = {
  'muster.contributor.described.v1': z
    .object({
      contributor: ContributorId,
      kind: z.enum(['state', 'organisation']),
      name: z.string(),
      region: z.string().optional(),
      subregion: z.string().optional(),
    })
    .describe('A contributor was registered, or is described anew; the newest description stands'),
  'muster.contributor.affiliated.v1': z
    .object({ contributor: ContributorId, organisation: ContributorId, from: Day, to: Day.optional() })
    .describe('A contributor belongs to an organisation, from a day and, where given, up to before another'),
  'muster.contributor.affiliation-ended.v1': z
    .object({ contributor: ContributorId, organisation: ContributorId, on: Day })
    .describe('From this day the contributor does not belong to the organisation any more'),
  'muster.contributor.capacity-figure-adopted.v1': z
    .object({
      contributor: ContributorId,
      key: CapacityKey,
      year: z.int(),
      value: z.int().min(0).describe('Persons, or US dollars, as a whole number'),
      source: z.string(),
    })
    .describe('A figure of capacity of one year; a later one for the same key and year replaces it'),
}

export const capabilityIntegration = {
  'muster.capability.described.v1': z
    .object({
      capability: CapabilityCode,
      name: z.string(),
      category: CapabilityCategory,
      dimension: Dimension,
      measure: z.enum(['standing', 'stock']).describe('standing: counted on every day; stock: used up once'),
      unit: z.string(),
      typicalPersons: Count.optional(),
      divisible: z.boolean(),
      monthValueUsd: z.int().min(0).optional().describe('US dollars per unit and month (stock: per unit)'),
    })
    .describe('An entry of the catalogue was defined or revised; the newest stands'),
}
