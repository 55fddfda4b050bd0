/**
 * The compiled problem: integers only, everything sorted, nothing that depends on the order of the document.
 * Days are day numbers (days since 1970-01-01); windows are half-open. Indexes follow the sorted ids.
 *
 * Identical pledges are one here: assets that each have a single offer and agree in every respect but their id
 * form one asset with the copies of all (`Offer.members` says whose); identical offers of one asset form one
 * offer. What is drawn from the whole is dealt out to the members at the very end.
 */
import type { Dimension } from '@muster/contracts/primitives'

export interface Line {
  readonly id: string
  readonly mission: number
  readonly capability: number
  /** Index into `Model.tiers`; 0 is served first. */
  readonly tier: number
  /** As given, divided by `Model.tierUnits[tier]`. */
  readonly weight: number
  /** quantity and cover are persons, not copies */
  readonly persons: boolean
  readonly stock: boolean
  readonly quantity: number
  readonly from: number
  readonly to: number
  /** Lines without which its cover does not count, by index. */
  readonly needs: ReadonlyArray<number>
  /** False where cover can never count, because something needed can never have any: nothing is sent there. */
  readonly supported: boolean
}

export interface Part {
  readonly contributor: number
  readonly part: number
}

export interface Asset {
  readonly id: string
  /** The assets it stands for, by id; itself alone unless identical pledges were merged. */
  readonly members: ReadonlyArray<string>
  /** First-named contributor: mission counts and ties go by this one. */
  readonly contributor: number
  /** Who carries the burden, and in which parts; a single party with part 1 unless the asset is joint. */
  readonly parties: ReadonlyArray<Part>
  /** Sum of the parts. */
  readonly parts: number
  readonly capability: number
  readonly copies: number
  readonly burden: number
  readonly persons: number
  readonly stock: boolean
}

export interface OfferMember {
  readonly offer: string
  readonly copies: number
}

export interface Offer {
  readonly id: string
  readonly asset: number
  /** First day on which it can be in place: window, horizon and notice taken together. */
  readonly from: number
  readonly to: number
  readonly members: ReadonlyArray<OfferMember>
}

export interface Ceiling {
  readonly mission: number
  readonly capabilities: ReadonlySet<number>
  readonly quantity: number
  readonly from: number
  readonly to: number
}

export interface Mission {
  readonly id: string
  readonly maxPercent: number | undefined
}

export interface Contributor {
  readonly id: string
  /** Capacity per dimension; 0 where no key is given. */
  readonly capacity: Readonly<Record<Dimension, number>>
}

/**
 * Eligible pairs (offer, line) as parallel arrays, sorted by line, then offer; those of line `l` are
 * `lineStart[l] … lineStart[l+1]-1`. A tour on pair `p` lies in `[from[p], to[p])` and lasts at least `tour[p]` days.
 */
export interface Pairs {
  readonly count: number
  readonly line: Int32Array
  readonly offer: Int32Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly tour: Int32Array
  readonly lineStart: Int32Array
}

/** Lines and assets that can influence one another; everything else about them follows from the model. */
export interface Component {
  readonly index: number
  /** Ascending. */
  readonly lines: Int32Array
  /** Ascending; only assets with an eligible pair. */
  readonly assets: Int32Array
  /** Ascending. */
  readonly pairs: Int32Array
  /** Indexes of ceilings that can bind here. */
  readonly ceilings: ReadonlyArray<number>
}

export interface Model {
  readonly horizon: { readonly from: number; readonly to: number }
  /** Tier numbers in ascending order; `Line.tier` indexes this. */
  readonly tiers: ReadonlyArray<number>
  /** Common divisor of the weights of each tier; value in the document = value here × unit. */
  readonly tierUnits: ReadonlyArray<number>
  readonly capabilities: ReadonlyArray<{ readonly code: string; readonly dimension: Dimension; readonly stock: boolean }>
  readonly contributors: ReadonlyArray<Contributor>
  readonly missions: ReadonlyArray<Mission>
  readonly lines: ReadonlyArray<Line>
  readonly assets: ReadonlyArray<Asset>
  readonly offers: ReadonlyArray<Offer>
  readonly pairs: Pairs
  readonly ceilings: ReadonlyArray<Ceiling>
  readonly maxMissionsPerContributor: number | undefined
  readonly slackPpm: number
  readonly components: ReadonlyArray<Component>
  /** Published rows that name a known offer and requirement, as tours on pairs; rows no longer lawful are left out. */
  readonly published: ReadonlyArray<Tour>
}

/**
 * One row of a plan: `quantity` copies (stock: units) on a pair during `[from, to)`.
 * The cover it gives is `quantity`, or `quantity × persons` on a line counted in persons.
 */
export interface Tour {
  readonly pair: number
  readonly quantity: number
  readonly from: number
  readonly to: number
}

/** What one copy adds to the cover of a line. */
export const unitsPerCopy = (line: Line, asset: Asset): number => (line.persons ? asset.persons : 1)
