/** What the queries answer. Every figure says which kind of number it is: pledged ≠ committed ≠ deployed ≠ paid. */
import type { Label } from '@muster/contracts/label'
import type { Money } from '@muster/contracts/primitives'
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { Composition } from '@muster/burden/composition'
import type { Measures } from '@muster/burden/measures'
import type { BurdenMethod } from '@muster/contracts/contributors'
import type { CommitmentRow, PledgeHold, PledgeStatus } from '../tables/pledges.ts'
import type { Dimension } from '@muster/contracts/primitives'
import type { FlagRow } from '../tables/records.ts'
import type { MissionRow, RequirementRow } from '../tables/missions.ts'

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
  readonly strength: {
    readonly month: string
    readonly military: number
    readonly police: number
    readonly contributors: number
  } | null
  readonly requirements: number
}

/** The month with the largest official total; the ceiling is the military and the police one together, null when one is unknown. */
export interface PeakStrength {
  readonly month: string
  readonly total: number
  readonly ceiling: number | null
  /** 2 decimals. */
  readonly percentOfCeiling: number | null
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
  /** The long official series of persons present by month, which does not say who they were. */
  readonly totals: ReadonlyArray<{
    readonly month: string
    readonly total: number
    readonly contributors: number | null
    readonly troops: number | null
    readonly police: number | null
    readonly observers: number | null
  }>
  /** Of that series; null where it knows no month. */
  readonly peak: PeakStrength | null
}

/**
 * One mission, capability and month, looked at on the month's last day. Lines stated in persons are kept apart from lines
 * stated in units (`counts`); the kinds of numbers are never added to one another.
 */
export interface CoverageRow {
  readonly mission: string
  readonly capability: string
  readonly month: string
  /** copies: units of the catalogue (stock: items, or US cents for money); persons: heads. */
  readonly counts: 'copies' | 'persons'
  /** The ceiling in force for MILITARY and POLICE, else the sum of the requirement lines; null where no ceiling is known. */
  readonly required: number | null
  /** Free units of pledges that are open to the mission: on offer, nothing more. A pledge open to two missions shows in both. */
  readonly pledged: number
  /** Units of commitments that were accepted or signed, whether they are there yet or not. */
  readonly committed: number
  /** Units that are there (money: paid); for MILITARY and POLICE persons by official count. Null: not reported. */
  readonly deployed: number | null
  readonly deployedBy: 'commitments' | 'counts-by-contributor' | 'mission-totals' | null
  /** required − the larger of committed and deployed, never below 0; null where required is unknown. */
  readonly gap: number | null
}

/** Who makes up a mission (or `ALL` of them) in a month, by official count. */
export interface MonthComposition extends Composition {
  readonly month: string
  readonly mission: string
}

export interface BurdenRow {
  readonly contributor: string
  /** Burden carried, in the answer's unit; per cent of the whole for the composite. */
  readonly own: number
  readonly capacity: number
  /** What it would carry if everyone carried after its capacity, in the unit of `own`. */
  readonly fairShare: number
  /** own share ÷ capacity share; 1 is a fair share; null where the capacity is 0. */
  readonly rho: number | null
}
export interface BurdenAnswer {
  readonly dimension: Dimension | 'composite'
  readonly method: BurdenMethod
  readonly month: string
  /** persons · US dollars per month · US cents per month · parts per million of all assessments · per cent */
  readonly unit: 'persons' | 'usd-per-month' | 'cents-per-month' | 'ppm' | 'percent'
  readonly policy: string | null
  readonly rows: ReadonlyArray<BurdenRow>
  readonly measures: Measures
}

export interface ConcentrationRow {
  readonly mission: string
  readonly capability: 'MILITARY' | 'POLICE' | 'ALL'
  readonly month: string
  readonly total: number
  readonly contributors: number
  readonly top1: { readonly contributor: string; readonly percent: number } | null
  readonly top5Percent: number | null
  readonly hhi: number | null
  readonly gini: number | null
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
