/**
 * Takes back presence that counts for nothing because something the line needs has no cover: it would only be a burden.
 * No cover that counts on any day is lost, of this line or of one that needs it.
 */
import { countedCover, type Span } from './cover.ts'
import type { Placed, Schedule } from './schedule.ts'

/** Answers the lines from which something was taken back. */
export const withdrawUncounted = (schedule: Schedule): ReadonlySet<number> => {
  const lines = new Set<number>()
  if (!schedule.hasNeeds) return lines
  const { view } = schedule
  const cover = countedCover(
    view,
    view.lines.map((_, l) => l),
    schedule.present,
  )
  for (const [l, line] of view.lines.entries()) {
    if (line.needs.length === 0) continue
    // What is kept of a tour is added at the end of the list; the copy ends where the list ended.
    for (const tour of schedule.toursOfLine[l]?.slice() ?? [])
      if (tour.quantity > 0 && keepCounted(schedule, tour, cover.get(l) ?? [])) lines.add(l)
  }
  schedule.settle()
  return lines
}

/** The parts of the tour that count, each as long as a tour must be; parts that meet are one. */
const keepCounted = (schedule: Schedule, tour: Placed, counted: ReadonlyArray<Span>): boolean => {
  const { pair, from, to, quantity } = tour
  const shortest = schedule.view.tour[pair] ?? 1
  const parts: { from: number; to: number }[] = []
  for (const span of counted.toSorted((a, b) => a.from - b.from)) {
    const [first, last] = [Math.max(span.from, from), Math.min(span.to, to)]
    if (first >= last) continue
    const before = parts.at(-1)
    const start = Math.min(first, to - shortest)
    const end = Math.max(last, start + shortest)
    if (before !== undefined && start <= before.to) before.to = Math.max(before.to, end)
    else parts.push({ from: start, to: end })
  }
  const [only] = parts
  if (parts.length === 1 && only?.from === from && only.to === to) return false
  schedule.take(tour, quantity)
  for (const part of parts) schedule.add(pair, part.from, part.to, quantity)
  return true
}
