/** Fills gaps with what is free: never moves anything, never lowers a value. */
import { mostUnits } from '../flow/network.ts'
import { freePlacements, gapsOf, type Gap, type Placement } from './gaps.ts'
import type { Schedule } from './schedule.ts'

/** Lines in the order in which they are served: tier, worth of a copy, fewer eligible pairs, index; what is worth nothing comes last. */
export const serviceOrder = (schedule: Schedule): ReadonlyArray<number> => {
  const { view } = schedule
  const ranked = view.lines.map(({ tier, weight }, l) => ({
    l,
    tier: weight === 0 ? Number.POSITIVE_INFINITY : tier,
    worth: weight * mostUnits(view, l),
    pairs: (view.lineStart[l + 1] ?? 0) - (view.lineStart[l] ?? 0),
  }))
  return ranked
    .toSorted((a, b) => (a.tier === b.tier ? 0 : a.tier - b.tier) || b.worth - a.worth || a.pairs - b.pairs || a.l - b.l)
    .map(({ l }) => l)
}

export const fillAll = (schedule: Schedule, barred: ReadonlySet<number> = new Set()): void => {
  for (const l of serviceOrder(schedule)) if (!barred.has(l)) fillLine(schedule, l)
}

/** Fills the gaps of one line as far as free copies go. */
export const fillLine = (schedule: Schedule, l: number): void => {
  if (schedule.view.lines[l]?.supported === false) return
  const hopeless = new Set<number>()
  for (;;) {
    const gap = gapsOf(schedule, l).find((g) => !hopeless.has(g.from))
    if (gap === undefined) return
    const best = bestPlacement(schedule, l, gap)
    const quantity = best === undefined ? 0 : wantedCopies(schedule, best, gap)
    const room = best === undefined ? 0 : schedule.room(best.pair, best.from, best.to, quantity)
    if (best === undefined || room <= 0) {
      hopeless.add(gap.from)
      continue
    }
    schedule.add(best.pair, best.from, best.to, room)
  }
}

/** As many copies as the emptiest layer of the gap takes; at least one. */
const wantedCopies = (schedule: Schedule, { pair, from, to }: Placement, gap: Gap): number => {
  const l = schedule.view.line[pair] ?? 0
  const quantity = schedule.view.lines[l]?.quantity ?? 0
  const most = schedule.present[l]?.most(Math.max(from, gap.from), Math.min(to, gap.to)) ?? 0
  return Math.max(1, Math.floor((quantity - most) / Math.max(1, schedule.view.units[pair] ?? 1)))
}

/** The placement that covers most; then the one of the asset with the fewest other uses, with the least idle presence. */
const bestPlacement = (schedule: Schedule, l: number, gap: Gap): Placement | undefined => {
  const { view } = schedule
  const line = view.lines[l]
  const present = schedule.present[l]
  if (line === undefined || present === undefined) return undefined
  let best: Placement | undefined
  let bestCover = 0
  let bestUses = 0
  let bestLength = 0
  // One function for all pairs: this is the innermost loop, and a repair has not much longer than it takes to collect its garbage.
  const consider = (placement: Placement): void => {
    const { pair, from, to } = placement
    const cover = present.roomBelow(line.quantity, from, to, view.units[pair] ?? 1)
    if (cover < bestCover || cover === 0) return
    const a = view.asset[pair] ?? 0
    const uses = (view.assetStart[a + 1] ?? 0) - (view.assetStart[a] ?? 0)
    const length = to - from
    if (cover === bestCover && (uses > bestUses || (uses === bestUses && length >= bestLength))) return
    if (schedule.room(pair, from, to, 1) < 1) return
    best = placement
    bestCover = cover
    bestUses = uses
    bestLength = length
  }
  const end = view.lineStart[l + 1] ?? 0
  for (let pair = view.lineStart[l] ?? 0; pair < end; pair += 1) freePlacements(schedule, pair, gap, consider)
  return best
}
