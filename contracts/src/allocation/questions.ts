/** What can be asked beside a plan: changes to a problem ("what if"), and policies to be looked at side by side. */
import { z } from 'zod'
import { Day, Dimension } from '../primitives.ts'
import { AllocationPolicy, Assignment } from './problem.ts'

const Ids = z.array(z.string()).default([])
/** A record of the problem, or some fields of one that is there already. */
const ById = z.array(z.looseObject({ id: z.string() })).default([])
const ByCode = z.array(z.looseObject({ code: z.string() })).default([])

/** `muster.changes/1`: any set of changed inputs. Records of `put` are added, or laid over those of the same id field by field. */
export const Changes = z.strictObject({
  format: z.literal('muster.changes/1'),
  put: z
    .strictObject({
      capabilities: ByCode,
      contributors: ById,
      missions: ById,
      requirements: ById,
      assets: ById,
      offers: ById,
    })
    .prefault({}),
  /** A mission takes its requirements with it, a contributor its assets, an asset its offers, a requirement the needs for it. */
  drop: z.strictObject({ contributors: Ids, missions: Ids, requirements: Ids, assets: Ids, offers: Ids }).prefault({}),
  /** Whole parts of the problem put in place of what they are. */
  set: z
    .strictObject({
      horizon: z.strictObject({ from: Day, to: Day }),
      decidedAt: Day,
      policy: AllocationPolicy,
      published: z.array(Assignment),
    })
    .partial()
    .prefault({}),
})
export type Changes = z.output<typeof Changes>

/** One fairness policy as data; what it does not name stays as the problem has it. */
export const PolicyVariant = z.strictObject({
  name: z.string().min(1),
  /** Capacity keys per contributor and dimension, whole numbers. */
  capacity: z.record(z.string(), z.partialRecord(Dimension, z.int().min(0))).default({}),
  slackPpm: z.int().min(0).max(1_000_000).optional(),
  maxMissionsPerContributor: z.int().min(1).nullable().optional(),
  /** Weights of the dimensions in the composite burden. */
  weights: z
    .strictObject({ personnel: z.int().min(0), equipment: z.int().min(0), funding: z.int().min(0) })
    .default({ personnel: 1, equipment: 1, funding: 1 }),
})
export type PolicyVariant = z.output<typeof PolicyVariant>

/** `muster.policies/1`: policies to be previewed side by side. */
export const Policies = z.strictObject({
  format: z.literal('muster.policies/1'),
  policies: z.array(PolicyVariant).min(1).max(20),
})
export type Policies = z.output<typeof Policies>
