/** Plans, flags, and what happened in plain words. Keys join ids with `|`; each row is a fold of one stream (see change.ts). */
import { integer, json, optional, table, text, type RowOf } from '../table.ts'
import type { Plan, UncoveredCode, UnusedCode } from '@muster/contracts/allocation/plan'
import type { Problem } from '@muster/contracts/allocation/problem'
import type { FlagKind } from '@muster/contracts/planning'

export type PlanStatus = 'requested' | 'computed' | 'failed' | 'approved' | 'rejected' | 'superseded'
/** key: plan */
export const plan = table(
  'plan',
  {
    id: text(),
    status: text<PlanStatus>(),
    basis: text<'pledges' | 'reported-strength'>(),
    from: text(),
    to: text(),
    requestedAt: optional(text()),
    computedAt: optional(text()),
    decidedAt: optional(text()),
    inputsPosition: optional(integer()),
    policy: optional(text()),
    problemDigest: optional(text()),
    digest: optional(text()),
    engine: optional(json<Plan['engine']>()),
    tiers: json<Plan['tiers']>(),
    burdens: json<Plan['burdens']>(),
    assignments: integer(),
    uncovered: integer(),
    unused: integer(),
    reason: optional(text()),
    supersededBy: optional(text()),
    revision: integer(),
  },
  [['status']],
)
/** key: plan; apart from `plan`, because the documents are large and rarely read. */
export const planDocument = table('plan_document', { plan: text(), problem: json<Problem>(), solution: json<Plan>() })
/** key: plan|requirement|offer|from|to */
export const planAssignment = table(
  'plan_assignment',
  {
    plan: text(),
    offer: text(),
    requirement: text(),
    mission: text(),
    capability: text(),
    contributor: text(),
    quantity: integer(),
    from: text(),
    to: text(),
    /** Why it could not become a proposal. */
    refusalCode: optional(text()),
    refusal: optional(text()),
  },
  [['plan'], ['contributor']],
)
/** key: plan|ordinal */
export const planUncovered = table(
  'plan_uncovered',
  {
    plan: text(),
    requirement: text(),
    mission: text(),
    from: text(),
    to: text(),
    quantity: integer(),
    code: text<UncoveredCode>(),
    evidence: json<Readonly<Record<string, unknown>>>(),
    text: text(),
  },
  [['plan']],
)
/** key: plan|ordinal */
export const planUnused = table(
  'plan_unused',
  {
    plan: text(),
    offer: text(),
    contributor: text(),
    from: text(),
    to: text(),
    quantity: integer(),
    code: text<UnusedCode>(),
    evidence: json<Readonly<Record<string, unknown>>>(),
    text: text(),
  },
  [['plan']],
)

/** key: flag */
export const flag = table(
  'flag',
  {
    id: text(),
    kind: text<FlagKind>(),
    family: text<'imbalance' | 'redundancy' | 'gap' | 'data' | 'warning'>(),
    severity: text<'info' | 'warning' | 'critical'>(),
    status: text<'raised' | 'acknowledged' | 'cleared'>(),
    mission: optional(text()),
    contributor: optional(text()),
    capability: optional(text()),
    requirement: optional(text()),
    pledge: optional(text()),
    commitment: optional(text()),
    dimension: optional(text()),
    evidence: json<Readonly<Record<string, unknown>>>(),
    text: text(),
    from: optional(text()),
    to: optional(text()),
    note: optional(text()),
    clearedReason: optional(text()),
    raisedAt: text(),
    changedAt: text(),
    revision: integer(),
  },
  [['kind'], ['status'], ['contributor'], ['mission']],
)

/** key: stream|position, the position with 16 digits, so that the text sorts like the number. */
export const timeline = table('timeline', {
  stream: text(),
  position: integer(),
  revision: integer(),
  time: text(),
  type: text(),
  text: text(),
})

export type PlanRow = RowOf<typeof plan>
export type FlagRow = RowOf<typeof flag>
