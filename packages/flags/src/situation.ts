/**
 * Everything a finding may rest on, as plain rows at one moment. Rows are subsets of what the read models hold; null means
 * not given. Who fills it decides the moment: the same detectors run on the present and on any past day.
 */
import type { Load } from '@muster/burden/relative-burden'
import type { UncoveredCode } from '@muster/contracts/allocation/plan'
import type { CapacityKey, PolicyTerms } from '@muster/contracts/contributors'
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { Dimension, Money } from '@muster/contracts/primitives'
import type { Day, Month, Window } from '@muster/kernel/time'

export interface CapabilityFacts {
  readonly id: string
  readonly category: string
  readonly dimension: Dimension
  readonly measure: 'standing' | 'stock'
  readonly typicalPersons: number | null
}

export interface ContributorFacts {
  readonly id: string
  readonly kind: 'state' | 'organisation'
  readonly permanentMember: boolean
  readonly neighbours: ReadonlyArray<string>
}

export interface CapacityFigureFacts {
  readonly contributor: string
  readonly figure: CapacityKey
  readonly year: number
}

export interface CeilingStep {
  readonly category: 'military' | 'police'
  readonly from: Day
  readonly quantity: number
}

export interface ConsentFacts {
  /** null: the mission as a whole. */
  readonly contributor: string | null
  /** In order of their days. */
  readonly decisions: ReadonlyArray<{ readonly decision: 'granted' | 'refused' | 'withdrawn'; readonly from: Day }>
}

export interface FiscalYearFacts {
  /** `2025/26`: from 1 July 2025 to 30 June 2026. */
  readonly fiscalYear: string
  readonly budget: Money | null
  readonly cutPermille: number | null
  readonly cash: ReadonlyArray<{ readonly amount: Money; readonly on: Day }>
}

export interface MissionFacts {
  readonly id: string
  readonly hosts: ReadonlyArray<string>
  readonly formerPowers: ReadonlyArray<string>
  readonly from: Day
  /** End of the mandate in force, exclusive. */
  readonly to: Day | null
  /** Decided to end then; a term that is not ended is renewed as a rule. */
  readonly ended: boolean
  readonly ceilings: ReadonlyArray<CeilingStep>
  readonly consents: ReadonlyArray<ConsentFacts>
  readonly fiscalYears: ReadonlyArray<FiscalYearFacts>
}

export interface RequirementFacts extends Window {
  readonly id: string
  readonly mission: string
  readonly capability: string
  readonly accepts: ReadonlyArray<string>
  readonly tier: number
  readonly counts: 'copies' | 'persons'
  readonly quantity: number
  readonly minReadiness: number
  readonly maxNoticeDays: number | null
  readonly languages: ReadonlyArray<string>
  readonly standards: ReadonlyArray<string>
  readonly excludes: ReadonlyArray<{ readonly contributor: string }>
}

export interface PledgeFacts extends Window {
  readonly id: string
  readonly contributor: string
  readonly ownReference: string
  readonly capability: string
  /** Units; minor units of `currency` when the pledge is money. */
  readonly quantity: number
  readonly currency: string | null
  readonly status: 'submitted' | 'acknowledged' | 'accepted' | 'returned' | 'withdrawn' | 'expired'
  readonly readiness: number
  readonly validUntil: Day | null
  readonly terms: PledgeTerms
  /** What is free on which days of its window. */
  readonly stretches: ReadonlyArray<Window & { readonly free: number }>
}

export interface CommitmentFacts extends Window {
  readonly id: string
  readonly kind: 'mou' | 'loa' | 'funding'
  readonly pledge: string
  readonly contributor: string
  readonly mission: string
  readonly requirement: string
  readonly capability: string
  /** Units of the catalogue; money in US cents, converted at the recorded rate, as requirements for money count it. */
  readonly quantity: number
  readonly status: 'proposed' | 'accepted' | 'declined' | 'signed' | 'deployed' | 'repatriated' | 'paid' | 'cancelled'
  readonly breaches: ReadonlyArray<{ readonly caveat: string; readonly on: Day }>
}

/** One contributor in one mission in one month, as the mission reported it. */
export interface StrengthFacts {
  readonly mission: string
  readonly contributor: string
  readonly month: Month
  readonly troopsMen: number
  readonly troopsWomen: number
  readonly expertsMen: number
  readonly expertsWomen: number
  readonly formedPoliceMen: number
  readonly formedPoliceWomen: number
  readonly individualPoliceMen: number
  readonly individualPoliceWomen: number
}

export interface UncoveredFacts extends Window {
  readonly requirement: string
  readonly quantity: number
  readonly code: UncoveredCode
}

export interface Situation {
  readonly today: Day
  readonly terms: PolicyTerms
  readonly capabilities: ReadonlyArray<CapabilityFacts>
  readonly contributors: ReadonlyArray<ContributorFacts>
  readonly capacityFigures: ReadonlyArray<CapacityFigureFacts>
  readonly missions: ReadonlyArray<MissionFacts>
  /** Those in force. */
  readonly requirements: ReadonlyArray<RequirementFacts>
  readonly pledges: ReadonlyArray<PledgeFacts>
  readonly commitments: ReadonlyArray<CommitmentFacts>
  /**
   * The latest reported month of all missions together, and the months before it as far as `cliffMonths` goes back; a mission
   * without rows in a month had nobody there or did not report.
   */
  readonly strengths: ReadonlyArray<StrengthFacts>
  /** What each carries and could carry, per dimension, under the policy's keys; all contributors, also those who carry nothing. */
  readonly loads: Readonly<Partial<Record<Dimension, ReadonlyArray<Load>>>>
  /** Reasons of the plan in force, if there is one. */
  readonly uncovered: ReadonlyArray<UncoveredFacts>
}
