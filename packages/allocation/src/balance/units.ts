/**
 * Balance of tours: a tour, or a part of it, goes from a burdened contributor to another that may serve the same line,
 * never lowering what any line has on any day. A taker that is away elsewhere may first hand that tour on.
 */
import type { Placed, Schedule } from '../search/schedule.ts'
import type { Steps } from '../search/steps.ts'
import type { Budget } from './divisible.ts'
import type { Ledger } from './ledger.ts'
import { retile } from './retiling.ts'

/** Exchanges until none helps or the budget is spent; true when something changed. */
export const balanceTours = (schedule: Schedule, ledger: Ledger, depth: number, budget: Budget): boolean => {
  const { view } = schedule
  const assetsOf = new Map<number, number[]>()
  for (const [a, global] of view.component.assets.entries())
    for (const { account } of ledger.sharesOf(global)) assetsOf.set(account, [...(assetsOf.get(account) ?? []), a])
  let changed = false
  for (let again = true; again && budget.left > 0;) {
    again = false
    for (const account of ledger.heaviestFirst(view.component.assets)) {
      for (const asset of assetsOf.get(account) ?? []) {
        for (const tour of [...(schedule.toursOfAsset[asset] ?? [])].toSorted((a, b) => a.from - b.from || a.pair - b.pair)) {
          while (tour.quantity > 0 && budget.left > 0 && new Exchange(schedule, ledger, budget).relieve(tour, depth)) {
            schedule.settle()
            again = true
            changed = true
          }
          while (tour.quantity > 0 && budget.left > 0 && retile(schedule, ledger, account, tour, depth, budget)) {
            again = true
            changed = true
          }
        }
      }
    }
  }
  return changed
}

/** Copies that are handed over, and when. */
interface Part {
  readonly from: number
  readonly to: number
  readonly copies: number
}

/** One attempt: changes pile up in the schedule and in `carried`; they stay only when the whole improves. */
class Exchange {
  readonly #schedule: Schedule
  readonly #ledger: Ledger
  readonly #budget: Budget
  /** Copy-days per asset of the model, net of the attempt so far. */
  readonly #carried = new Map<number, number>()

  constructor(schedule: Schedule, ledger: Ledger, budget: Budget) {
    this.#schedule = schedule
    this.#ledger = ledger
    this.#budget = budget
  }

  relieve(tour: Placed, depth: number): boolean {
    const { view } = this.#schedule
    const l = view.line[tour.pair] ?? 0
    const giver = view.asset[tour.pair] ?? 0
    for (let pair = view.lineStart[l] ?? 0; pair < (view.lineStart[l + 1] ?? 0); pair += 1) {
      this.#budget.left -= 1
      if (view.asset[pair] === giver && !this.#cheaper(pair, tour.pair)) continue
      if (!this.#lighter(pair, tour.pair)) continue
      for (const { from, to } of this.#parts(tour, pair)) {
        for (let copies = tour.quantity; copies > 1; copies = Math.floor(copies / 2))
          if (this.#attempt(tour, pair, { from, to, copies }, 1)) return true
        if (this.#attempt(tour, pair, { from, to, copies: 1 }, depth)) return true
      }
    }
    return false
  }

  #cheaper(pair: number, than: number): boolean {
    const { view } = this.#schedule
    return (view.assets[view.asset[pair] ?? 0]?.burden ?? 0) < (view.assets[view.asset[than] ?? 0]?.burden ?? 0)
  }

  /** Whether moving a single day from the one pair to the other would already help: otherwise no more of it will. */
  #lighter(pair: number, than: number): boolean {
    const { view } = this.#schedule
    const [taker, giver] = [view.component.assets[view.asset[pair] ?? 0] ?? 0, view.component.assets[view.asset[than] ?? 0] ?? 0]
    return this.#ledger.helps(giver, taker, 1)
  }

  /** The whole tour; its head, its tail or what lies between, long enough on all sides, as much as makes the two even. */
  *#parts(tour: Placed, pair: number): Generator<{ readonly from: number; readonly to: number }> {
    const { view } = this.#schedule
    const [low, high] = [view.from[pair] ?? 0, view.to[pair] ?? 0]
    const shortest = view.tour[pair] ?? 1
    const keeps = view.tour[tour.pair] ?? 1
    const length = tour.to - tour.from
    if (low <= tour.from && high >= tour.to && length >= shortest) yield { from: tour.from, to: tour.to }
    if (length < keeps + shortest) return
    const even = this.#evenDays(tour.pair, pair)
    const most = Math.min(length - keeps, Math.max(shortest, even))
    const head = Math.min(high, tour.from + most)
    if (low <= tour.from && head - tour.from >= shortest) yield { from: tour.from, to: head }
    const tail = Math.max(low, tour.to - most)
    if (high >= tour.to && tour.to - tail >= shortest) yield { from: tail, to: tour.to }
    if (low - tour.from < keeps || tour.to - high < keeps) return
    const middle = Math.min(high, low + most)
    if (middle - low >= shortest) yield { from: low, to: middle }
  }

  #evenDays(giverPair: number, takerPair: number): number {
    const { view } = this.#schedule
    const from = this.#ledger.sharesOf(view.component.assets[view.asset[giverPair] ?? 0] ?? 0)[0]
    const to = this.#ledger.sharesOf(view.component.assets[view.asset[takerPair] ?? 0] ?? 0)[0]
    if (from === undefined || to === undefined) return 0
    const [a, b] = [this.#ledger.capacity(from.account), this.#ledger.capacity(to.account)]
    const even = (this.#ledger.own(from.account) * b - this.#ledger.own(to.account) * a) / (from.amount * b + to.amount * a)
    return Number.isFinite(even) ? Math.max(0, Math.floor(even)) : 0
  }

  #attempt(tour: Placed, pair: number, part: Part, depth: number): boolean {
    if (!this.#covers(tour, pair, part)) return false
    const mark = this.#schedule.mark()
    if (this.#handOver(tour, pair, part, depth) && this.#ledger.improves(this.#carried)) {
      for (const [asset, amount] of this.#carried) this.#ledger.carry(asset, amount)
      return true
    }
    this.#schedule.undoTo(mark)
    this.#carried.clear()
    return false
  }

  /** Whether the line has no less cover than before; copies of fewer persons may do where more than enough are present. */
  #covers(tour: Placed, pair: number, { from, to, copies }: Part): boolean {
    const { view, present } = this.#schedule
    const less = copies * ((view.units[tour.pair] ?? 1) - (view.units[pair] ?? 1))
    if (less <= 0) return true
    const l = view.line[pair] ?? 0
    const asked = view.lines[l]?.quantity ?? 0
    return [...(present[l]?.within(from, to) ?? [])].every(({ value }) => value - less >= Math.min(asked, value))
  }

  /** Puts copies of the pair in the place of as many of the tour during the part. */
  #handOver(tour: Placed, pair: number, { from, to, copies }: Part, depth: number): boolean {
    const { pair: old, from: first, to: last } = tour
    this.#take(tour, copies)
    if (first < from) this.#add(old, first, from, copies)
    if (to < last) this.#add(old, to, last, copies)
    if (this.#schedule.room(pair, from, to, copies) < copies && !(depth > 1 && this.#free(pair, from, to, depth - 1)))
      return false
    if (this.#schedule.room(pair, from, to, copies) < copies) return false
    this.#add(pair, from, to, copies)
    return true
  }

  /** Makes the pair's asset free by handing on the one tour in the way. */
  #free(pair: number, from: number, to: number, depth: number): boolean {
    const { view } = this.#schedule
    const a = view.asset[pair] ?? 0
    const away: Steps | undefined = this.#schedule.away[a]
    const full = away?.firstAtLeast(view.assets[a]?.copies ?? 0, from, to) ?? to
    if (full >= to) return false
    for (const tour of this.#schedule.toursOfAsset[a] ?? []) {
      if (tour.quantity <= 0 || tour.from > full || tour.to <= full) continue
      const l = view.line[tour.pair] ?? 0
      for (let other = view.lineStart[l] ?? 0; other < (view.lineStart[l + 1] ?? 0); other += 1) {
        this.#budget.left -= 1
        if (this.#budget.left <= 0) return false
        if (view.asset[other] === a || (view.units[other] ?? 1) < (view.units[tour.pair] ?? 1)) continue
        if (
          (view.from[other] ?? 0) > tour.from ||
          (view.to[other] ?? 0) < tour.to ||
          tour.to - tour.from < (view.tour[other] ?? 1)
        )
          continue
        if (this.#schedule.room(other, tour.from, tour.to, 1) < 1) continue
        const mark = this.#schedule.mark()
        const before = new Map(this.#carried)
        if (
          this.#handOver(tour, other, { from: tour.from, to: tour.to, copies: 1 }, depth) &&
          this.#schedule.room(pair, from, to, 1) > 0
        )
          return true
        this.#schedule.undoTo(mark)
        this.#carried.clear()
        for (const [asset, amount] of before) this.#carried.set(asset, amount)
      }
    }
    return false
  }

  #take(tour: Placed, copies: number): void {
    this.#schedule.take(tour, copies)
    this.#count(tour.pair, copies * (tour.from - tour.to))
  }

  #add(pair: number, from: number, to: number, copies: number): void {
    this.#schedule.add(pair, from, to, copies)
    this.#count(pair, copies * (to - from))
  }

  #count(pair: number, days: number): void {
    const asset = this.#schedule.view.component.assets[this.#schedule.view.asset[pair] ?? 0] ?? 0
    this.#carried.set(asset, (this.#carried.get(asset) ?? 0) + days)
  }
}
