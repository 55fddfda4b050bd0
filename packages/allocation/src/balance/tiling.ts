/**
 * The cheapest way to give a line back what was taken off it: a sequence of tours of several assets, each long enough by itself or
 * glued to a tour the same asset serves there already. F[day] = least price of covering everything before that day.
 */
import type { Schedule } from '../search/schedule.ts'
import type { Budget } from './divisible.ts'
import type { Attempt } from './prices.ts'

/** Days of a line on which so many units must be present. */
export interface Target {
  readonly from: number
  readonly to: number
  readonly units: number
}

export interface Hole {
  readonly line: number
  readonly targets: ReadonlyArray<Target>
}

/** A tour, or what lengthens one: then it begins or ends with the tour it is glued to. */
export interface Tile {
  readonly pair: number
  /** Of the model. */
  readonly asset: number
  readonly from: number
  readonly to: number
}

/** What a line has on the days of a tour, and must have again when that tour is gone. */
export const holeOf = ({ view, present }: Schedule, line: number, from: number, to: number): Hole => {
  const asked = view.lines[line]?.quantity ?? 0
  const steps = [...(present[line]?.within(from, to) ?? [])]
  return { line, targets: steps.map((step) => ({ from: step.from, to: step.to, units: Math.min(asked, step.value) })) }
}

/** The parts of the hole that are still open. */
export const openIn = ({ present }: Schedule, { line, targets }: Hole): ReadonlyArray<Target> =>
  targets.flatMap((target) =>
    [...(present[line]?.within(target.from, target.to) ?? [])].flatMap(({ from, to, value }) =>
      value < target.units ? [{ from, to, units: target.units - value }] : [],
    ),
  )

/** A pair's asset has a copy free on `[from, to)`, inside the pair's window. */
interface Run {
  readonly pair: number
  readonly asset: number
  readonly from: number
  readonly to: number
  readonly tour: number
  readonly units: number
  /** Days on which tours of the pair end or begin: whatever begins or ends there lengthens them. */
  readonly ends: ReadonlySet<number>
  readonly begins: ReadonlySet<number>
}

/** Days looked at between the ends of a hole, on top of those that rules and tours suggest. */
const EVEN_PARTS = 6
/** More days than this are thinned out. */
const MOST_DAYS = 48

/** Undefined when nothing covers it at a finite price. */
export const cheapestTiles = (
  schedule: Schedule,
  open: ReadonlyArray<Target>,
  line: number,
  attempt: Attempt,
  budget: Budget,
): ReadonlyArray<Tile> | undefined => {
  const [first, last] = [open[0]?.from ?? 0, open.at(-1)?.to ?? 0]
  const runs = runsOf(schedule, line, first, last, attempt)
  budget.left -= 1 + (schedule.view.lineStart[line + 1] ?? 0) - (schedule.view.lineStart[line] ?? 0)
  if (runs.length === 0) return undefined
  const days = daysOf(open, runs, first, last)
  return new Tiling(schedule, open, days, attempt).best(runs, budget)
}

const runsOf = (schedule: Schedule, line: number, first: number, last: number, attempt: Attempt): ReadonlyArray<Run> => {
  const { view, away } = schedule
  const runs: Run[] = []
  for (let pair = view.lineStart[line] ?? 0; pair < (view.lineStart[line + 1] ?? 0); pair += 1) {
    const asset = view.asset[pair] ?? 0
    const global = view.component.assets[asset] ?? 0
    const [low, high, tour] = [view.from[pair] ?? 0, view.to[pair] ?? 0, view.tour[pair] ?? 1]
    if (low >= last || high <= first || attempt.price(global, 1) === Number.POSITIVE_INFINITY) continue
    const copies = view.assets[asset]?.copies ?? 0
    const own = (schedule.toursOfAsset[asset] ?? []).filter((tour) => tour.pair === pair && tour.quantity > 0)
    for (let day = low; day < high;) {
      const from = away[asset]?.firstBelow(copies, day, high) ?? high
      const to = away[asset]?.firstAtLeast(copies, from, high) ?? high
      day = to
      if (from >= last) break
      if (to <= first || to <= from) continue
      const ends = new Set(own.filter((t) => t.to >= from && t.to < to).map((t) => t.to))
      const begins = new Set(own.filter((t) => t.from > from && t.from <= to).map((t) => t.from))
      if (to - from < tour && ends.size === 0 && begins.size === 0) continue
      runs.push({ pair, asset: global, from, to, tour, units: view.units[pair] ?? 1, ends, begins })
    }
  }
  return runs
}

/** Where a tile may begin or end inside the hole. */
const daysOf = (open: ReadonlyArray<Target>, runs: ReadonlyArray<Run>, first: number, last: number): ReadonlyArray<number> => {
  const days = new Set(open.flatMap(({ from, to }) => [from, to]))
  const add = (day: number): void => {
    if (day > first && day < last) days.add(day)
  }
  for (const run of runs) for (const day of [run.from, run.to, ...run.ends, ...run.begins]) add(day)
  const known = [...days]
  for (const tour of new Set(runs.map((run) => run.tour)))
    for (const day of known) {
      add(day + tour)
      add(day - tour)
    }
  for (let i = 1; i < EVEN_PARTS; i += 1) add(first + Math.round(((last - first) * i) / EVEN_PARTS))
  const sorted = [...days].toSorted((a, b) => a - b)
  if (sorted.length <= MOST_DAYS) return sorted
  const kept = Array.from(
    { length: MOST_DAYS },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MOST_DAYS - 1))] ?? first,
  )
  return kept
}

class Tiling {
  readonly #schedule: Schedule
  readonly #days: ReadonlyArray<number>
  readonly #attempt: Attempt
  /** Most units open on any day between a day and the next. */
  readonly #needs: ReadonlyArray<number>
  /** Least price of covering all before a day, and the tile that ends there. */
  readonly #price: Float64Array
  readonly #tile: (Tile | undefined)[] = []
  readonly #before: Int32Array
  /** Least price of covering all before a day and perhaps more, and where that ends. */
  readonly #least: Float64Array
  readonly #leastAt: Int32Array

  constructor(schedule: Schedule, open: ReadonlyArray<Target>, days: ReadonlyArray<number>, attempt: Attempt) {
    this.#schedule = schedule
    this.#days = days
    this.#attempt = attempt
    this.#needs = days.map((day, i) => {
      const next = days[i + 1] ?? day
      return open.reduce((most, { from, to, units }) => (from < next && to > day ? Math.max(most, units) : most), 0)
    })
    this.#price = new Float64Array(days.length).fill(Number.POSITIVE_INFINITY)
    this.#least = new Float64Array(days.length).fill(Number.POSITIVE_INFINITY)
    this.#before = new Int32Array(days.length).fill(-1)
    this.#leastAt = new Int32Array(days.length).fill(-1)
  }

  best(runs: ReadonlyArray<Run>, budget: Budget): ReadonlyArray<Tile> | undefined {
    this.#reach(0, 0, -1, undefined)
    for (let j = 1; j < this.#days.length; j += 1) {
      if ((this.#needs[j - 1] ?? 0) === 0) this.#reach(j, this.#price[j - 1] ?? 0, j - 1, undefined)
      for (const run of runs) this.#extendTo(j, run, budget)
      this.#spread(j)
    }
    return this.#sequence()
  }

  /** The best tile of the run that ends on the day at `j`. */
  #extendTo(j: number, run: Run, budget: Budget): void {
    const days = this.#days
    const end = days[j] ?? 0
    if (end > run.to || end <= run.from) return
    const last = days.length - 1
    for (let i = j - 1; i >= 0; i -= 1) {
      const start = days[i] ?? 0
      if (start < run.from || (this.#needs[i] ?? 0) > run.units) break
      budget.left -= 1
      const covered = this.#least[i] ?? Number.POSITIVE_INFINITY
      if (covered >= (this.#price[j] ?? 0)) continue
      const tile = lawfulTile(run, start, end, i === 0, j === last)
      if (tile === undefined) continue
      const price = covered + this.#priceAfter(this.#tile[this.#leastAt[i] ?? -1], run, tile)
      if (price < (this.#price[j] ?? 0) && this.#schedule.limits.room(run.pair, tile.from, tile.to, 1) > 0)
        this.#reach(j, price, this.#leastAt[i] ?? -1, tile)
    }
  }

  /** Prices are convex: what an asset is asked for twice costs more than both times alone. One copy is free, so it cannot overlap itself. */
  #priceAfter(before: Tile | undefined, { asset }: Run, { from, to }: Tile): number {
    if (before === undefined || before.asset !== asset) return this.#attempt.price(asset, to - from)
    if (from < before.to) return Number.POSITIVE_INFINITY
    const already = before.to - before.from
    return this.#attempt.price(asset, already + to - from) - this.#attempt.price(asset, already)
  }

  #reach(j: number, price: number, before: number, tile: Tile | undefined): void {
    if (price >= (this.#price[j] ?? 0)) return
    this.#price[j] = price
    this.#before[j] = before
    this.#tile[j] = tile
    if (j === 0) this.#spread(0)
  }

  /** Whoever covers up to a day covers up to every day before it, too. */
  #spread(j: number): void {
    const price = this.#price[j] ?? 0
    for (let i = j; i >= 0 && price < (this.#least[i] ?? 0); i -= 1) {
      this.#least[i] = price
      this.#leastAt[i] = j
    }
  }

  #sequence(): ReadonlyArray<Tile> | undefined {
    const last = this.#days.length - 1
    if ((this.#price[last] ?? 0) === Number.POSITIVE_INFINITY) return undefined
    const tiles: Tile[] = []
    for (let j = last; j > 0; j = this.#before[j] ?? 0) {
      const tile = this.#tile[j]
      if (tile !== undefined) tiles.push(tile)
    }
    return tiles.toReversed()
  }
}

/** `[start, end)` by a free copy: long enough, glued to a tour that is there, or stretched beyond the ends of the hole. */
const lawfulTile = (run: Run, start: number, end: number, isFirst: boolean, isLast: boolean): Tile | undefined => {
  const { pair, asset, tour } = run
  if (end - start >= tour || run.ends.has(start) || run.begins.has(end)) return { pair, asset, from: start, to: end }
  const to = isLast ? Math.min(run.to, start + tour) : end
  if (to - start >= tour) return { pair, asset, from: start, to }
  const from = isFirst ? Math.max(run.from, to - tour) : start
  return to - from >= tour ? { pair, asset, from, to } : undefined
}
