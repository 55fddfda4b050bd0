/**
 * The safe bound: from any prices whatever, an upper bound by integer arithmetic and a best path per asset. A solver only
 * makes the prices good; it cannot make the bound wrong.
 *
 *     value of tier k ≤ Σ_rt quantity·max(0, v − π) + Σ_a copies·bestPath_a(units·π − κ) + Σ κ·ceiling − Σ_j θ_j·value_j
 *
 * in grains of weight; v = θ_tier·weight with θ_k = `grain`. Lines of later tiers have v = 0. On a line counted in persons
 * only whole copies can be present, so quantity·max(0, v − π) becomes the best over what whole copies can add up to.
 */
import { attainableOf } from './attainable.ts'
import type { BoundForm } from './bounds.ts'
import { Steps } from './search/steps.ts'
import type { View } from './search/view.ts'
import type { Prices } from './solver-port.ts'

/** Undefined when the prices are not whole, not non-negative, or too large for exact sums: then they prove nothing. */
export const boundOfPrices = (view: View, prices: Prices, locked: ReadonlyArray<number>): BoundForm | undefined => {
  const { tier: k, grain } = prices
  const thetas = Array.from({ length: k }, (_, j) => prices.floors[j] ?? 0)
  if (!Number.isSafeInteger(grain) || grain < 1) return undefined
  const figures = [...thetas, ...prices.presence.map((p) => p.price), ...prices.ceilings.map((c) => c.price)]
  if (!figures.every((f) => Number.isSafeInteger(f) && f >= 0)) return undefined
  const presence = presenceSteps(view, prices)
  const attainable = attainableOf(view)
  let total = 0n
  for (const [l, line] of view.lines.entries()) {
    const { below, above } = attainable[l] ?? { below: line.quantity, above: line.quantity }
    const worth = line.tier > k ? 0 : line.weight * (line.tier === k ? grain : (thetas[line.tier] ?? 0))
    if (!Number.isSafeInteger(worth)) return undefined
    for (const step of presence[l]?.within(view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0) ?? []) {
      if (worth <= step.value) continue
      const filled = BigInt(worth - step.value) * BigInt(below)
      const over = Number.isFinite(above) ? BigInt(worth) * BigInt(line.quantity) - BigInt(step.value) * BigInt(above) : 0n
      total += (over > filled ? over : filled) * BigInt(step.to - step.from)
    }
  }
  for (const { ceiling, from, to, price } of prices.ceilings) {
    const rule = view.model.ceilings[ceiling]
    if (rule === undefined || from < rule.from || to > rule.to) return undefined
    total += BigInt(price) * BigInt(rule.quantity) * BigInt(Math.max(0, to - from))
  }
  const costs = ceilingCosts(view, prices)
  for (const [a, asset] of view.assets.entries()) {
    const best = bestPath(view, a, presence, costs)
    if (!Number.isSafeInteger(best)) return undefined
    total += BigInt(asset.copies) * BigInt(best)
  }
  const atLock = thetas.reduce((rest, theta, j) => rest - BigInt(theta) * BigInt(locked[j] ?? 0), total)
  const base = atLock < 0n ? 0n : atLock / BigInt(grain)
  if (base > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return { base: Number(base), slopes: thetas.map((theta) => ({ over: theta, under: grain })) }
}

const presenceSteps = (view: View, prices: Prices): ReadonlyArray<Steps> => {
  const local = new Map<number, number>()
  for (const [l, global] of view.component.lines.entries()) local.set(global, l)
  const steps = view.lines.map(() => new Steps())
  for (const { line, from, to, price } of prices.presence) {
    const l = local.get(line)
    if (l === undefined) continue
    if (view.lines[l]?.stock === true) steps[l]?.add(0, 1, price)
    else steps[l]?.add(from, to, price)
  }
  return steps
}

/** Price of presence under ceilings per local pair; stock rows may lie anywhere in their window, so they pay nothing here. */
const ceilingCosts = (
  view: View,
  prices: Prices,
): ((pair: number) => ReadonlyArray<{ readonly from: number; readonly to: number; readonly price: number }>) => {
  if (prices.ceilings.length === 0) return () => []
  return (pair) => {
    const line = view.lines[view.line[pair] ?? 0]
    const asset = view.assets[view.asset[pair] ?? 0]
    if (line === undefined || asset === undefined || line.stock) return []
    return prices.ceilings.filter(({ ceiling }) => {
      const rule = view.model.ceilings[ceiling]
      return rule?.mission === line.mission && rule.capabilities.has(asset.capability)
    })
  }
}

/**
 * The best that one copy of an asset can earn: a sequence of tours, each at least as long as its pair asks, found by
 * `best[t]` = most earned before day t, over the days of the asset's windows.
 */
const bestPath = (
  view: View,
  a: number,
  presence: ReadonlyArray<Steps>,
  costs: (pair: number) => ReadonlyArray<{ readonly from: number; readonly to: number; readonly price: number }>,
): number => {
  const pairs = view.assetPairs.subarray(view.assetStart[a] ?? 0, view.assetStart[a + 1] ?? 0)
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const p of pairs) {
    first = Math.min(first, view.from[p] ?? 0)
    last = Math.max(last, view.to[p] ?? 0)
  }
  if (first >= last) return 0
  const earning = Array.from(pairs, (p) => new Earning(view, p, presence[view.line[p] ?? 0], costs(p)))
  const best = new Float64Array(last - first + 1)
  for (let day = first + 1; day <= last; day += 1) {
    let most = best[day - 1 - first] ?? 0
    for (const e of earning) most = Math.max(most, e.upTo(day, best, first))
    best[day - first] = most
  }
  return best[last - first] ?? 0
}

/** What one pair earns by the day, and the best moment so far to have started a tour on it. */
class Earning {
  readonly #from: number
  readonly #to: number
  readonly #tour: number
  readonly #sums: Float64Array
  #bestStart = Number.NEGATIVE_INFINITY

  constructor(
    view: View,
    pair: number,
    presence: Steps | undefined,
    costs: ReadonlyArray<{ readonly from: number; readonly to: number; readonly price: number }>,
  ) {
    this.#from = view.from[pair] ?? 0
    this.#to = view.to[pair] ?? 0
    this.#tour = view.tour[pair] ?? 1
    const daily = new Float64Array(this.#to - this.#from)
    const units = view.units[pair] ?? 1
    for (const step of presence?.within(this.#from, this.#to) ?? [])
      daily.fill(step.value * units, step.from - this.#from, step.to - this.#from)
    for (const { from, to, price } of costs)
      for (let day = Math.max(from, this.#from); day < Math.min(to, this.#to); day += 1)
        daily[day - this.#from] = (daily[day - this.#from] ?? 0) - price
    this.#sums = new Float64Array(daily.length + 1)
    for (let i = 0; i < daily.length; i += 1) this.#sums[i + 1] = (this.#sums[i] ?? 0) + (daily[i] ?? 0)
  }

  /** The most earned before `day` with a tour on this pair ending there. */
  upTo(day: number, best: Float64Array, first: number): number {
    const start = day - this.#tour
    if (start < this.#from || day > this.#to) return Number.NEGATIVE_INFINITY
    this.#bestStart = Math.max(this.#bestStart, (best[start - first] ?? 0) - (this.#sums[start - this.#from] ?? 0))
    return this.#bestStart + (this.#sums[day - this.#from] ?? 0)
  }
}
