/** What one list of rows has that another has not. */
import type { Assignment } from '@muster/contracts/allocation/problem'

/** Rows of `a` beyond what `b` has of the same offer, requirement and window. */
export const difference = (a: ReadonlyArray<Assignment>, b: ReadonlyArray<Assignment>): ReadonlyArray<Assignment> => {
  const have = new Map<string, number>()
  for (const row of b) {
    const key = keyOf(row)
    have.set(key, (have.get(key) ?? 0) + row.quantity)
  }
  return a.flatMap((row) => {
    const key = keyOf(row)
    const there = have.get(key) ?? 0
    const same = Math.min(row.quantity, there)
    have.set(key, there - same)
    return same === row.quantity ? [] : [{ ...row, quantity: row.quantity - same }]
  })
}

/** Days are of one length; the length of the offer's id says where the requirement's begins. */
const keyOf = ({ offer, requirement, from, to }: Assignment): string => `${from}${to}${offer.length}:${offer}${requirement}`
