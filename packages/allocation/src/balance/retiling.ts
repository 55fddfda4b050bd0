/**
 * Relief by covering anew: a copy is taken off a line, and the hole is tiled by whoever is cheapest at a stiff price of burdens.
 * Where nobody suitable is free, somebody is taken off another line and that hole is tiled in turn, and so on.
 */
import type { Placed, Schedule } from '../search/schedule.ts'
import { trim } from '../search/trim.ts'
import type { Budget } from './divisible.ts'
import type { Account, Ledger } from './ledger.ts'
import { Attempt } from './prices.ts'
import { cheapestTiles, holeOf, openIn, type Hole, type Tile } from './tiling.ts'

/** Tours in the way that are tried per hole, those of the least burdened first. */
const MOST_BLOCKERS = 12

/** Whether one copy of the tour could be taken over so that the vector of burdens is better; nothing has changed when not. */
export const retile = (
  schedule: Schedule,
  ledger: Ledger,
  account: Account,
  tour: Placed,
  depth: number,
  budget: Budget,
): boolean => {
  const mark = schedule.mark()
  const retiling = new Retiling(schedule, ledger, account, budget)
  const hole = retiling.open(tour)
  if (retiling.close([hole], depth)) return true
  schedule.undoTo(mark)
  return false
}

class Retiling {
  readonly #schedule: Schedule
  readonly #ledger: Ledger
  readonly #account: Account
  readonly #budget: Budget
  /** What was done so far, to be done again on an empty account when a step is taken back. */
  #done: { readonly asset: number; readonly days: number }[] = []
  #attempt: Attempt

  constructor(schedule: Schedule, ledger: Ledger, account: Account, budget: Budget) {
    this.#schedule = schedule
    this.#ledger = ledger
    this.#account = account
    this.#budget = budget
    this.#attempt = new Attempt(ledger, account)
  }

  /** Takes a copy off its line. */
  open(tour: Placed): Hole {
    const hole = holeOf(this.#schedule, this.#schedule.view.line[tour.pair] ?? 0, tour.from, tour.to)
    this.#schedule.take(tour, 1)
    this.#carry(tour.pair, tour.from - tour.to)
    return hole
  }

  /** Closes all holes; true, and kept, when everybody together is better off. */
  close(holes: ReadonlyArray<Hole>, depth: number): boolean {
    const [hole, ...others] = holes
    if (hole === undefined) {
      if (!this.#attempt.improves) return false
      this.#attempt.keep()
      this.#schedule.settle()
      return true
    }
    if (this.#budget.left <= 0) return false
    const [mark, done] = [this.#schedule.mark(), this.#done.length]
    const open = openIn(this.#schedule, hole)
    const tiles = open.length === 0 ? [] : cheapestTiles(this.#schedule, open, hole.line, this.#attempt, this.#budget)
    if (tiles !== undefined && this.#lay(hole, tiles) && this.close(others, depth)) return true
    this.#back(mark, done)
    if (depth <= 1) return false
    for (const blocker of this.#blockers(hole)) {
      const next = this.open(blocker)
      if (this.close([hole, ...others, next], depth - 1)) return true
      this.#back(mark, done)
      if (this.#budget.left <= 0) return false
    }
    return false
  }

  #back(mark: number, done: number): void {
    this.#schedule.undoTo(mark)
    if (done === this.#done.length) return
    this.#done.length = done
    this.#attempt = new Attempt(this.#ledger, this.#account)
    for (const { asset, days } of this.#done) this.#attempt.carry(asset, days)
  }

  #carry(pair: number, days: number): void {
    const { view } = this.#schedule
    const asset = view.component.assets[view.asset[pair] ?? 0] ?? 0
    this.#done.push({ asset, days })
    this.#attempt.carry(asset, days)
  }

  /** Tours on other lines of those who could serve the hole and carry little. */
  #blockers({ line, targets }: Hole): ReadonlyArray<Placed> {
    const { view, toursOfAsset } = this.#schedule
    const [first, last] = [targets[0]?.from ?? 0, targets.at(-1)?.to ?? 0]
    const found: { readonly tour: Placed; readonly load: number }[] = []
    for (let pair = view.lineStart[line] ?? 0; pair < (view.lineStart[line + 1] ?? 0); pair += 1) {
      this.#budget.left -= 1
      const asset = view.asset[pair] ?? 0
      const [low, high] = [Math.max(first, view.from[pair] ?? 0), Math.min(last, view.to[pair] ?? 0)]
      const load = this.#attempt.load(view.component.assets[asset] ?? 0)
      if (low >= high || load >= 1) continue
      for (const tour of toursOfAsset[asset] ?? [])
        if (tour.quantity > 0 && tour.from < high && tour.to > low && view.line[tour.pair] !== line) found.push({ tour, load })
    }
    return found
      .toSorted((a, b) => a.load - b.load || a.tour.pair - b.tour.pair || a.tour.from - b.tour.from)
      .slice(0, MOST_BLOCKERS)
      .map(({ tour }) => tour)
  }

  /** Places the tiles, glued where they lengthen a tour, and takes back what is beyond what is asked; false when a rule forbids it. */
  #lay(hole: Hole, tiles: ReadonlyArray<Tile>): boolean {
    for (const { pair, from, to } of tiles) {
      if (this.#schedule.room(pair, from, to, 1) < 1) return false
      this.#glue(pair, from, to)
    }
    if (openIn(this.#schedule, hole).length > 0) return false
    this.#trimBeside(hole, tiles)
    return true
  }

  #glue(pair: number, from: number, to: number): void {
    const shortest = this.#schedule.view.tour[pair] ?? 1
    this.#carry(pair, to - from)
    if (to - from >= shortest) {
      this.#schedule.add(pair, from, to, 1)
      return
    }
    const own = (this.#schedule.toursOfLine[this.#schedule.view.line[pair] ?? 0] ?? []).filter(
      (tour) => tour.pair === pair && tour.quantity > 0,
    )
    const before = own.find((tour) => tour.to === from)
    if (before !== undefined) this.#schedule.take(before, 1)
    const after = own.find((tour) => tour.from === to)
    if (after !== undefined) this.#schedule.take(after, 1)
    this.#schedule.add(pair, before?.from ?? from, after?.to ?? to, 1)
  }

  /** Tours that a stretched tile overlaps may be shortened. */
  #trimBeside(hole: Hole, tiles: ReadonlyArray<Tile>): void {
    const [first, last] = [hole.targets[0]?.from ?? 0, hole.targets.at(-1)?.to ?? 0]
    if (tiles.every(({ from, to }) => from >= first && to <= last)) return
    const tours = this.#schedule.toursOfLine[hole.line] ?? []
    const daysBefore = daysOfPairs(tours)
    for (const tour of tours.slice()) if (tour.quantity > 0 && (tour.from < first || tour.to > last)) trim(this.#schedule, tour)
    const daysAfter = daysOfPairs(tours)
    for (const [pair, days] of daysBefore) this.#carry(pair, (daysAfter.get(pair) ?? 0) - days)
  }
}

const daysOfPairs = (tours: ReadonlyArray<Placed>): ReadonlyMap<number, number> => {
  const days = new Map<number, number>()
  for (const { pair, quantity, from, to } of tours) days.set(pair, (days.get(pair) ?? 0) + quantity * (to - from))
  return days
}
