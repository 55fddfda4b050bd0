/** Relative burden: who carries more, who less than a fair share, per dimension and as a composite. */
import type { PolicyTerms } from '@muster/contracts/contributors'
import { Dimension } from '@muster/contracts/primitives'
import { fraction, plus, rounded, total, type Fraction } from './exact.ts'

export interface Load {
  readonly contributor: string
  /** What it carries, in one unit for all (persons, person-days, cents …). */
  readonly own: bigint
  readonly capacity: bigint
}

export interface RelativeBurden extends Load {
  /** What it would carry if everyone carried in proportion to capacity: Σ own × capacity ÷ Σ capacity; 6 decimals, in the unit of `own`. */
  readonly fairShare: number
  /** 6 decimals; null where the capacity is 0. */
  readonly rho: number | null
  /** The same, exact, for comparisons with a band. */
  readonly exact: Fraction | null
}

/**
 * ρ = (own ÷ Σ own) ÷ (capacity ÷ Σ capacity), over all contributors given, those who carry nothing counted.
 * ρ = 1 is a fair share. Where nobody carries anything ρ is 0. By code.
 *
 * Loads 60, 30, 10, 0 on capacities 100, 100, 100, 100: ρ = 2.4, 1.2, 0.4, 0.
 * Source: burden sharing as contribution share against capacity share, T. Sandler and H. Shimizu, "NATO Burden Sharing 1999–2010",
 * Foreign Policy Analysis 10 (2014) 43–60.
 */
export const relativeBurden = (loads: ReadonlyArray<Load>): ReadonlyArray<RelativeBurden> => {
  const ownTotal = total(loads.map(({ own }) => own))
  const capacityTotal = total(loads.map(({ capacity }) => capacity))
  return loads
    .map((load): RelativeBurden => {
      const exact = ratio(fraction(load.own, ownTotal), fraction(load.capacity, capacityTotal))
      const fairShare = capacityTotal === 0n ? 0 : rounded(fraction(ownTotal * load.capacity, capacityTotal), 6)
      return { ...load, fairShare, exact, rho: exact && rounded(exact, 6) }
    })
    .toSorted((a, b) => (a.contributor < b.contributor ? -1 : 1))
}

/** Share of burden over share of capacity; null without capacity, 0 without any burden to share. */
const ratio = (burden: Fraction, capacity: Fraction): Fraction | null => {
  if (capacity.numerator === 0n) return null
  if (burden.denominator === 0n) return fraction(0n, 1n)
  return fraction(burden.numerator * capacity.denominator, burden.denominator * capacity.numerator)
}

export interface CompositeBurden {
  readonly contributor: string
  /** Weighted part of the burdens, per cent of the whole to 6 decimals. */
  readonly ownPercent: number
  /** Weighted part of the capacities: the fair share, per cent to 6 decimals. */
  readonly fairPercent: number
  readonly rho: number | null
  readonly exact: Fraction | null
  /** The two parts, exact. */
  readonly carried: Fraction
  readonly fair: Fraction
}

/**
 * Composite ρ = Σ w·(own ÷ Σ own) ÷ Σ w·(capacity ÷ Σ capacity) over the dimensions in which anything is carried and any
 * capacity is known, w being the policy's weights: the mean part of the burdens over the mean part of the capacities.
 * A contributor of people alone and one of money alone can thus both carry a fair share.
 *
 * Weights 1:1; people 100 and 0 on capacities 1 and 1, money 0 and 50 on capacities 1 and 3:
 * ρ = (1 + 0) ÷ (0.5 + 0.25) = 1.333333 and (0 + 1) ÷ (0.5 + 0.75) = 0.8.
 */
export const compositeBurden = (
  loads: Readonly<Partial<Record<Dimension, ReadonlyArray<Load>>>>,
  weights: PolicyTerms['weights'],
): ReadonlyArray<CompositeBurden> => {
  const own = new Map<string, Fraction>()
  const capacity = new Map<string, Fraction>()
  let weightTotal = 0n
  for (const dimension of Dimension.options) {
    const rows = loads[dimension] ?? []
    const [weight, ownTotal, capacityTotal] = [
      BigInt(weights[dimension]),
      total(rows.map((row) => row.own)),
      total(rows.map((row) => row.capacity)),
    ]
    const counts = weight > 0n && ownTotal > 0n && capacityTotal > 0n
    if (counts) weightTotal += weight
    for (const row of rows) {
      add(own, row.contributor, counts ? fraction(weight * row.own, ownTotal) : nothing)
      add(capacity, row.contributor, counts ? fraction(weight * row.capacity, capacityTotal) : nothing)
    }
  }
  return [...own.keys()].toSorted().map((contributor) => {
    const [carried, fair] = [own.get(contributor) ?? nothing, capacity.get(contributor) ?? nothing]
    const exact =
      fair.numerator === 0n ? null : fraction(carried.numerator * fair.denominator, carried.denominator * fair.numerator)
    return {
      contributor,
      ownPercent: percentOf(carried, weightTotal),
      fairPercent: percentOf(fair, weightTotal),
      rho: exact && rounded(exact, 6),
      exact,
      carried: partOf(carried, weightTotal),
      fair: partOf(fair, weightTotal),
    }
  })
}

const nothing = fraction(0n, 1n)

/** A weighted sum of parts as a part of the whole. */
const partOf = (sum: Fraction, weights: bigint): Fraction =>
  weights === 0n ? nothing : fraction(sum.numerator, sum.denominator * weights)

const percentOf = (sum: Fraction, weights: bigint): number => {
  const part = partOf(sum, weights)
  return rounded(fraction(100n * part.numerator, part.denominator), 6)
}

const add = (sums: Map<string, Fraction>, contributor: string, part: Fraction): void => {
  sums.set(contributor, plus(sums.get(contributor) ?? nothing, part))
}

/**
 * Value of what was given in kind, in US cents: unit-months × month value of the capability (stock: units × value of one). Net is what
 * remains after reimbursement.
 *
 * Two battalions for six months at USD 1,200,000 a month are 14,400,000 gross; 10,000,000 reimbursed leave 4,400,000 net.
 */
export const contributionValue = (contribution: {
  readonly unitMonths: number
  readonly monthValueUsd: number
  readonly reimbursedCents: bigint
}): { readonly grossCents: bigint; readonly netCents: bigint } => {
  const grossCents = 100n * BigInt(contribution.unitMonths) * BigInt(contribution.monthValueUsd)
  return { grossCents, netCents: grossCents - contribution.reimbursedCents }
}
