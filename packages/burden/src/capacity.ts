/** What each contributor could carry, under each of the published methods. Every figure is a whole number. */
import type { BurdenMethod, CapacityKey, PolicyTerms, ScaleCommand } from '@muster/contracts/contributors'
import type { Dimension } from '@muster/contracts/primitives'

export interface CapacityFigure {
  readonly key: CapacityKey
  readonly year: number
  readonly value: number
}

export interface Bearer {
  readonly contributor: string
  readonly region?: string | undefined
  readonly figures: ReadonlyArray<CapacityFigure>
}

export interface Capacity {
  readonly contributor: string
  readonly capacity: bigint
}

export interface Basis {
  readonly method: BurdenMethod
  readonly dimension: Dimension
  /** Keys of the policy in force, for the method `policy`. */
  readonly keys: PolicyTerms['keys']
  readonly year: number
}

/** All methods, in the order in which they are shown side by side. */
export const methods: ReadonlyArray<BurdenMethod> = [
  'policy',
  'assessed-scale',
  'gdp',
  'population',
  'armed-forces',
  'military-expenditure',
  'equal',
  'regional',
]

/**
 * Capacity of every contributor under a method, by code.
 *
 * - `policy`: the method that the policy names for the dimension;
 * - `assessed-scale`, `gdp`, `population`, `armed-forces`, `military-expenditure`: the figure of that key (see `figureFor`), 0 where
 *   none is known;
 * - `equal`: the same for everyone;
 * - `regional`: the same for every region, shared equally within it; 0 for those of no region.
 */
export const capacities = (bearers: ReadonlyArray<Bearer>, basis: Basis): ReadonlyArray<Capacity> => {
  const capacityOf = measureOf(bearers, basis)
  return bearers
    .map((bearer) => ({ contributor: bearer.contributor, capacity: capacityOf(bearer) }))
    .toSorted((a, b) => (a.contributor < b.contributor ? -1 : 1))
}

const measureOf = (bearers: ReadonlyArray<Bearer>, { method, dimension, keys, year }: Basis): ((bearer: Bearer) => bigint) => {
  const key = method === 'policy' ? keys[dimension] : method
  switch (key) {
    // A policy that names itself is refused when it is adopted; it would say nothing, and so tell no one apart.
    case 'policy':
    case 'equal':
      return () => 1n
    case 'regional':
      return regional(bearers)
    default:
      return ({ figures }) => BigInt(figureFor(figures, key, year)?.value ?? 0)
  }
}

/** Region r with n members gives each lcm(all n) ÷ n, so that every region adds up to the same whole number. */
const regional = (bearers: ReadonlyArray<Bearer>): ((bearer: Bearer) => bigint) => {
  const members = new Map<string, bigint>()
  for (const { region } of bearers) if (region !== undefined) members.set(region, (members.get(region) ?? 0n) + 1n)
  const common = [...members.values()].reduce((lcm, n) => (lcm / gcd(lcm, n)) * n, 1n)
  return ({ region }) => (region === undefined ? 0n : common / (members.get(region) ?? common))
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))

/** The latest figure that is not after the year; before the first one known, the first. */
export const figureFor = (figures: ReadonlyArray<CapacityFigure>, key: CapacityKey, year: number): CapacityFigure | undefined => {
  const known = figures.filter((figure) => figure.key === key).toSorted((a, b) => a.year - b.year)
  return known.findLast((figure) => figure.year <= year) ?? known[0]
}

/**
 * A scale of assessments as capacity figures in millionths, one per contributor, dated by the year in which the scale begins.
 * Where a scale gives peacekeeping rates these count, and a state without one has no figure; else the regular rates do.
 */
export const assessedFigures = ({
  from,
  rates,
}: Pick<ScaleCommand, 'from' | 'rates'>): ReadonlyArray<{ readonly contributor: string; readonly figure: CapacityFigure }> => {
  const kind = rates.some(({ peacekeepingPpm }) => peacekeepingPpm !== undefined) ? 'peacekeepingPpm' : 'regularPpm'
  return rates.flatMap(({ contributor, [kind]: value }) =>
    value === undefined
      ? []
      : [{ contributor, figure: { key: 'assessed-scale' as const, year: Number(from.slice(0, 4)), value } }],
  )
}
