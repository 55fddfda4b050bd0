/** What rows are worth per tier, in the document's weights. */
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import { dayNumber } from '../calendar.ts'
import { compile } from '../compile.ts'
import type { Model } from '../model.ts'
import { Schedule } from '../search/schedule.ts'
import { Steps } from '../search/steps.ts'
import { viewOf } from '../search/view.ts'

/** By tier. */
export type Worth = ReadonlyMap<number, bigint>

/** Rows that are not lawful in the problem count for nothing. */
export const worthOf = (problem: Problem, rows: ReadonlyArray<Assignment>): Worth => {
  const model = compile({ ...problem, published: [...rows] })
  const worth = new Map<number, bigint>()
  for (const component of model.components) addWorth(worth, model, new Schedule(viewOf(model, component), model.published))
  return worth
}

/** Adds what a plan of one component is worth. */
export const addWorth = (worth: Map<number, bigint>, model: Model, schedule: Schedule): void => {
  for (const [k, value] of schedule.values().entries()) {
    const tier = model.tiers[k] ?? 0
    worth.set(tier, (worth.get(tier) ?? 0n) + BigInt(value) * BigInt(model.tierUnits[k] ?? 1))
  }
}

/**
 * Straight from the documents, for lawful rows: a repair must not compile a problem only to know where it started. Undefined
 * where `needs` make cover depend on other lines.
 */
export const worthOfLawfulRows = (problem: Problem, rows: ReadonlyArray<Assignment>): Worth | undefined => {
  if (problem.requirements.some((r) => r.needs.length > 0)) return undefined
  const stock = new Set(problem.capabilities.filter((c) => c.measure === 'stock').map((c) => c.code))
  const persons = new Map(problem.assets.map((a) => [a.id, a.persons]))
  const assetOf = new Map(problem.offers.map((o) => [o.id, o.asset]))
  const rowsOf = Map.groupBy(rows, (row) => row.requirement)
  const worth = new Map<number, bigint>()
  for (const r of problem.requirements) {
    const present = new Steps()
    const isStock = stock.has(r.capability)
    for (const row of rowsOf.get(r.id) ?? []) {
      const units = row.quantity * (r.counts === 'persons' ? (persons.get(assetOf.get(row.offer) ?? '') ?? 0) : 1)
      present.add(isStock ? 0 : dayNumber(row.from), isStock ? 1 : dayNumber(row.to), units)
    }
    const cover = isStock ? present.sumUpTo(r.quantity, 0, 1) : present.sumUpTo(r.quantity, dayNumber(r.from), dayNumber(r.to))
    worth.set(r.tier, (worth.get(r.tier) ?? 0n) + BigInt(r.weight) * BigInt(cover))
  }
  return worth
}
