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

/** Pairs that may be looked at over the whole plan: so many per pair of the problem, between a floor and a ceiling. */
interface Allowance {
  readonly floor: number
  readonly perPair: number
  readonly most: number
}
const CELLS: Allowance = { floor: 1_000_000, perPair: 10_000, most: 1_000_000_000 }
const TOURS: Allowance = { floor: 200_000, perPair: 200, most: 40_000_000 }

const workOf = ({ floor, perPair, most }: Allowance, pairs: number): number => Math.min(most, floor + perPair * pairs)

/** Tours per component, in the order given. */
export const balanced = (model: Model, planned: ReadonlyArray<Planned>): ReadonlyArray<ReadonlyArray<Tour>> => {
  const result = planned.map((p) => p.tours)
  const ledger = new Ledger(model, result.flat())
  const total = model.pairs.count
  for (let pass = 0; pass < PASSES; pass += 1) {
    let changed = false
    for (const [i, { component }] of planned.entries()) {
      const share = component.pairs.length / Math.max(1, total)
      const tours = balancedComponent(model, component, result[i] ?? [], ledger, (allowance) => ({
        left: Math.ceil((workOf(allowance, total) * share) / PASSES),
      }))
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
  budgetOf: (allowance: Allowance) => Budget,
): ReadonlyArray<Tour> | undefined => {
  if (tours.length === 0) return undefined
  const view = viewOf(model, component)
  if (isDivisible(view)) {
    const cells = cellsOfPlan(view, tours)
    return balanceCells(view, cells, ledger, budgetOf(CELLS)) ? toursOfCells(view, cells) : undefined
  }
  const schedule = new Schedule(view, tours)
  return balanceTours(schedule, ledger, DEPTH, budgetOf(TOURS)) ? schedule.tours() : undefined
}
