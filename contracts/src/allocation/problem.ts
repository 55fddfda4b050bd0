/** `muster.problem/1`: everything the optimiser may know. The same document comes from a file or is folded from the log. */
import { z } from 'zod'
import { Day, Dimension } from '../primitives.ts'

const Id = z.string().min(1).max(200)
const Code = z.string().min(1).max(64)
/** Whole numbers below 2⁵³: money comes in minor units. Whether all sums stay exact is examined over the whole problem. */
const Whole = z.int().min(0)
const Positive = z.int().min(1)
const Days = z.int().min(0).max(1_000_000)
const Window = { from: Day, to: Day }

export const ProblemCapability = z.strictObject({
  code: Code,
  dimension: Dimension,
  /** standing: counted on every day; stock: used up once (money, courses, flight hours) */
  measure: z.enum(['standing', 'stock']),
})

export const ProblemContributor = z.strictObject({
  id: Id,
  /** Integer capacity key per dimension; a missing key counts as 0. */
  capacity: z.partialRecord(Dimension, z.int().min(0)),
})

export const ProblemMission = z.strictObject({
  id: Id,
  /** Host refusal: nothing from these contributors. */
  refuses: z.array(Id).default([]),
  /** Copies of assets of the listed capabilities present in the mission, on any day. */
  ceilings: z.array(z.strictObject({ ...Window, capabilities: z.array(Code), quantity: Whole })).default([]),
  /** One contributor's largest part of the quantity required, per capability and day. */
  maxPercent: z.int().min(0).max(100).nullish(),
})

export const ProblemRequirement = z.strictObject({
  id: Id,
  mission: Id,
  capability: Code,
  accepts: z.array(Code).default([]),
  /** 1 is served first. */
  tier: z.int().min(1).max(99),
  weight: Whole,
  counts: z.enum(['copies', 'persons']).default('copies'),
  quantity: Positive,
  ...Window,
  minTourDays: Days.default(1),
  minReadiness: z.int().min(0).max(9).default(0),
  maxNoticeDays: Days.nullish(),
  languages: z.array(z.string()).default([]),
  standards: z.array(z.string()).default([]),
  excludes: z.array(Id).default([]),
  needs: z.array(Id).default([]),
})

export const ProblemAsset = z.strictObject({
  id: Id,
  contributor: Id,
  capability: Code,
  /** Identical copies; stock: units that can be used up over the whole plan. */
  copies: Whole,
  /** Burden per copy and day (stock: per unit used). */
  burden: Whole.default(1),
  /** Persons in one copy. */
  persons: Whole.default(1),
  /** A joint asset: its burden is divided in these parts. */
  parties: z.array(z.strictObject({ contributor: Id, part: Positive })).optional(),
})

export const ProblemOffer = z.strictObject({
  id: Id,
  asset: Id,
  ...Window,
  noticeDays: Days.default(0),
  readiness: z.int().min(0).max(9).default(1),
  languages: z.array(z.string()).default([]),
  standards: z.array(z.string()).default([]),
  /** Caveat: never in these missions. */
  notIn: z.array(Id).default([]),
  /** Earmark: only in these missions; null = anywhere. */
  onlyIn: z.array(Id).nullable().default(null),
  minTourDays: Days.default(1),
})

export const Assignment = z.strictObject({
  offer: Id,
  requirement: Id,
  quantity: Positive,
  ...Window,
})
export type Assignment = z.infer<typeof Assignment>

export const AllocationPolicy = z.strictObject({
  /** Part of each tier's value (parts per million) that balance may give up; 0 = none. */
  slackPpm: z.int().min(0).max(1_000_000).default(0),
  maxMissionsPerContributor: z.int().min(1).nullable().default(null),
})

export const Problem = z.strictObject({
  format: z.literal('muster.problem/1'),
  horizon: z.strictObject(Window),
  decidedAt: Day,
  capabilities: z.array(ProblemCapability),
  contributors: z.array(ProblemContributor),
  missions: z.array(ProblemMission),
  requirements: z.array(ProblemRequirement),
  assets: z.array(ProblemAsset),
  offers: z.array(ProblemOffer),
  policy: AllocationPolicy.default({ slackPpm: 0, maxMissionsPerContributor: null }),
  /** The plan in force; stability counts the distance from it. */
  published: z.array(Assignment).default([]),
})
/** As parsed: defaults filled in. */
export type Problem = z.output<typeof Problem>
export type ProblemRequirement = z.output<typeof ProblemRequirement>
export type ProblemAsset = z.output<typeof ProblemAsset>
export type ProblemOffer = z.output<typeof ProblemOffer>
export type ProblemMission = z.output<typeof ProblemMission>
export type ProblemContributor = z.output<typeof ProblemContributor>
export type ProblemCapability = z.output<typeof ProblemCapability>
