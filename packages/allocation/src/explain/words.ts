/** Small parts of the sentences that explain a plan. */
import { dayOf } from '../calendar.ts'

export const days = (from: number, to: number): string => `from ${dayOf(from)} to ${dayOf(to - 1)}`

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const NAMED = 4

/** `A1, A2, A3 and 7 more`; of `total` where not all of them are given. */
export const some = (ids: ReadonlyArray<string>, total = ids.length): string => {
  const shown = ids.slice(0, NAMED).join(', ')
  return total > NAMED ? `${shown} and ${total - NAMED} more` : shown
}
