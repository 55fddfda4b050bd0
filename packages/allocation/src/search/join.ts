/** Fewest handovers without moving anything: tours of one pair that follow on one another are one tour. */
import type { Tour } from '../model.ts'

/** Sorted by pair and day; copies that go on without a break stay in one row. */
export const joinedTours = (tours: ReadonlyArray<Tour>): ReadonlyArray<Tour> => {
  const result: Tour[] = []
  for (const ofPair of Map.groupBy(
    tours.toSorted((a, b) => a.pair - b.pair || a.from - b.from || a.to - b.to),
    (t) => t.pair,
  ).values())
    for (const tour of joinedPair(ofPair)) result.push(tour)
  return result
}

const joinedPair = (tours: ReadonlyArray<Tour>): ReadonlyArray<Tour> => {
  const open: { pair: number; quantity: number; from: number; to: number }[] = []
  for (const tour of tours) {
    let left = tour.quantity
    for (const before of open.filter((o) => o.to === tour.from)) {
      if (left === 0) break
      const going = Math.min(left, before.quantity)
      left -= going
      if (going < before.quantity) {
        open.push({ ...before, quantity: before.quantity - going })
        before.quantity = going
      }
      before.to = tour.to
    }
    const same = open.find((o) => left > 0 && o.from === tour.from && o.to === tour.to)
    if (same !== undefined) same.quantity += left
    else if (left > 0) open.push({ ...tour, quantity: left })
  }
  return open
}
