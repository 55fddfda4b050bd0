/** The tables of the read models. Each row is a fold of one stream (see change.ts); keys join ids with `|`. */
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { PolicyTerms, CapacityKey, BurdenMethod } from '@muster/contracts/contributors'
import type { Classification, Dimension, Money } from '@muster/contracts/primitives'
import type { FlagKind } from '@muster/contracts/planning'
import type { Problem } from '@muster/contracts/allocation/problem'
import type { Hold, Stretch } from '@muster/pledging/capacity'
import type { Standing } from '@muster/pledging/record'
import type { Plan, UncoveredCode, UnusedCode } from '@muster/contracts/allocation/plan'
import { boolean, integer, json, optional, table, text, type RowOf, type StoredOf } from './table.ts'

// ── Contributors and the ground the rest stands on ─────────────────────────────────────────────────────────────────

/** key: contributor */
export const contributor = table('contributor', {
  id: text(),
  kind: text<'state' | 'organisation'>(),
  name: text(),
  region: optional(text()),
  subregion: optional(text()),
  permanentMember: boolean(),
  neighbours: json<ReadonlyArray<string>>(),
  revision: integer(),
})
export interface Period {
  readonly from: string
  /** Exclusive; null while it lasts. */
  readonly to: string | null
}
/** key: contributor|organisation; a state may leave and come back, hence periods. */
export const affiliation = table(
  'affiliation',
  { contributor: text(), organisation: text(), periods: json<ReadonlyArray<Period>>() },
  [['contributor'], ['organisation']],
)
/** key: contributor|figure|year */
export const capacityFigure = table(
  'capacity_figure',
  { contributor: text(), figure: text<CapacityKey>(), year: integer(), value: integer(), source: text() },
  [['contributor'], ['figure', 'year']],
)
/** key: capability */
export const capability = table('capability', {
  id: text(),
  name: text(),
  category: text(),
  dimension: text<Dimension>(),
  measure: text<'standing' | 'stock'>(),
  unit: text(),
  typicalPersons: optional(integer()),
  divisible: boolean(),
  /** US dollars per unit and month (stock: per unit). */
  monthValueUsd: optional(integer()),
  source: text(),
  revision: integer(),
})
export interface Rate {
  readonly contributor: string
  readonly regularPpm?: number | undefined
  readonly peacekeepingPpm?: number | undefined
}
/** key: scale; its rates stay with it, because a correction replaces them as a whole. */
export const scale = table('scale', {
  id: text(),
  from: text(),
  to: text(),
  rates: json<ReadonlyArray<Rate>>(),
  source: text(),
  note: optional(text()),
})
/** key: policy */
export const policy = table('policy', { id: text(), from: text(), terms: json<PolicyTerms>(), source: text() }, [['from']])
/** key: currency|day */
export const exchangeRate = table('exchange_rate', { currency: text(), on: text(), centsPerMillion: integer(), source: text() }, [
  ['currency', 'on'],
])

// ── Missions ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** key: mission */
export const mission = table('mission', {
  id: text(),
  name: text(),
  hosts: json<ReadonlyArray<string>>(),
  formerPowers: json<ReadonlyArray<string>>(),
  from: text(),
  /** End of the mandate in force, exclusive; null when none was given. */
  to: optional(text()),
  ended: boolean(),
  document: optional(text()),
  revision: integer(),
})
/** key: mission|revision */
export const mandateStep = table(
  'mandate_step',
  { mission: text(), step: text<'established' | 'extended' | 'ended'>(), day: optional(text()), document: optional(text()) },
  [['mission']],
)
/** key: mission|category|from; in force from a day until the next one of its category. */
export const ceiling = table(
  'ceiling',
  {
    mission: text(),
    category: text<'military' | 'police'>(),
    from: text(),
    quantity: integer(),
    document: optional(text()),
    note: optional(text()),
  },
  [['mission']],
)
export interface CashReceipt {
  readonly amount: Money
  readonly on: string
}
/** key: mission|fiscalYear */
export const missionBudget = table(
  'mission_budget',
  {
    mission: text(),
    fiscalYear: text(),
    budget: optional(json<Money>()),
    document: optional(text()),
    /** Of the last cut ordered; null when there was none. */
    cutPermille: optional(integer()),
    cutReason: optional(text()),
    cash: json<ReadonlyArray<CashReceipt>>(),
  },
  [['mission']],
)
export interface ConsentDecision {
  readonly decision: 'granted' | 'refused' | 'withdrawn'
  readonly from: string
  readonly reason: string
}
/** key: mission|contributor, or mission|* for consent to the whole mission; decisions in order of their day. */
export const consent = table(
  'consent',
  { mission: text(), contributor: optional(text()), decisions: json<ReadonlyArray<ConsentDecision>>() },
  [['mission']],
)
export interface Exclusion {
  readonly contributor: string
  readonly reason: string
}
/** key: mission|requirement; older versions are the row's own past. */
export const requirement = table(
  'requirement',
  {
    id: text(),
    mission: text(),
    status: text<'issued' | 'withdrawn'>(),
    version: integer(),
    capability: text(),
    accepts: json<ReadonlyArray<string>>(),
    tier: integer(),
    weight: integer(),
    counts: text<'copies' | 'persons'>(),
    quantity: integer(),
    from: text(),
    to: text(),
    minTourDays: integer(),
    minReadiness: integer(),
    maxNoticeDays: optional(integer()),
    languages: json<ReadonlyArray<string>>(),
    standards: json<ReadonlyArray<string>>(),
    excludes: json<ReadonlyArray<Exclusion>>(),
    needs: json<ReadonlyArray<string>>(),
    withdrawnReason: optional(text()),
  },
  [['mission'], ['id'], ['capability']],
)
/**
 * key: month|mission|contributor: who was there, as the mission reported it. The month comes first because reports come month
 * by month: they are then written side by side.
 */
export const strength = table(
  'strength',
  {
    mission: text(),
    contributor: text(),
    month: text(),
    troopsMen: integer(),
    troopsWomen: integer(),
    expertsMen: integer(),
    expertsWomen: integer(),
    formedPoliceMen: integer(),
    formedPoliceWomen: integer(),
    individualPoliceMen: integer(),
    individualPoliceWomen: integer(),
    total: integer(),
    source: text(),
  },
  [
    ['mission', 'month'],
    ['contributor', 'month'],
  ],
)

/** key: mission|month: the long official series of totals, which does not say who they were; beside `strength`, never for it. */
export const missionTotal = table(
  'mission_total',
  {
    mission: text(),
    month: text(),
    contributors: optional(integer()),
    troops: optional(integer()),
    police: optional(integer()),
    observers: optional(integer()),
    total: integer(),
    source: text(),
  },
  [['mission', 'month']],
)

// ── Pledges and commitments ────────────────────────────────────────────────────────────────────────────────────────

export type PledgeStatus = Standing['status']
/** What one commitment has of a pledge, with what became of it. */
export interface PledgeHold extends Hold {
  readonly commitment: string
}
/** key: pledge */
export const pledge = table(
  'pledge',
  {
    id: text(),
    contributor: text(),
    ownReference: text(),
    capability: text(),
    /** Units; minor units of `currency` when the pledge is money. */
    quantity: integer(),
    currency: optional(text()),
    from: text(),
    to: text(),
    status: text<PledgeStatus>(),
    readiness: integer(),
    /** The last day on which it may be counted on; null: no limit yet. */
    validUntil: optional(text()),
    version: integer(),
    revision: integer(),
    /** Contributor and parties, `,NPL,DEU,` */
    owners: text(),
    classification: text<Classification>(),
    /** `,AU,NPL,` */
    releaseTo: text(),
    /** `,MINUSCA,`; empty: for any mission. */
    earmark: text(),
    /** Missions in which it must not serve. */
    notIn: text(),
    /** Lower-case words a search looks at: reference, note, announcement. */
    words: text(),
    /** The terms in force, with declared caveats. */
    terms: json<PledgeTerms>(),
    holds: json<ReadonlyArray<PledgeHold>>(),
    /** Free, reserved, deployed and released over its window, cut where a figure changes. */
    stretches: json<ReadonlyArray<Stretch>>(),
    /** Why it was returned or withdrawn. */
    reasons: json<ReadonlyArray<string>>(),
    /** The day on which it was withdrawn or expired. */
    endedOn: optional(text()),
    lastVisit: optional(text()),
    submittedOn: text(),
    submittedAt: text(),
  },
  [['contributor'], ['capability', 'from'], ['status']],
)

export type CommitmentStatus = 'proposed' | 'accepted' | 'declined' | 'signed' | 'deployed' | 'repatriated' | 'cancelled'
export interface Movement {
  readonly quantity: number
  readonly on: string
}
export interface Payment {
  readonly payment: string
  readonly amount: Money
  readonly on: string
}
export interface Claim {
  readonly claim: string
  readonly amount: Money
  readonly period: string
  readonly paid: { readonly amount: Money; readonly on: string } | null
}
/** key: commitment. Its classification is its pledge's. */
export const commitment = table(
  'commitment',
  {
    id: text(),
    kind: text<'mou' | 'loa' | 'funding'>(),
    pledge: text(),
    contributor: text(),
    mission: text(),
    requirement: text(),
    requirementVersion: optional(integer()),
    capability: text(),
    quantity: integer(),
    currency: optional(text()),
    from: text(),
    to: text(),
    plan: optional(text()),
    status: text<CommitmentStatus>(),
    revision: integer(),
    signedOn: optional(text()),
    document: optional(text()),
    /** Units there now. */
    present: integer(),
    deployments: json<ReadonlyArray<Movement>>(),
    repatriations: json<ReadonlyArray<Movement>>(),
    rotations: json<ReadonlyArray<{ readonly rotation: number; readonly on: string }>>(),
    payments: json<ReadonlyArray<Payment>>(),
    claims: json<ReadonlyArray<Claim>>(),
    breaches: json<ReadonlyArray<{ readonly caveat: string; readonly on: string }>>(),
    reason: optional(text()),
  },
  [['contributor'], ['pledge'], ['mission', 'capability'], ['plan']],
)

// ── Plans and flags ────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── What happened, in plain words ──────────────────────────────────────────────────────────────────────────────────

/** key: stream|position, the position with 16 digits, so that the text sorts like the number. */
export const timeline = table('timeline', {
  stream: text(),
  position: integer(),
  revision: integer(),
  time: text(),
  type: text(),
  text: text(),
})

export const tables = [
  contributor,
  affiliation,
  capacityFigure,
  capability,
  scale,
  policy,
  exchangeRate,
  mission,
  mandateStep,
  ceiling,
  missionBudget,
  consent,
  requirement,
  strength,
  missionTotal,
  pledge,
  commitment,
  plan,
  planDocument,
  planAssignment,
  planUncovered,
  planUnused,
  flag,
  timeline,
] as const

type AnyTable = (typeof tables)[number]
/** What the query builder knows: table name → stored row. */
export type Database = { [T in AnyTable as T['name']]: StoredOf<T> }

export type PledgeRow = RowOf<typeof pledge>
export type CommitmentRow = RowOf<typeof commitment>
export type MissionRow = RowOf<typeof mission>
export type RequirementRow = RowOf<typeof requirement>
export type StrengthRow = RowOf<typeof strength>
export type CapabilityRow = RowOf<typeof capability>
export type ContributorRow = RowOf<typeof contributor>
export type PolicyRow = RowOf<typeof policy>
export type ScaleRow = RowOf<typeof scale>
export type CeilingRow = RowOf<typeof ceiling>
export type ConsentRow = RowOf<typeof consent>
export type BudgetRow = RowOf<typeof missionBudget>
export type PlanRow = RowOf<typeof plan>
export type FlagRow = RowOf<typeof flag>
export type { BurdenMethod, Classification, Dimension }
