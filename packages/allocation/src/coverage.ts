/** Coverage of one component by the engine itself: exact where nothing binds one day to another, else fill, trim and ejection chains. */
import { relaxedComponentBound, type ComponentBound } from './bounds.ts'
import { coverDivisible, isDivisible } from './flow/divisible.ts'
import { sweepComponent } from './exact/sweep.ts'
import { summedForm } from './flow/summed.ts'
import { relaxedBound, type RelaxedBound } from './flow/relaxed.ts'
import type { Component, Model, Tour } from './model.ts'
import { improve } from './search/chains.ts'
import { fillAll } from './search/fill.ts'
import { Schedule, compareValues } from './search/schedule.ts'
import { tidy, trimAll } from './search/trim.ts'
import { viewOf, type View } from './search/view.ts'

export interface Coverage {
  readonly tours: ReadonlyArray<Tour>
  readonly bound: ComponentBound
  /** Nothing better exists in any tier. */
  readonly proven: boolean
}

/** Pairs a chain search may look at: a floor, and so many per pair of the component, fewer as it grows. */
const CHAIN_FLOOR = 20_000
const CHAIN_STEPS = [
  { upTo: 1_000, each: 40 },
  { upTo: 10_000, each: 4 },
] as const
/** From here on a look costs as much more as there are more pairs: the larger the component, the fewer it gets. */
const CHAIN_LARGE = 10_000

const chainWork = (pairs: number): number => {
  let work = CHAIN_FLOOR
  let before = 0
  for (const { upTo, each } of CHAIN_STEPS) {
    work += each * Math.max(0, Math.min(pairs, upTo) - before)
    before = upTo
  }
  return pairs <= CHAIN_LARGE ? work : Math.ceil((work * CHAIN_LARGE) / pairs)
}

const CHAIN_PASSES = 4
const CHAIN_DEPTH = 3
/** States an exhaustive sweep may visit. */
const SWEEP_STATES = 100_000

/** `start`: tours of an earlier plan to begin with; the answer is never worth less than they are. */
export const coverComponent = (model: Model, component: Component, start: ReadonlyArray<Tour> = []): Coverage => {
  const view = viewOf(model, component)
  if (start.length === 0 && isDivisible(view)) {
    const { tours, relaxed } = coverDivisible(view)
    return { tours, bound: boundOf(view, relaxed, undefined), proven: true }
  }
  const relaxed = relaxedBound(view)
  const schedule = new Schedule(view, start)
  search(schedule, relaxed.values)
  const values = schedule.values()
  if (compareValues(values, relaxed.values) >= 0)
    return { tours: schedule.tours(), bound: boundOf(view, relaxed, values), proven: true }
  return swept(view, schedule, relaxed)
}

/** Small components are swept exhaustively: what comes out is best, whatever rules there are. */
const swept = (view: View, schedule: Schedule, relaxed: RelaxedBound): Coverage => {
  const answer = sweepComponent(view, schedule.values(), SWEEP_STATES)
  if (answer.kind === 'open') return { tours: schedule.tours(), bound: boundOf(view, relaxed, undefined), proven: false }
  const final = answer.kind === 'better' ? new Schedule(view, answer.tours) : schedule
  tidy(final)
  return { tours: final.tours(), bound: boundOf(view, relaxed, final.values()), proven: true }
}

const search = (schedule: Schedule, best: Float64Array): void => {
  const budget = { left: chainWork(schedule.view.line.length) }
  fillAll(schedule)
  trimAll(schedule)
  if (compareValues(schedule.values(), best) < 0) improve(schedule, CHAIN_DEPTH, CHAIN_PASSES, budget)
  tidy(schedule)
}

const boundOf = (view: View, relaxed: RelaxedBound, proven: Float64Array | undefined): ComponentBound =>
  relaxedComponentBound(relaxed, proven, (k, locked) => summedForm(view, k, locked))
