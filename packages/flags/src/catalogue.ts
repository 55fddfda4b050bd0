/** What each kind of flag means: definition, formula, and the threshold of the policy it compares with. */
import type { FlagFamily, FlagKind } from '@muster/contracts/planning'
import type { z } from 'zod'

export interface Definition {
  readonly family: z.infer<typeof FlagFamily>
  readonly definition: string
  readonly formula: string
  /** Name in the policy's terms; null where the finding is a matter of yes or no. */
  readonly threshold: string | null
}

export const catalogue: Readonly<Record<FlagKind, Definition>> = {
  'over-burdened': {
    family: 'imbalance',
    definition: 'A contributor carries more than its capacity warrants, in one dimension or in the composite.',
    formula: 'ρ = (own ÷ Σ own) ÷ (capacity ÷ Σ capacity) > high end of the band; critical above twice that',
    threshold: 'band.highPermille',
  },
  'under-contributing': {
    family: 'imbalance',
    definition:
      'A contributor carries less than its capacity warrants. Those who miss a material part of the whole are named one by one, all others together.',
    formula: 'ρ < low end of the band; missing part = (low × capacity ÷ Σ capacity) − own ÷ Σ own ≥ material part',
    threshold: 'band.lowPermille, thresholds.materialPermille',
  },
  concentration: {
    family: 'imbalance',
    definition: 'A mission (by reported strength) or a capability (by firm commitments) rests on few contributors.',
    formula: 'top-1 share, top-5 share, HHI = Σ share², or Gini of those present above its threshold',
    threshold: 'thresholds.top1Permille, top5Permille, hhiPermille, giniPermille',
  },
  'single-contributor-dependence': {
    family: 'imbalance',
    definition: 'The loss of one contributor would be a cliff for a mission, or would end a capability of several units in it.',
    formula: 'share of the strength > the fall that counts as a cliff; or share of firm units = 1 where 2 or more are required',
    threshold: 'thresholds.cliffPermille',
  },
  'over-subscribed': {
    family: 'redundancy',
    definition:
      'More is firm than a requirement needs, or more is firm and freely pledged of a capability than all requirements need.',
    formula: 'max over days of (firm + free pledged) ÷ required > threshold',
    threshold: 'thresholds.oversubscribedPermille',
  },
  'duplicate-pledge': {
    family: 'redundancy',
    definition: 'Live pledges that look like the same thing told twice.',
    formula:
      'same contributor and own reference; or same unit in overlapping windows; or same contributor, capability, quantity and window',
    threshold: null,
  },
  'overlapping-commitments': {
    family: 'redundancy',
    definition: 'Commitments draw more from one unit, on the same day, than there is of it.',
    formula: 'Σ quantity of active commitments of one asset (or pledge) on a day > its quantity',
    threshold: null,
  },
  'surplus-capability': {
    family: 'redundancy',
    definition: 'A capability is pledged that no requirement asks for in that time, not even as a substitute.',
    formula: 'live pledges of a capability whose window meets no requirement that names or accepts it',
    threshold: null,
  },
  'money-for-kit-in-kind': {
    family: 'redundancy',
    definition: 'Money is pledged or committed for something that is already given in kind.',
    formula: 'money linked to a live pledge in kind; or a funding commitment for a requirement that firm units cover wholly',
    threshold: null,
  },
  unfilled: {
    family: 'gap',
    definition: 'A requirement has no firm cover at all on some day from today on; or a mission with a ceiling reports nobody.',
    formula: 'min over days of firm cover = 0',
    threshold: null,
  },
  'partly-filled': {
    family: 'gap',
    definition: 'A requirement is covered, but not enough, on its worst day; or a mission reports less than its ceiling.',
    formula: 'min over days of firm cover ÷ quantity < threshold; reported strength ÷ ceiling < threshold',
    threshold: 'thresholds.filledPermille',
  },
  'rotation-cliff': {
    family: 'gap',
    definition: 'Cover falls steeply: units go home and nobody follows.',
    formula:
      '(cover on a day − least cover within n months) ÷ quantity ≥ threshold; strength: fall over n months ÷ strength before',
    threshold: 'thresholds.cliffPermille, thresholds.cliffMonths',
  },
  late: {
    family: 'gap',
    definition: 'A gap has offers, none fits, and some fail only because they come too late.',
    formula: 'notice > longest notice of the requirement, or today + notice after a gap that is still ahead',
    threshold: null,
  },
  readiness: {
    family: 'gap',
    definition:
      'A gap has offers, none fits, and some fail only on readiness: before an advisory visit (level 2) no unit is selected.',
    formula: 'readiness < max(2, minimum readiness of the requirement)',
    threshold: null,
  },
  'caveat-blocked': {
    family: 'gap',
    definition: 'A gap has offers, none fits, and some fail only on a caveat against the mission.',
    formula: 'caveat not-in-mission names the mission of the requirement',
    threshold: null,
  },
  'consent-blocked': {
    family: 'gap',
    definition: 'A gap has offers that fail only on the consent of the host; or contributors serve, or are to, without it.',
    formula: 'the latest word of the host on the contributor or the mission is refused or withdrawn',
    threshold: null,
  },
  'above-ceiling': {
    family: 'gap',
    definition: 'More persons are reported, or firmly committed, than the Council authorised.',
    formula: 'persons of a category > ceiling in force (last day of the month; every day from today on)',
    threshold: null,
  },
  'mandate-ends-under-commitment': {
    family: 'gap',
    definition: 'Commitments run on after the mandate.',
    formula: 'end of an active commitment > end of the mandate in force',
    threshold: null,
  },
  'budget-not-covered-by-cash': {
    family: 'gap',
    definition: 'A mission spends its budget faster than cash comes in, or has been told to spend less than was approved.',
    formula:
      'cash received < budget × (1 − cut) × days gone ÷ days of the fiscal year; or cut > 0. Silent where nothing is known of cash',
    threshold: null,
  },
  'gender-target-missed': {
    family: 'gap',
    definition: 'Fewer women serve than the target of a category says: over all missions, and per mission.',
    formula: 'women ÷ (women + men) < target, in the latest reported month',
    threshold: 'thresholds.women…Permille',
  },
  'stale-pledge': {
    family: 'data',
    definition: 'Pledges that were not renewed in time are still on the register, or commitments still draw on expired ones.',
    formula: 'valid until ≤ today on a live pledge; or an active commitment of an expired pledge',
    threshold: null,
  },
  'undeclared-caveat': {
    family: 'data',
    definition: 'A contributor was found to act under a caveat it had not declared.',
    formula: 'a breach is reported on a commitment',
    threshold: null,
  },
  'stale-capacity-figure': {
    family: 'data',
    definition: 'Capacity in a dimension is measured by figures that are too old, or missing.',
    formula: 'year of today − year of the latest figure > threshold',
    threshold: 'thresholds.staleFigureYears',
  },
  'neighbour-of-host': {
    family: 'warning',
    definition:
      'States that border the host serve, or are to serve, in the mission: traditional reluctance, yet many missions rely on them.',
    formula: 'a host is among the neighbours of a contributor with strength, or with a commitment proposed or active',
    threshold: null,
  },
  'former-power': {
    family: 'warning',
    definition: 'A state that once ruled the host serves, or is to serve, in the mission.',
    formula: 'a contributor with strength or commitment is among the former powers of the mission',
    threshold: null,
  },
  'permanent-member': {
    family: 'warning',
    definition: 'Permanent members of the Security Council serve, or are to serve, in the mission.',
    formula: 'a contributor with strength or commitment is a permanent member',
    threshold: null,
  },
}
