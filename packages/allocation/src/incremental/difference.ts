/** What one list of rows has that another has not. */
import type { Assignment } from '@muster/contracts/allocation/problem'
import { compareRows } from '../deal.ts'

/** Rows of `a` beyond what `b` has of the same offer, requirement and window, in the order of the document. */
export const difference = (a: ReadonlyArray<Assignment>, b: ReadonlyArray<Assignment>): ReadonlyArray<Assignment> => {
  const others = b.toSorted(compareRows)
  const beyond: Assignment[] = []
  let at = 0
  let used = 0
  for (const row of a.toSorted(compareRows)) {
    let left = row.quantity
    for (let other = others[at]; other !== undefined && left > 0; other = others[at]) {
      const order = compareRows(other, row)
      if (order > 0) break
      const same = order < 0 ? 0 : Math.min(left, other.quantity - used)
      left -= same
      used += same
      if (order < 0 || used === other.quantity) {
        at += 1
        used = 0
      }
    }
    if (left > 0) beyond.push(left === row.quantity ? row : { ...row, quantity: left })
  }
  return beyond
}
