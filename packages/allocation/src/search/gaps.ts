/** Where a line lacks cover, and what an asset could put there without disturbing anything. */
import type { Schedule } from './schedule.ts'

export interface Gap {
  readonly from: number
  readonly to: number
  /** The smallest shortfall in it, in the line's units. */
  readonly least: number
}

/** Maximal stretches in which less than the whole quantity is present. */
export const gapsOf = (schedule: Schedule, l: number): ReadonlyArray<Gap> => {
  const { view } = schedule
  const quantity = view.lines[l]?.quantity ?? 0
  const present = schedule.present[l]
  const gaps: Gap[] = []
  if (present === undefined) return gaps
  const end = view.lineTo[l] ?? 0
  for (let day = view.lineFrom[l] ?? 0; day < end;) {
    const from = present.firstBelow(quantity, day, end)
    const to = present.firstAtLeast(quantity, from, end)
    if (from < to) gaps.push({ from, to, least: quantity - present.most(from, to) })
    day = to
  }
  return gaps
}

export interface Placement {
  readonly pair: number
  readonly from: number
  readonly to: number
}

/** `[from, to)` stretched to the shortest tour inside `[low, high)`: to the right first, then to the left. */
export const stretched = (
  from: number,
  to: number,
  tour: number,
  low: number,
  high: number,
): { readonly from: number; readonly to: number } => {
  const end = Math.min(high, Math.max(to, from + tour))
  return { from: Math.max(low, Math.min(from, end - tour)), to: end }
}

/**
 * Calls `found` with every way in which a free copy of the pair's asset covers part of the gap: one per run that is free
 * and that the rules across pairs admit,
 * as much of the gap as the run allows, stretched to the shortest tour.
 */
export const freePlacements = (schedule: Schedule, pair: number, gap: Gap, found: (placement: Placement) => void): void => {
  const { view } = schedule
  const a = view.asset[pair] ?? 0
  const copies = view.assets[a]?.copies ?? 0
  const away = schedule.away[a]
  const [low, high, tour] = [view.from[pair] ?? 0, view.to[pair] ?? 0, view.tour[pair] ?? 1]
  if (away === undefined || low >= gap.to || high <= gap.from) return
  for (let day = low; day < high;) {
    const start = away.firstBelow(copies, day, high)
    if (start >= gap.to) return
    const end = away.firstAtLeast(copies, start, high)
    day = end
    if (end - start < tour || end <= gap.from) continue
    for (const open of schedule.limits.open(pair, start, end)) {
      const [from, to] = [Math.max(open.from, gap.from), Math.min(open.to, gap.to)]
      if (from < to && open.to - open.from >= tour) found({ pair, ...stretched(from, to, tour, open.from, open.to) })
    }
  }
}
