/** Missions, their requirements and the strengths they report. Keys join ids with `|`; each row is a fold of one stream (see change.ts). */
import { boolean, integer, json, optional, table, text, type RowOf } from '../table.ts'
import type { Money } from '@muster/contracts/primitives'

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

export type MissionRow = RowOf<typeof mission>
export type RequirementRow = RowOf<typeof requirement>
export type StrengthRow = RowOf<typeof strength>
export type CeilingRow = RowOf<typeof ceiling>
export type ConsentRow = RowOf<typeof consent>
export type BudgetRow = RowOf<typeof missionBudget>
