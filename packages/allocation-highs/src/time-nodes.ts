/**
 * The days on which a copy of an asset may change what it does.
 *
 * Which days suffice. Take any plan and keep the order of all starts and ends. Within that order the value of the plan is linear
 * in the days, and the rules say only "not before this window", "not after that one" and "at least L days after": differences.
 * The vertices of such a system tie every day to a window's edge through tours of exactly the least length and through other
 * tours that start or end on the same day. So some best plan uses only days of the form
 *
 *     edge of a window ± L₁ ± L₂ …                    (L: least tour lengths)
 *
 * and all of them are whole. The closure is large (at day resolution nearly every day), while an optimum needs very few of its
 * days. So we begin with the first step of it, per asset: the edges of its own windows, the earliest end and the latest start of
 * every tour, and the days of the plan to start from. Pricing on single days (`pricing.ts`) then says which further days are
 * worth adding, and proves when none is. Without a least length the edges of every window on the same lines come first, too.
 */
import type { Tour } from '@muster/allocation/model'
import type { View } from '@muster/allocation/search/view'

export interface TimeNodes {
  /** Per local asset, ascending days. */
  readonly ofAsset: ReadonlyArray<ReadonlyArray<number>>
}

/** `edges` are further days of a line (ends of ceilings, steps of locked cover) that its assets should be able to use. */
export const firstNodes = (
  view: View,
  start: ReadonlyArray<Tour>,
  edges: ReadonlyMap<number, ReadonlyArray<number>> = new Map(),
): TimeNodes => {
  const days = view.assets.map(() => new Set<number>())
  const divisible = view.assets.map(() => false)
  for (const [p, a] of view.asset.entries()) {
    const [from, to, tour] = [view.from[p] ?? 0, view.to[p] ?? 0, view.tour[p] ?? 1]
    for (const day of tour > 1 ? [from, to, from + tour, to - tour] : [from, to]) days[a]?.add(day)
    if (tour <= 1) divisible[a] = true
  }
  const windowsOfLine = view.lines.map(() => new Set<number>())
  for (const [p, l] of view.line.entries()) {
    windowsOfLine[l]?.add(view.from[p] ?? 0)
    windowsOfLine[l]?.add(view.to[p] ?? 0)
  }
  for (const [p, a] of view.asset.entries()) {
    const l = view.line[p] ?? 0
    if (divisible[a] === true) for (const day of windowsOfLine[l] ?? []) days[a]?.add(day)
    for (const day of edges.get(l) ?? []) days[a]?.add(day)
  }
  for (const { pair, from, to } of start) {
    const stock = view.lines[view.line[pair] ?? 0]?.stock ?? false
    if (!stock) days[view.asset[pair] ?? 0]?.add(from).add(to)
  }
  return { ofAsset: sortedWithin(view, days) }
}

/** The nodes with further days, per local asset; `undefined` when every one of them is there already. */
export const withDays = (view: View, nodes: TimeNodes, further: ReadonlyArray<ReadonlyArray<number>>): TimeNodes | undefined => {
  const days = nodes.ofAsset.map((have, a) => new Set([...have, ...(further[a] ?? [])]))
  const ofAsset = sortedWithin(view, days)
  return ofAsset.some((list, a) => list.length > (nodes.ofAsset[a]?.length ?? 0)) ? { ofAsset } : undefined
}

/** Days outside every window of the asset are of no use. */
const sortedWithin = (view: View, days: ReadonlyArray<ReadonlySet<number>>): ReadonlyArray<ReadonlyArray<number>> => {
  const first = view.assets.map(() => Number.POSITIVE_INFINITY)
  const last = view.assets.map(() => Number.NEGATIVE_INFINITY)
  for (const [p, a] of view.asset.entries()) {
    first[a] = Math.min(first[a] ?? 0, view.from[p] ?? 0)
    last[a] = Math.max(last[a] ?? 0, view.to[p] ?? 0)
  }
  return days.map((set, a) => [...set].filter((day) => day >= (first[a] ?? 0) && day <= (last[a] ?? 0)).toSorted((x, y) => x - y))
}

/** Position of the first day ≥ `day` in an ascending list; its length when there is none. */
export const firstAtOrAfter = (days: ReadonlyArray<number>, day: number): number => {
  let low = 0
  let high = days.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle] ?? 0) < day) low = middle + 1
    else high = middle
  }
  return low
}
