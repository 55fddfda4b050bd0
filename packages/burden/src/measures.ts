/** Measures of a whole distribution of burden: how uneven it is, and whether it follows capacity. */
import { orNull, percent } from './composition.ts'
import { gini, hhi, topShare } from './concentration.ts'
import { fraction, rounded, total, type Fraction } from './exact.ts'
import { kendall, spearman } from './rank-correlation.ts'
import type { Load } from './relative-burden.ts'

export interface LorenzPoint {
  /** Cumulated part of capacity, 0…1, 5 decimals. */
  readonly capacity: number
  /** Cumulated part of burden, 0…1, 5 decimals. */
  readonly burden: number
}

/** 5 decimals, per cent 2; null where the distribution does not define a measure. */
export interface Measures {
  readonly contributors: number
  /** Of the parts of the burden. */
  readonly hhi: number | null
  /** Of what each carries, those who carry nothing counted. */
  readonly gini: number | null
  /** Of burden against capacity: 0 when everyone carries a fair share. */
  readonly capacityGini: number | null
  readonly lorenz: ReadonlyArray<LorenzPoint>
  readonly top1Percent: number | null
  readonly top5Percent: number | null
  /** Rank correlations of burden and capacity: 1 when the more able carry more. */
  readonly spearman: number | null
  readonly kendall: number | null
}

const five = (value: Fraction): number => rounded(value, 5)

export const measures = (loads: ReadonlyArray<Load>): Measures => {
  const own = loads.map((load) => load.own)
  const capacity = loads.map((load) => load.capacity)
  return {
    contributors: loads.length,
    hhi: orNull(hhi(own), five),
    gini: orNull(gini(own), five),
    capacityGini: orNull(capacityGini(loads), five),
    lorenz: lorenz(loads),
    top1Percent: orNull(topShare(own, 1), percent),
    top5Percent: orNull(topShare(own, 5), percent),
    spearman: spearman(own, capacity),
    kendall: kendall(own, capacity),
  }
}

/**
 * Lorenz curve of burden over capacity: contributors in ascending order of ρ, cumulated part of capacity against cumulated part of
 * burden; with equal capacities it is the ordinary Lorenz curve. Empty where nothing is carried or no capacity is known.
 * Source: M. O. Lorenz, "Methods of Measuring the Concentration of Wealth", Publications of the ASA 9 (1905) 209–219.
 *
 * Burdens 10, 30, 60 on equal capacities: (0, 0), (0.33333, 0.1), (0.66667, 0.4), (1, 1).
 */
export const lorenz = (loads: ReadonlyArray<Load>): ReadonlyArray<LorenzPoint> => {
  const [burdens, capacities] = [total(loads.map(({ own }) => own)), total(loads.map(({ capacity }) => capacity))]
  if (burdens === 0n || capacities === 0n) return []
  let [burden, capacity] = [0n, 0n]
  const points: LorenzPoint[] = [{ capacity: 0, burden: 0 }]
  for (const load of byRho(loads)) {
    burden += load.own
    capacity += load.capacity
    points.push({ capacity: rounded(fraction(capacity, capacities), 5), burden: rounded(fraction(burden, burdens), 5) })
  }
  return points
}

/**
 * Gini coefficient of burden against capacity: twice the area between the Lorenz curve above and the diagonal,
 * 1 − Σ (pₖ − pₖ₋₁)(qₖ + qₖ₋₁) with p the cumulated capacity and q the cumulated burden, by the trapezoidal rule.
 *
 * Burdens 10, 30, 60 on equal capacities: 1 − (0.1 + 0.5 + 1.4) ÷ 3 = 0.33333; burdens in proportion to capacity: 0.
 */
export const capacityGini = (loads: ReadonlyArray<Load>): Fraction | undefined => {
  const [burdens, capacities] = [total(loads.map(({ own }) => own)), total(loads.map(({ capacity }) => capacity))]
  if (burdens === 0n || capacities === 0n) return undefined
  let [burden, doubledArea] = [0n, 0n]
  for (const { own, capacity } of byRho(loads)) {
    doubledArea += capacity * (2n * burden + own)
    burden += own
  }
  return fraction(burdens * capacities - doubledArea, burdens * capacities)
}

/** Least burdened first, whoever has no capacity last; who has neither burden nor capacity moves no curve and is left out. */
const byRho = (loads: ReadonlyArray<Load>): ReadonlyArray<Load> =>
  loads
    .filter(({ own, capacity }) => own > 0n || capacity > 0n)
    .toSorted((a, b) => {
      const difference = a.own * b.capacity - b.own * a.capacity
      if (difference !== 0n) return difference < 0n ? -1 : 1
      return a.contributor < b.contributor ? -1 : 1
    })
