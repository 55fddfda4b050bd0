/** The days on which a tour of some best plan may begin or end. */
import type { View } from '../search/view.ts'

/**
 * In a best plan every first and last day hangs, by a chain of shortest tours laid end to end, on a day on which some
 * window or ceiling opens or closes: otherwise it could slide one way or the other without loss until it does. So the
 * closure of those days under adding and subtracting tour lengths suffices. Undefined when it has more than `most` days.
 */
export const momentsOf = (view: View, most: number): ReadonlyArray<number> | undefined => {
  const moments = new Set<number>([...view.from, ...view.to, ...view.lineFrom, ...view.lineTo])
  const first = Math.min(...moments)
  const last = Math.max(...moments)
  for (const c of view.component.ceilings) {
    const ceiling = view.model.ceilings[c]
    for (const day of [ceiling?.from ?? first, ceiling?.to ?? first]) if (day > first && day < last) moments.add(day)
  }
  const lengths = [...new Set(view.tour)]
  for (const day of moments) {
    for (const length of lengths) {
      if (day + length < last) moments.add(day + length)
      if (day - length > first) moments.add(day - length)
    }
    if (moments.size > most) return undefined
  }
  return [...moments].toSorted((a, b) => a - b)
}
