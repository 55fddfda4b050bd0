/**
 * From the duals of a relaxation to whole prices on single days, and from prices to a bound on every lawful plan, whatever days
 * its tours use. The formula is the one of the port (`Prices`); nothing here depends on the solver having been right.
 */
import { attainableOf } from '@muster/allocation/attainable'
import { STOCK_DAY, type View } from '@muster/allocation/search/view'
import type { PresencePrice, CeilingPrice, Prices } from '@muster/allocation/solver-port'

/** Divisible by every number up to 10, since duals of small networks are mostly such fractions. */
const FINE = 5_040
/** What the bound of a tier may come to, so that its sums stay exact. */
const LARGEST_SUM = 2 ** 51

/** Grains per unit of weight for a bound of about `sum`: fine, or as fine as exact sums allow. */
export const grainFor = (sum: number): number => Math.min(FINE, Math.max(1, Math.floor(LARGEST_SUM / Math.max(1, sum))))

export interface DayPrices {
  readonly tier: number
  /** Prices are whole numbers of grains, so many to a unit of weight. */
  readonly grain: number
  /** Per local line: price of presence on every day of its window. */
  readonly presence: ReadonlyArray<Float64Array>
  /** Per local ceiling: price of presence under it on every day of its window. */
  readonly ceilings: ReadonlyArray<Float64Array>
  /** θ per tier before. */
  readonly floors: ReadonlyArray<number>
}

/** The dual of a row that holds on a whole stretch. */
export interface StretchDual {
  readonly from: number
  readonly to: number
  readonly dual: number
}

export const noPrices = (view: View, tier: number, grain: number, floors: ReadonlyArray<number>): DayPrices => ({
  tier,
  grain,
  presence: view.lines.map((_, l) => new Float64Array((view.lineTo[l] ?? 0) - (view.lineFrom[l] ?? 0))),
  ceilings: view.model.ceilings.map((c) => new Float64Array(c.to - c.from)),
  floors,
})

/** Spreads a dual over its days in whole grains that add up to it. */
export const spread = (prices: Float64Array, grain: number, origin: number, { from, to, dual }: StretchDual): void => {
  const first = Math.max(0, from - origin)
  const last = Math.min(prices.length, to - origin)
  const days = last - first
  if (days <= 0) return
  const total = Math.max(0, Math.round(dual * grain))
  const each = Math.floor(total / days)
  const dearer = total - each * days
  for (let day = first; day < last; day += 1) prices[day] = (prices[day] ?? 0) + each + (last - day <= dearer ? 1 : 0)
}

/** Between two price vectors, `share` of the way from `a` to `b` (in hundredths), in whole grains. */
export const between = (a: DayPrices, b: DayPrices, share: number): DayPrices => {
  const mix = (x: number, y: number): number => Math.round((x * (100 - share) + y * share) / 100)
  const mixed = (xs: ReadonlyArray<Float64Array>, ys: ReadonlyArray<Float64Array>): ReadonlyArray<Float64Array> =>
    xs.map((x, i) => x.map((value, day) => mix(value, ys[i]?.[day] ?? 0)))
  return {
    tier: a.tier,
    grain: a.grain,
    presence: mixed(a.presence, b.presence),
    ceilings: mixed(a.ceilings, b.ceilings),
    floors: a.floors.map((theta, j) => mix(theta, b.floors[j] ?? 0)),
  }
}

/** A tour of the best sequence of tours of one copy. */
export interface PathTour {
  readonly pair: number
  readonly from: number
  readonly to: number
}

export interface Priced {
  /** Upper bound on the tier's value, in grains. */
  readonly bound: number
  /** Per local asset: the best sequence of tours at these prices. */
  readonly paths: ReadonlyArray<ReadonlyArray<PathTour>>
}

/** `floors` are the locked values of the tiers before, in units of weight × days. */
export const priced = (view: View, prices: DayPrices, floors: ReadonlyArray<number>): Priced => {
  let bound = 0
  const attainable = attainableOf(view)
  for (const [l, { quantity }] of view.lines.entries()) {
    const value = valueOf(view, prices, l)
    const { below, above } = attainable[l] ?? { below: quantity, above: quantity }
    for (const price of prices.presence[l] ?? [])
      if (price < value) bound += Math.max((value - price) * below, Number.isFinite(above) ? value * quantity - price * above : 0)
  }
  for (const [c, days] of prices.ceilings.entries())
    for (const price of days) bound += price * (view.model.ceilings[c]?.quantity ?? 0)
  for (const [j, theta] of prices.floors.entries()) bound -= theta * (floors[j] ?? 0)
  const rewards = rewardsOf(view, prices)
  const paths = view.assets.map((asset, a) => {
    const { value, tours } = bestPath(view, a, rewards)
    bound += asset.copies * value
    return tours
  })
  return { bound, paths }
}

/** θ · weight in grains; lines of later tiers are worth nothing yet. */
const valueOf = (view: View, { tier, grain, floors }: DayPrices, l: number): number => {
  const line = view.lines[l]
  if (line === undefined || line.tier > tier) return 0
  return line.weight * (line.tier === tier ? grain : (floors[line.tier] ?? 0))
}

/** Per local pair: reward of one copy from the start of its line's window up to each day (running sums). */
const rewardsOf = (view: View, prices: DayPrices): ReadonlyArray<Float64Array> => {
  const memo = new Map<string, Float64Array>()
  return Array.from(view.line, (l, pair) => {
    const asset = view.assets[view.asset[pair] ?? 0]
    const units = view.units[pair] ?? 1
    const line = view.lines[l]
    const ceilings = view.model.ceilings.flatMap((ceiling, c) =>
      ceiling.mission === line?.mission && asset !== undefined && ceiling.capabilities.has(asset.capability)
        ? [{ from: ceiling.from, days: prices.ceilings[c] ?? new Float64Array(0) }]
        : [],
    )
    const key = `${l}/${units}/${asset?.capability}`
    const have = memo.get(key)
    if (have !== undefined) return have
    const presence = prices.presence[l] ?? new Float64Array(0)
    const sums = new Float64Array(presence.length + 1)
    const origin = view.lineFrom[l] ?? 0
    for (let day = 0; day < presence.length; day += 1) {
      let reward = units * (presence[day] ?? 0)
      // Stock lies on a pseudo-day: leaving its ceilings unpriced keeps the bound a bound.
      if (line?.stock !== true) for (const { from, days } of ceilings) reward -= days[origin + day - from] ?? 0
      sums[day + 1] = (sums[day] ?? 0) + reward
    }
    memo.set(key, sums)
    return sums
  })
}

/** Dynamic programme over single days: the best a copy can have earned by each day, free again. */
const bestPath = (
  view: View,
  asset: number,
  rewards: ReadonlyArray<Float64Array>,
): { readonly value: number; readonly tours: ReadonlyArray<PathTour> } => {
  const pairs = view.assetPairs.subarray(view.assetStart[asset], view.assetStart[asset + 1])
  if (pairs.length === 0) return { value: 0, tours: [] }
  const first = pairs.reduce((day, p) => Math.min(day, view.from[p] ?? 0), Number.POSITIVE_INFINITY)
  const last = pairs.reduce((day, p) => Math.max(day, view.to[p] ?? 0), STOCK_DAY.from)
  const best = new Float64Array(last - first + 1)
  const lastTour = new Int32Array(last - first + 1).fill(-1)
  const lastStart = new Int32Array(last - first + 1)
  const open = new Float64Array(pairs.length).fill(Number.NEGATIVE_INFINITY)
  const openSince = new Int32Array(pairs.length)
  for (let day = first + 1; day <= last; day += 1) {
    const i = day - first
    best[i] = best[i - 1] ?? 0
    for (const [k, p] of pairs.entries()) {
      const [from, to, tour] = [view.from[p] ?? 0, view.to[p] ?? 0, view.tour[p] ?? 1]
      if (day < from + tour || day > to) continue
      const sums = rewards[p]
      const origin = view.lineFrom[view.line[p] ?? 0] ?? 0
      const start = day - tour
      const entering = (best[start - first] ?? 0) - (sums?.[start - origin] ?? 0)
      if (entering > (open[k] ?? 0)) {
        open[k] = entering
        openSince[k] = start
      }
      const earned = (open[k] ?? 0) + (sums?.[day - origin] ?? 0)
      if (earned > (best[i] ?? 0)) {
        best[i] = earned
        lastTour[i] = p
        lastStart[i] = openSince[k] ?? 0
      }
    }
  }
  const tours: PathTour[] = []
  for (let day = last; day > first;) {
    const pair = lastTour[day - first] ?? -1
    if (pair < 0) day -= 1
    else {
      const from = lastStart[day - first] ?? first
      tours.push({ pair, from, to: day })
      day = from
    }
  }
  return { value: best[last - first] ?? 0, tours }
}

/** As the port takes them: runs of equal prices, in local numbering. */
export const asPrices = (view: View, prices: DayPrices): Prices => ({
  tier: prices.tier,
  grain: prices.grain,
  presence: prices.presence.flatMap((days, line) =>
    runs(days, view.lineFrom[line] ?? 0).map((run): PresencePrice => ({ line, ...run })),
  ),
  ceilings: prices.ceilings.flatMap((days, ceiling) =>
    runs(days, view.model.ceilings[ceiling]?.from ?? 0).map((run): CeilingPrice => ({ ceiling, ...run })),
  ),
  floors: prices.floors,
})

const runs = (
  days: Float64Array,
  origin: number,
): ReadonlyArray<{ readonly from: number; readonly to: number; readonly price: number }> => {
  const found: { from: number; to: number; price: number }[] = []
  for (let day = 0; day < days.length;) {
    const price = days[day] ?? 0
    let end = day + 1
    while (end < days.length && days[end] === price) end += 1
    if (price !== 0) found.push({ from: origin + day, to: origin + end, price })
    day = end
  }
  return found
}
