/** Days on which something may change. */

/** All different ones, ascending. */
export const distinctDays = (columns: ReadonlyArray<Int32Array>): Int32Array => {
  const found = new Set<number>()
  for (const column of columns) for (const day of column) found.add(day)
  return Int32Array.from(found).toSorted()
}

/** The first of ascending days that is later than `day`; undefined when none is. */
export const dayAfter = (days: Int32Array, day: number): number | undefined => {
  let [low, high] = [0, days.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle] ?? 0) <= day) low = middle + 1
    else high = middle
  }
  return days[low]
}
