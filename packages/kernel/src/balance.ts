/** A running balance by day: what came and went, in whatever order it was recorded. */
import type { Day } from './time.ts'

/** `by` is positive for what came, negative for what went; it counts from that day on. */
export interface Change {
  readonly on: Day
  readonly by: number
}

export const balanceOn = (changes: ReadonlyArray<Change>, day: Day): number =>
  changes.reduce((sum, { on, by }) => (on <= day ? sum + by : sum), 0)

/** The first day with the lowest balance among the given day and all later ones: so much can still be taken away from that day on. */
export const lowestFrom = (changes: ReadonlyArray<Change>, day: Day): { readonly day: Day; readonly balance: number } => {
  let lowest = { day, balance: balanceOn(changes, day) }
  for (const on of changes.map((change) => change.on).toSorted()) {
    if (on <= day) continue
    const balance = balanceOn(changes, on)
    if (balance < lowest.balance) lowest = { day: on, balance }
  }
  return lowest
}
