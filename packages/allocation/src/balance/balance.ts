/**
 * Balance of the whole plan: components in turn, against the burdens of all, until nobody can be relieved anywhere.
 * What every line has on every day is a lower limit throughout.
 */
import { isDivisible } from '../flow/divisible.ts'
import type { Component, Model, Tour } from '../model.ts'
import { Schedule } from '../search/schedule.ts'
import { viewOf } from '../search/view.ts'
import { balanceCells, type Budget } from './divisible.ts'
import { cellsOfPlan, toursOfCells } from './cells.ts'
import { Ledger } from './ledger.ts'
import { balanceTours } from './units.ts'

export interface Planned {
  readonly component: Component
  readonly tours: ReadonlyArray<Tour>
}

const PASSES = 6
const DEPTH = 2
/** Pairs looked at: a floor, and so many per pair of the problem. */
const WORK_FLOOR = 200_000
const WORK_PER_PAIR = 200
const WORK_MOST = 60_000_000

/** Tours per component, in the order given. */
export const balanced = (model: Model, planned: ReadonlyArray<Planned>): ReadonlyArray<ReadonlyArray<Tour>> => {
  const result = planned.map((p) => p.tours)
  const ledger = new Ledger(model, result.flat())
  const total = Math.min(WORK_MOST, WORK_FLOOR + WORK_PER_PAIR * model.pairs.count)
  const spent = { left: total }
  for (let pass = 0; pass < PASSES && spent.left > 0; pass += 1) {
    let changed = false
    for (const [i, { component }] of planned.entries()) {
      const share = Math.ceil((spent.left * component.pairs.length) / Math.max(1, model.pairs.count))
      const budget = { left: Math.min(spent.left, Math.max(1_000, share)) }
      const before = budget.left
      const tours = balancedComponent(model, component, result[i] ?? [], ledger, budget)
      spent.left -= before - budget.left
      if (tours === undefined) continue
      result[i] = tours
      changed = true
    }
    if (!changed) break
  }
  return result
}

/** Undefined when nothing could be improved. */
const balancedComponent = (
  model: Model,
  component: Component,
  tours: ReadonlyArray<Tour>,
  ledger: Ledger,
  budget: Budget,
): ReadonlyArray<Tour> | undefined => {
  if (tours.length === 0) return undefined
  const view = viewOf(model, component)
  if (isDivisible(view)) {
    const cells = cellsOfPlan(view, tours)
    return balanceCells(view, cells, ledger, budget) ? toursOfCells(view, cells) : undefined
  }
  const schedule = new Schedule(view, tours)
  return balanceTours(schedule, ledger, DEPTH, budget) ? schedule.tours() : undefined
}
