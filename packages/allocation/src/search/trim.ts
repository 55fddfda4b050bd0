/** Takes back what covers nothing: heads and tails of tours beyond what is asked, as far as the shortest tour allows, and whole tours. */
import { fillAll } from './fill.ts'
import type { Placed, Schedule } from './schedule.ts'
import { withdrawUncounted } from './uncounted.ts'

export const trimAll = (schedule: Schedule): void => {
  for (const tours of schedule.toursOfLine) {
    for (const tour of tours.toReversed()) if (tour.quantity > 0) trim(schedule, tour)
  }
  schedule.settle()
}

/** Trims, gives what came free to whatever still lacks something, and trims that. */
export const tidy = (schedule: Schedule): void => {
  trimAll(schedule)
  withdrawUncounted(schedule)
  refill(schedule)
}

/** Gives what is free to whatever still lacks something, except where it turns out not to count. */
export const refill = (schedule: Schedule): void => {
  const barred = new Set<number>()
  for (;;) {
    fillAll(schedule, barred)
    trimAll(schedule)
    const fresh = [...withdrawUncounted(schedule)].filter((l) => !barred.has(l))
    if (fresh.length === 0) return
    for (const l of fresh) barred.add(l)
  }
}

/** Shortens or removes one tour without lowering what is covered on any day. */
export const trim = (schedule: Schedule, tour: Placed): void => {
  const { view } = schedule
  const { pair, from, to, quantity } = tour
  const l = view.line[pair] ?? 0
  const present = schedule.present[l]
  const asked = view.lines[l]?.quantity ?? 0
  const units = view.units[pair] ?? 1
  if (present === undefined) return
  const spare = present.least(from, to) - asked
  const superfluous = units === 0 ? quantity : Math.min(quantity, Math.floor(spare / units))
  if (superfluous > 0) {
    schedule.take(tour, superfluous)
    if (tour.quantity > 0) trim(schedule, tour)
    return
  }
  const needed = asked + units * quantity
  const first = present.firstBelow(needed, from, to)
  let last = to
  while (last > first && present.least(last - 1, last) >= needed) last = startOfStep(present.days, last - 1)
  const shortest = view.tour[pair] ?? 1
  const end = Math.max(last, from + shortest)
  const start = Math.min(first, end - shortest)
  const begin = Math.max(from, start)
  if (begin === from && end >= to) return
  schedule.take(tour, quantity)
  schedule.add(pair, begin, Math.min(end, to), quantity)
}

const startOfStep = (days: ReadonlyArray<number>, day: number): number => days.findLast((d) => d <= day) ?? day
