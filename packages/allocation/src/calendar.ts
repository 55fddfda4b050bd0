/** Days as text and as numbers, remembered: a problem names the same few thousand days millions of times. */
import * as time from '@muster/kernel/time'

/** A bound on what is remembered, well above the days of the longest horizon. */
const MOST = 100_000
const numbers = new Map<string, number>()
const texts = new Map<number, string>()

const remembered = <K, V>(known: Map<K, V>, key: K, compute: (key: K) => V): V => {
  const before = known.get(key)
  if (before !== undefined) return before
  if (known.size >= MOST) known.clear()
  const value = compute(key)
  known.set(key, value)
  return value
}

/** Days since 1970-01-01. */
export const dayNumber = (day: string): number => remembered(numbers, day, wholeDayNumber)

/** A quotient stays a floating-point number to the engine, and every list it comes into with it: twice the memory, and slower. */
const wholeDayNumber = (day: string): number => time.dayNumber(day) | 0

export const dayOf = (number: number): string => remembered(texts, number, time.dayOf)
