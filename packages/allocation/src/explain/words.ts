/** Small parts of the sentences that explain a plan. */
import { dayOf } from '../calendar.ts'

export const days = (from: number, to: number): string => `from ${dayOf(from)} to ${dayOf(to - 1)}`

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const NAMED = 4

/** `A1, A2, A3 and 7 more` */
export const some = (ids: ReadonlyArray<string>): string => {
  const shown = ids.slice(0, NAMED).join(', ')
  return ids.length > NAMED ? `${shown} and ${ids.length - NAMED} more` : shown
}
