/**
 * Running account of burdens, for decisions: whether a change makes the sorted vector of relative burdens
 * (own ÷ capacity, worst first) lexicographically smaller. A contributor without capacity has no fair share: whatever
 * it carries counts as the worst, so that burdens move away from it first.
 */
import type { Asset, Model, Tour } from '../model.ts'
import { burdenScale, DIMENSIONS } from './burdens.ts'

/** Beyond this, burdens of joint assets are held as fractions of a number and no longer as whole numbers. */
const LARGEST_SCALE = 1_000_000n

/** One contributor in one dimension. */
export type Account = number

export interface Share {
  readonly account: Account
  /** Burden of one copy and day (stock: unit). */
  readonly amount: number
}

interface Load {
  readonly own: number
  readonly capacity: number
}

export class Ledger {
  readonly #own: Float64Array
  readonly #capacity: Float64Array
  readonly #shares: ReadonlyArray<ReadonlyArray<Share>>
  readonly #model: Model

  constructor(model: Model, tours: Iterable<Tour>) {
    this.#model = model
    const people = model.contributors.length
    this.#own = new Float64Array(people * DIMENSIONS.length)
    this.#capacity = new Float64Array(people * DIMENSIONS.length)
    for (const [d, dimension] of DIMENSIONS.entries())
      for (const [c, { capacity }] of model.contributors.entries()) this.#capacity[d * people + c] = capacity[dimension]
    const exact = burdenScale(model)
    const scale = exact <= LARGEST_SCALE ? Number(exact) : 1
    this.#shares = model.assets.map((asset) => sharesOf(model, asset, scale))
    for (const tour of tours) {
      const a = model.offers[model.pairs.offer[tour.pair] ?? 0]?.asset ?? 0
      this.carry(a, tour.quantity * (model.assets[a]?.stock ? 1 : tour.to - tour.from))
    }
  }

  sharesOf(asset: number): ReadonlyArray<Share> {
    return this.#shares[asset] ?? []
  }

  /** Adds `amount` copy-days (units of stock) of an asset; negative amounts take them back. */
  carry(asset: number, amount: number): void {
    for (const { account, amount: each } of this.sharesOf(asset)) this.#own[account] = (this.#own[account] ?? 0) + each * amount
  }

  own(account: Account): number {
    return this.#own[account] ?? 0
  }

  capacity(account: Account): number {
    return this.#capacity[account] ?? 0
  }

  get largestCapacity(): number {
    return this.#capacity.reduce((most, capacity) => Math.max(most, capacity), 1)
  }

  /** Positive when `a` carries relatively more than `b`. */
  compare(a: Account, b: Account): number {
    return compareLoads({ own: this.own(a), capacity: this.capacity(a) }, { own: this.own(b), capacity: this.capacity(b) })
  }

  /** Whether carrying these amounts on top makes the vector of relative burdens smaller. */
  improves(changes: ReadonlyMap<number, number>): boolean {
    const deltas = new Map<Account, number>()
    for (const [asset, amount] of changes)
      for (const { account, amount: each } of this.sharesOf(asset))
        deltas.set(account, (deltas.get(account) ?? 0) + each * amount)
    const before: Load[] = []
    const after: Load[] = []
    for (const [account, delta] of deltas) {
      if (delta === 0) continue
      const capacity = this.capacity(account)
      before.push({ own: this.own(account), capacity })
      after.push({ own: this.own(account) + delta, capacity })
    }
    before.sort((a, b) => compareLoads(b, a))
    after.sort((a, b) => compareLoads(b, a))
    for (const [i, load] of after.entries()) {
      const difference = compareLoads(load, before[i] ?? load)
      if (difference !== 0) return difference < 0
    }
    return false
  }

  /** Whether it improves the vector that one asset carries `amount` less and another as much more; the usual case in few steps. */
  helps(giver: number, taker: number, amount: number): boolean {
    const [given, taken] = [this.sharesOf(giver), this.sharesOf(taker)]
    const [from, to] = [given[0], taken[0]]
    if (from !== undefined && to !== undefined && given.length === 1 && taken.length === 1) {
      if (from.account === to.account) return to.amount < from.amount
      const [left, right] = [
        (this.own(to.account) + amount * to.amount) * this.capacity(from.account),
        this.own(from.account) * this.capacity(to.account),
      ]
      const apart = Math.abs(left - right) > 1e-9 * Math.max(left, right)
      if (apart && from.amount > 0 && this.capacity(from.account) > 0 && this.capacity(to.account) > 0) return left < right
    }
    return this.improves(
      new Map([
        [giver, -amount],
        [taker, amount],
      ]),
    )
  }

  /** Accounts with any burden from these assets, the relatively heaviest first. */
  heaviestFirst(assets: Iterable<number>): ReadonlyArray<Account> {
    const accounts = new Set<Account>()
    for (const asset of assets) for (const { account } of this.sharesOf(asset)) if (this.own(account) > 0) accounts.add(account)
    return [...accounts].toSorted((a, b) => this.compare(b, a) || a - b)
  }

  /** All relative burdens, worst first: two plans are compared by these. */
  profile(): ReadonlyArray<Load> {
    const loads = Array.from(this.#own, (own, account) => ({ own, capacity: this.capacity(account) })).filter((l) => l.own > 0)
    return loads.toSorted((a, b) => compareLoads(b, a))
  }

  get model(): Model {
    return this.#model
  }
}

const sharesOf = (model: Model, asset: Asset, scale: number): ReadonlyArray<Share> => {
  const dimension = DIMENSIONS.indexOf(model.capabilities[asset.capability]?.dimension ?? 'personnel')
  return asset.parties.map(({ contributor, part }) => ({
    account: dimension * model.contributors.length + contributor,
    amount: (asset.burden * part * scale) / asset.parts,
  }))
}

/** own ÷ capacity compared exactly: by ordinary numbers where they are far apart, else by cross-multiplication of whole numbers. */
export const compareLoads = (a: Load, b: Load): number => {
  if (a.capacity === 0 || b.capacity === 0) {
    const [x, y] = [a.capacity === 0 && a.own > 0, b.capacity === 0 && b.own > 0]
    if (x && y) return a.own - b.own
    if (x || y) return x ? 1 : -1
    return (a.capacity === 0 ? 0 : a.own) - (b.capacity === 0 ? 0 : b.own)
  }
  const [left, right] = [a.own * b.capacity, b.own * a.capacity]
  if (Math.abs(left - right) > 1e-9 * Math.max(left, right)) return left - right
  if (!Number.isInteger(a.own) || !Number.isInteger(b.own)) return left - right
  const difference = BigInt(a.own) * BigInt(b.capacity) - BigInt(b.own) * BigInt(a.capacity)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

/** Negative when the first vector of relative burdens is the better one. */
export const compareProfiles = (a: ReadonlyArray<Load>, b: ReadonlyArray<Load>): number => {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = compareLoads(a[i] ?? { own: 0, capacity: 1 }, b[i] ?? { own: 0, capacity: 1 })
    if (difference !== 0) return difference
  }
  return 0
}
