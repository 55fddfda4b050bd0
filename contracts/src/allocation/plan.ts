/** `muster.plan/1`: what the optimiser answers, with everything needed to examine it without the optimiser. */
import { z } from 'zod'
import { Day, Dimension } from '../primitives.ts'
import { Assignment } from './problem.ts'

/** Decimal text of a whole number of any size. */
const Whole = z.string().regex(/^-?\d+$/)
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** Why a requirement stays uncovered; the first that applies, in this order (`SEARCH_LIMIT` is never hidden). */
export const UncoveredCode = z.enum([
  'NO_CAPABILITY',
  'ALL_FILTERED',
  'NOT_IN_WINDOW',
  'SHORTAGE',
  'TOUR_FRAGMENTATION',
  'SEARCH_LIMIT',
  'SIDE_CONSTRAINT',
])
export type UncoveredCode = z.infer<typeof UncoveredCode>

/** Why an interval of an offer stays unused. */
export const UnusedCode = z.enum([
  'NO_MATCHING_NEED',
  'NEED_MET',
  'USED_ELSEWHERE',
  'KEPT_IDLE_BY_BALANCE',
  'SHORTER_THAN_TOUR',
  'DUPLICATE_CAPABILITY',
  'NOTICE',
  'SEARCH_LIMIT',
  'SIDE_CONSTRAINT',
])
export type UnusedCode = z.infer<typeof UnusedCode>

const Evidence = z.record(z.string(), z.unknown())

export const UncoveredStretch = z.strictObject({
  requirement: z.string(),
  from: Day,
  to: Day,
  quantity: z.int().min(1),
  reason: z.strictObject({ code: UncoveredCode, evidence: Evidence }),
  text: z.string(),
})

export const UnusedStretch = z.strictObject({
  offer: z.string(),
  from: Day,
  to: Day,
  quantity: z.int().min(1),
  reason: z.strictObject({ code: UnusedCode, evidence: Evidence.default({}) }),
  text: z.string(),
})

export const BurdenLine = z.strictObject({
  contributor: z.string(),
  dimension: Dimension,
  /** Nearest whole number of burden units; exact fractions are kept inside. */
  own: Whole,
  capacity: Whole,
  /** (own ÷ Σ own) ÷ (capacity ÷ Σ capacity), 6 decimals; null where the capacity is 0. */
  rho: z.number().nullable(),
})

export const Plan = z.strictObject({
  format: z.literal('muster.plan/1'),
  problem: Digest,
  engine: z.strictObject({ version: z.string(), backend: z.string() }),
  assignments: z.array(Assignment),
  /** Every tier, ascending; `bound` is a proven upper bound given the tiers before. */
  tiers: z.array(z.strictObject({ tier: z.int(), value: Whole, bound: Whole })),
  burdens: z.array(BurdenLine),
  uncovered: z.array(UncoveredStretch),
  unused: z.array(UnusedStretch),
  digest: Digest,
})
export type Plan = z.infer<typeof Plan>
export type UncoveredStretch = z.infer<typeof UncoveredStretch>
export type UnusedStretch = z.infer<typeof UnusedStretch>
export type BurdenLine = z.infer<typeof BurdenLine>
