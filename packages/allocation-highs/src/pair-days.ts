/**
 * On which of the nodes a pair may start and end tours.
 *
 * Where being present costs nothing, a tour can be stretched until the copy's window, or its neighbouring tours, stop it, and
 * the cover only grows. So some best plan has every tour begin at the start of its window or where the same copy ends a tour on
 * another pair, and end at the end of its window or where the copy begins another. Under ceilings and caps on parts, and when
 * burdens are balanced, presence does cost something, and every node is needed.
 */
import type { Tour } from '@muster/allocation/model'
import type { View } from '@muster/allocation/search/view'
import { firstAtOrAfter, type TimeNodes } from './time-nodes.ts'

export interface PairDays {
  /** Per local pair, ascending. */
  readonly starts: ReadonlyArray<ReadonlyArray<number>>
  /** Per local pair, ascending; the last is the end of its window. */
  readonly ends: ReadonlyArray<ReadonlyArray<number>>
}

/** Every node within the windows. */
export const allDays = (view: View, nodes: TimeNodes): PairDays => {
  const starts: (readonly number[])[] = []
  const ends: (readonly number[])[] = []
  for (const pair of view.line.keys()) {
    const days = nodes.ofAsset[view.asset[pair] ?? 0] ?? []
    const [from, to, tour] = [view.from[pair] ?? 0, view.to[pair] ?? 0, view.tour[pair] ?? 1]
    starts.push(days.slice(firstAtOrAfter(days, from), firstAtOrAfter(days, to - tour + 1)))
    ends.push(days.slice(firstAtOrAfter(days, from + tour), firstAtOrAfter(days, to + 1)))
  }
  return { starts, ends }
}

/** Only what stretched tours use, and what the given tours use. */
export const stretchedDays = (view: View, nodes: TimeNodes, given: ReadonlyArray<Tour>): PairDays => {
  const all = allDays(view, nodes)
  const ofPair = Map.groupBy(given, (tour) => tour.pair)
  const rivals = view.assets.map((_, a) => [...view.assetPairs.subarray(view.assetStart[a], view.assetStart[a + 1])])
  const keep = (
    days: ReadonlyArray<number>,
    pair: number,
    own: number,
    isGiven: (tour: Tour, day: number) => boolean,
    isTaken: (rival: number, day: number) => boolean,
  ): ReadonlyArray<number> =>
    days.filter(
      (day) =>
        day === own ||
        (rivals[view.asset[pair] ?? 0] ?? []).some((rival) => rival !== pair && isTaken(rival, day)) ||
        (ofPair.get(pair) ?? []).some((tour) => isGiven(tour, day)),
    )
  const { from, to, tour } = view
  return {
    starts: all.starts.map((days, pair) =>
      keep(
        days,
        pair,
        from[pair] ?? 0,
        (given, day) => given.from === day,
        (q, day) => (from[q] ?? 0) + (tour[q] ?? 1) <= day && day <= (to[q] ?? 0),
      ),
    ),
    ends: all.ends.map((days, pair) =>
      keep(
        days,
        pair,
        to[pair] ?? 0,
        (given, day) => given.to === day,
        (q, day) => (from[q] ?? 0) <= day && day <= (to[q] ?? 0) - (tour[q] ?? 1),
      ),
    ),
  }
}
