/** What the queries answer. Every figure says which kind of number it is: pledged ≠ committed ≠ deployed ≠ paid. */
import type { Label } from '@muster/contracts/label'
import type { Money } from '@muster/contracts/primitives'
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { BurdenMethod } from '@muster/contracts/contributors'
import type { CommitmentRow, Dimension, FlagRow, MissionRow, PledgeHold, PledgeStatus, RequirementRow } from '../tables.ts'

/** Units (or minor units) of one pledge on one day: free + reserved + deployed + released = pledged. */
export interface Capacity {
  readonly pledged: number
  readonly free: number
  readonly reserved: number
  readonly deployed: number
  readonly released: number
}

/** The terms flat, as `SubmitPledge` gave them, with what became of it. */
export interface PledgeView extends PledgeTerms {
  readonly id: string
  readonly status: PledgeStatus
  readonly version: number
  readonly revision: number
  readonly submittedAt: string
  /** Why it was returned or withdrawn. */
  readonly reasons: ReadonlyArray<string>
  readonly holds: ReadonlyArray<PledgeHold>
  /** Smallest free quantity over the rest of its window, and what is held at the most on one day. */
  readonly capacity: Capacity
  readonly label: Label
}

export interface CommitmentView extends CommitmentRow {
  readonly label: Label
}

export interface CeilingStep {
  readonly category: 'military' | 'police'
  readonly from: string
  readonly quantity: number
  readonly document: string | null
}

export interface MissionBoardRow extends MissionRow {
  /** In force on the day asked for; null when unknown. */
  readonly ceiling: { readonly military: number | null; readonly police: number | null }
  /** Month of the last reported strengths, and their sum; null when none was reported. */
  readonly strength: { readonly month: string; readonly military: number; readonly police: number; readonly contributors: number } | null
  readonly requirements: number
}

export interface MissionDocument extends MissionBoardRow {
  readonly mandate: ReadonlyArray<{ readonly step: string; readonly day: string | null; readonly document: string | null }>
  readonly ceilings: ReadonlyArray<CeilingStep>
  readonly budgets: ReadonlyArray<{
    readonly fiscalYear: string
    readonly budget: Money | null
    readonly cutPermille: number | null
    readonly cash: ReadonlyArray<{ readonly amount: Money; readonly on: string }>
  }>
  readonly consents: ReadonlyArray<{
    readonly contributor: string | null
    readonly decisions: ReadonlyArray<{ readonly decision: string; readonly from: string; readonly reason: string }>
  }>
  readonly requirementLines: ReadonlyArray<RequirementRow>
}

/** One mission, capability and month. `required` is null where no ceiling is known. */
export interface CoverageRow {
  readonly mission: string
  readonly capability: string
  readonly month: string
  /** Units required on the month's last day: the ceiling for MILITARY and POLICE, else the requirement lines. */
  readonly required: number | null
  /** Free units of pledges earmarked or open to the mission that could serve then; never added to the firm figures. */
  readonly pledged: number
  /** Units of live commitments on that day. */
  readonly committed: number
  /** Units that are there; persons reported for MILITARY and POLICE. */
  readonly deployed: number
  /** required − max(committed, deployed), at least 0; null where required is null. */
  readonly gap: number | null
}

export interface CompositionShare {
  readonly contributor: string
  readonly quantity: number
  readonly percent: number
}
export interface Composition {
  readonly month: string
  readonly mission: string
  readonly total: number
  readonly contributors: number
  readonly shares: ReadonlyArray<CompositionShare>
  readonly hhi: number
  readonly gini: number
  readonly top5Percent: number
}

export interface BurdenRow {
  readonly contributor: string
  /** Burden carried, in the dimension's unit: persons, or US dollars. */
  readonly own: number
  readonly capacity: number
  /** What it would carry if everyone carried after its capacity; null where nothing is known about its capacity. */
  readonly fairShare: number | null
  /** own share ÷ capacity share; 1 is a fair share; null where the capacity is 0. */
  readonly rho: number | null
}
export interface Burden {
  readonly dimension: Dimension | 'composite'
  readonly method: BurdenMethod
  readonly month: string
  readonly rows: ReadonlyArray<BurdenRow>
  readonly measures: {
    readonly total: number
    readonly contributors: number
    readonly hhi: number
    readonly gini: number
    readonly top1Percent: number
    readonly top5Percent: number
  }
}

export interface FlagView extends FlagRow {
  readonly label: Label
}

/** One event of a stream in plain words. */
export interface TimelineEntry {
  readonly position: number
  readonly time: string
  readonly type: string
  readonly text: string
}
