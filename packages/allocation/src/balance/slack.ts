/**
 * The slack of the policy: balance may give up that part of each tier's value, and takes it from whoever carries most, dimension
 * by dimension. Only burdens above the fair share are relieved, and only as far as that makes the vector of ρ better.
 */
import type { Settled } from '../assemble.ts'
import type { Model } from '../model.ts'
import { Schedule, type Placed } from '../search/schedule.ts'
import { viewOf } from '../search/view.ts'
import { DIMENSIONS } from './burdens.ts'
import { Ledger, type Account } from './ledger.ts'

const PARTS = 1_000_000n
/** Reliefs at most, per dimension. */
const MOST_RELIEFS = 20_000

export const relieved = (model: Model, settled: ReadonlyArray<Settled>): ReadonlyArray<Settled> => {
  const kept = PARTS - BigInt(model.slackPpm)
  const floors = new Relief(model, settled, 0, []).values.map((value) => (value * kept + PARTS - 1n) / PARTS)
  return [...DIMENSIONS.keys()].reduce((plan, dimension) => {
    const best = new Relief(model, plan, dimension, floors).run(MOST_RELIEFS)
    if (best === 0) return plan
    const relief = new Relief(model, plan, dimension, floors)
    relief.run(best)
    return plan.map((s, i) => relief.toursOf(i, s))
  }, settled)
}

/** One way to carry less: a copy leaves a tour early, or stays at home where the tour cannot be shorter. */
interface Cut {
  readonly place: Place
  readonly tour: Placed
  readonly tier: number
  /** Value lost per unit of burden. */
  readonly worth: number
  /** Burden of the account per copy and day. */
  readonly amount: number
}

/** Where an account has assets: a local asset of one component. */
interface Place {
  readonly i: number
  readonly asset: number
  readonly amount: number
}

class Relief {
  readonly #model: Model
  readonly #ledger: Ledger
  readonly #schedules: ReadonlyArray<Schedule>
  /** Per tier, of the plan as it stands. */
  readonly values: bigint[]
  readonly #floors: ReadonlyArray<bigint>
  readonly #dimension: number
  readonly #places: ReadonlyMap<Account, ReadonlyArray<Place>>
  readonly #touched = new Set<number>()
  readonly #shut = new Set<Account>()

  constructor(model: Model, settled: ReadonlyArray<Settled>, dimension: number, floors: ReadonlyArray<bigint>) {
    this.#model = model
    this.#dimension = dimension
    this.#floors = floors
    this.#ledger = new Ledger(
      model,
      settled.flatMap((s) => s.tours),
    )
    this.#schedules = settled.map((s) => new Schedule(viewOf(model, s.component), s.tours))
    this.values = model.tiers.map(() => 0n)
    for (const schedule of this.#schedules) this.#count(schedule.values(), 1n)
    this.#places = placesOf(this.#schedules, this.#ledger)
  }

  /** Relieves at most so often; answers after how many reliefs the vector of ρ was best. */
  run(most: number): number {
    let best = { reliefs: 0, rhos: this.#rhos() }
    for (let reliefs = 1; reliefs <= most;) {
      const [account, next] = this.#aboveFair()
      if (account === undefined) break
      if (!this.#relieve(account, next)) {
        this.#shut.add(account)
        continue
      }
      const rhos = this.#rhos()
      if (isBetter(rhos, best.rhos)) best = { reliefs, rhos }
      reliefs += 1
    }
    return best.reliefs
  }

  toursOf(i: number, settled: Settled): Settled {
    return this.#touched.has(i) ? { ...settled, tours: this.#schedules[i]?.tours() ?? [] } : settled
  }

  #count(values: Float64Array, sign: bigint): void {
    for (const [k, value] of values.entries()) this.values[k] = (this.values[k] ?? 0n) + sign * BigInt(value)
  }

  #accounts(): ReadonlyArray<Account> {
    const people = this.#model.contributors.length
    return Array.from({ length: people }, (_, c) => this.#dimension * people + c)
  }

  #totals(): { readonly own: number; readonly capacity: number } {
    let [own, capacity] = [0, 0]
    for (const account of this.#accounts()) {
      own += this.#ledger.own(account)
      capacity += this.#ledger.capacity(account)
    }
    return { own, capacity }
  }

  /** ρ of everyone who carries something, worst first. */
  #rhos(): ReadonlyArray<number> {
    const all = this.#totals()
    return this.#accounts()
      .filter((account) => this.#ledger.own(account) > 0)
      .map((account) => (this.#ledger.own(account) * all.capacity) / (all.own * this.#ledger.capacity(account)))
      .toSorted((a, b) => b - a)
  }

  /** Accounts above their fair share that may still be relieved, the relatively heaviest first. */
  #aboveFair(): ReadonlyArray<Account> {
    const all = this.#totals()
    return this.#accounts()
      .filter((account) => {
        const own = this.#ledger.own(account)
        const isAbove = own * all.capacity > all.own * this.#ledger.capacity(account)
        return this.#places.has(account) && !this.#shut.has(account) && own < all.own && isAbove
      })
      .toSorted((a, b) => this.#ledger.compare(b, a) || a - b)
  }

  /** Takes one copy off the least valuable tour of the account that can be shortened or ended within the floors. */
  #relieve(account: Account, next: Account | undefined): boolean {
    const enough = next === undefined ? Number.POSITIVE_INFINITY : this.#beyond(account, next)
    for (const cut of this.#cutsOf(account)) {
      const { from, to, pair } = cut.tour
      const spare = to - from - (this.#schedules[cut.place.i]?.view.tour[pair] ?? 1)
      const wanted = Math.max(1, Math.min(spare, Math.ceil(enough / cut.amount)))
      for (let days = wanted; spare > 0 && days >= 1; days = Math.floor(days / 2)) if (this.#attempt(cut, days)) return true
      if (spare <= 0 && this.#attempt(cut, to - from)) return true
    }
    return false
  }

  /** Burden by which an account stands above another of relatively less. */
  #beyond(account: Account, next: Account): number {
    const capacity = this.#ledger.capacity(next)
    const level = capacity === 0 ? 0 : (this.#ledger.own(next) * this.#ledger.capacity(account)) / capacity
    return Math.max(0, this.#ledger.own(account) - level)
  }

  #attempt({ place, tour }: Cut, days: number): boolean {
    const schedule = this.#schedules[place.i]
    if (schedule === undefined) return false
    const before = schedule.values()
    const mark = schedule.mark()
    schedule.take(tour, 1)
    schedule.add(tour.pair, tour.from, tour.to - days, tour.to - days > tour.from ? 1 : 0)
    const after = schedule.values()
    this.#count(before, -1n)
    this.#count(after, 1n)
    if (this.values.every((value, k) => value >= (this.#floors[k] ?? 0n))) {
      schedule.settle()
      this.#ledger.carry(schedule.view.component.assets[place.asset] ?? 0, -days)
      this.#touched.add(place.i)
      return true
    }
    this.#count(after, -1n)
    this.#count(before, 1n)
    schedule.undoTo(mark)
    return false
  }

  /** The least important cover first: last tier, least value per burden, latest day. */
  #cutsOf(account: Account): ReadonlyArray<Cut> {
    const cuts = (this.#places.get(account) ?? []).flatMap((place): Cut[] => {
      const schedule = this.#schedules[place.i]
      if (schedule === undefined) return []
      const { view } = schedule
      return (schedule.toursOfAsset[place.asset] ?? []).flatMap((tour): Cut[] => {
        const line = view.lines[view.line[tour.pair] ?? 0]
        if (tour.quantity <= 0 || line === undefined) return []
        const worth = (line.weight * (view.units[tour.pair] ?? 1)) / place.amount
        return [{ place, tour, tier: line.tier, worth, amount: place.amount }]
      })
    })
    return cuts.toSorted(
      (a, b) =>
        b.tier - a.tier ||
        a.worth - b.worth ||
        b.tour.to - a.tour.to ||
        b.tour.from - a.tour.from ||
        a.place.i - b.place.i ||
        a.tour.pair - b.tour.pair,
    )
  }
}

/** Whether the first vector of ρ is smaller, worst first; differences below a millionth count as none. */
const isBetter = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): boolean => {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0]
    if (Math.abs(x - y) > 1e-6 * Math.max(1, x, y)) return x < y
  }
  return false
}

const placesOf = (schedules: ReadonlyArray<Schedule>, ledger: Ledger): ReadonlyMap<Account, ReadonlyArray<Place>> => {
  const places = new Map<Account, Place[]>()
  for (const [i, { view }] of schedules.entries()) {
    for (const [asset, global] of view.component.assets.entries()) {
      for (const { account, amount } of ledger.sharesOf(global)) {
        if (amount <= 0) continue
        const list = places.get(account)
        if (list) list.push({ i, asset, amount })
        else places.set(account, [{ i, asset, amount }])
      }
    }
  }
  return places
}
