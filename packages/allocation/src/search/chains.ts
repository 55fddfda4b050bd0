/**
 * Ejection chains: to cover a gap, take an asset off what it does, then cover what that leaves open, and so on.
 * A chain is kept only when the values rise in lexicographic order; else everything is undone.
 */
import { fillLine, serviceOrder } from './fill.ts'
import { gapsOf, stretched, type Gap, type Placement } from './gaps.ts'
import { compareValues, type Placed, type Schedule } from './schedule.ts'

/** Work allowed, counted in pairs looked at; a count, so that the answer never depends on the machine. */
export interface Budget {
  left: number
}

/** Where a search may begin: gaps of these lines by whatever can serve them, gaps of all others only by these assets (local indexes). */
export interface Focus {
  readonly lines: ReadonlySet<number>
  readonly assets: ReadonlySet<number>
}

/** Tries every gap in service order, again while something improved. */
export const improve = (schedule: Schedule, depth: number, passes: number, budget: Budget, focus?: Focus): void => {
  const order = serviceOrder(schedule)
  for (let pass = 0; pass < passes; pass += 1) {
    let improved = false
    for (const l of order) {
      if (schedule.view.lines[l]?.supported === false) continue
      const within = focus === undefined || focus.lines.has(l) ? undefined : focus.assets
      if (within?.size === 0) continue
      const tried = new Set<string>()
      for (;;) {
        const gap = gapsOf(schedule, l).find((g) => !tried.has(`${g.from}/${g.to}/${g.least}`))
        if (gap === undefined || budget.left <= 0) break
        tried.add(`${gap.from}/${gap.to}/${gap.least}`)
        if (coverByChain(schedule, l, gap, depth, budget, within)) {
          schedule.settle()
          improved = true
        }
      }
    }
    if (!improved || budget.left <= 0) return
  }
}

/** Whether a chain through one of the line's pairs raised the values; the schedule is unchanged otherwise. */
const coverByChain = (
  schedule: Schedule,
  l: number,
  gap: Gap,
  depth: number,
  budget: Budget,
  within?: ReadonlySet<number>,
): boolean => {
  const { view } = schedule
  const before = schedule.values()
  for (let pair = view.lineStart[l] ?? 0; pair < (view.lineStart[l + 1] ?? 0); pair += 1) {
    if (within?.has(view.asset[pair] ?? 0) === false) continue
    for (const wish of wishesFor(schedule, pair, gap)) {
      if (budget.left <= 0) return false
      budget.left -= 1
      const most = Math.min(
        view.assets[view.asset[pair] ?? 0]?.copies ?? 1,
        Math.floor(gap.least / Math.max(1, view.units[pair] ?? 1)),
      )
      for (const quantity of most > 1 ? [most, 1] : [1]) {
        const mark = schedule.mark()
        const opened = makeRoom(schedule, wish, quantity)
        if (opened !== undefined && schedule.room(wish.pair, wish.from, wish.to, quantity) >= quantity) {
          schedule.add(wish.pair, wish.from, wish.to, quantity)
          if (settleChain(schedule, l, opened, before, depth, budget)) return true
        }
        schedule.undoTo(mark)
      }
    }
  }
  return false
}

/**
 * Ways to cover the gap with a copy that is away: the whole overlap of gap and window, and as much of it as becomes free
 * when just one of the asset's tours gives way. Each is stretched to the shortest tour.
 */
const wishesFor = (schedule: Schedule, pair: number, gap: Gap): ReadonlyArray<Placement> => {
  const { view } = schedule
  const [low, high, tour] = [view.from[pair] ?? 0, view.to[pair] ?? 0, view.tour[pair] ?? 1]
  const [from, to] = [Math.max(low, gap.from), Math.min(high, gap.to)]
  if (from >= to) return []
  const whole = { pair, ...stretched(from, to, tour, low, high) }
  const wishes: Placement[] = [whole]
  const a = view.asset[pair] ?? 0
  const copies = view.assets[a]?.copies ?? 0
  for (const victim of schedule.toursOfAsset[a] ?? []) {
    if (victim.quantity <= 0 || victim.from >= gap.to + tour || victim.to <= gap.from - tour) continue
    const run = runWithout(schedule, a, copies, victim, low, high)
    const [first, last] = [Math.max(run.from, gap.from), Math.min(run.to, gap.to)]
    if (first >= last || run.to - run.from < tour) continue
    const wish = { pair, ...stretched(first, last, tour, run.from, run.to) }
    if (!wishes.some((other) => other.from === wish.from && other.to === wish.to)) wishes.push(wish)
  }
  return wishes
}

/** The days around a tour on which a copy would be free if the tour were not. */
const runWithout = (
  schedule: Schedule,
  a: number,
  copies: number,
  victim: Placed,
  low: number,
  high: number,
): { readonly from: number; readonly to: number } => {
  const away = schedule.away[a]
  if (away === undefined) return victim
  let from = Math.max(low, victim.from)
  for (let i = away.indexAt(from - 1); from > low && i >= -1; i -= 1) {
    if (i >= 0 && (away.values[i] ?? 0) >= copies) break
    from = i < 0 ? low : Math.max(low, away.days[i] ?? low)
    if (i < 0) break
  }
  return { from, to: away.firstAtLeast(copies, Math.min(high, victim.to), high) }
}

/**
 * Frees so many copies of the asset during the wish; what remains of the tours it cuts stays where it is long enough.
 * Answers the lines that lost something, or undefined when no copy can be freed.
 */
const makeRoom = (schedule: Schedule, wish: Placement, quantity: number): ReadonlyArray<number> | undefined => {
  const { view } = schedule
  const a = view.asset[wish.pair] ?? 0
  const copies = view.assets[a]?.copies ?? 0
  const away = schedule.away[a]
  const opened = new Set<number>()
  if (away === undefined) return undefined
  for (;;) {
    const full = away.firstAtLeast(copies - quantity + 1, wish.from, wish.to)
    if (full >= wish.to) return [...opened]
    const victim = leastPrecious(schedule, schedule.toursOfAsset[a] ?? [], full)
    if (victim === undefined) return undefined
    opened.add(view.line[victim.pair] ?? 0)
    const taken = Math.min(victim.quantity, away.most(full, full + 1) - (copies - quantity))
    schedule.take(victim, taken)
    keepRest(schedule, victim, taken, victim.from, wish.from)
    keepRest(schedule, victim, taken, wish.to, victim.to)
  }
}

/** Of the latest tier, then of the least worth; the first of several. */
const leastPrecious = (schedule: Schedule, tours: ReadonlyArray<Placed>, day: number): Placed | undefined => {
  const { view } = schedule
  let least: Placed | undefined
  let leastTier = 0
  let leastWorth = 0
  for (const tour of tours) {
    if (tour.quantity <= 0 || tour.from > day || tour.to <= day) continue
    const line = view.lines[view.line[tour.pair] ?? 0]
    const tier = line?.tier ?? 0
    const worth = (line?.weight ?? 0) * (view.units[tour.pair] ?? 1)
    if (least !== undefined && (tier < leastTier || (tier === leastTier && worth >= leastWorth))) continue
    least = tour
    leastTier = tier
    leastWorth = worth
  }
  return least
}

const keepRest = (schedule: Schedule, tour: Placed, quantity: number, from: number, to: number): void => {
  if (to - from < (schedule.view.tour[tour.pair] ?? 1)) return
  schedule.add(tour.pair, from, to, schedule.room(tour.pair, from, to, quantity))
}

const settleChain = (
  schedule: Schedule,
  l: number,
  opened: ReadonlyArray<number>,
  before: Float64Array,
  depth: number,
  budget: Budget,
): boolean => {
  for (const line of opened) fillLine(schedule, line)
  if (compareValues(schedule.values(), before) > 0) return true
  if (depth <= 1) return false
  for (const line of opened) {
    if (line === l) continue
    for (const gap of gapsOf(schedule, line)) {
      if (budget.left <= 0) return false
      if (coverByChain(schedule, line, gap, depth - 1, budget) && compareValues(schedule.values(), before) > 0) return true
    }
  }
  return compareValues(schedule.values(), before) > 0
}
