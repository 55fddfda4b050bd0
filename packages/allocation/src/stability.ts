/**
 * The plan in force. A plan that is as good in coverage and as balanced is kept as it stands; otherwise the search that
 * starts from it is preferred to the one from nothing wherever it comes out as good.
 */
import { Ledger, compareProfiles } from './balance/ledger.ts'
import { balanced } from './balance/balance.ts'
import { relieved } from './balance/slack.ts'
import { coverComponent, type Coverage } from './coverage.ts'
import type { Component, Model, Tour } from './model.ts'
import { Schedule, compareValues } from './search/schedule.ts'
import { joinedTours } from './search/join.ts'
import { refill } from './search/trim.ts'
import { viewOf } from './search/view.ts'
import type { Settled } from './assemble.ts'

/** Balances what covers best; `published` rows stay where nothing is better without them. */
export const settle = (model: Model, covered: ReadonlyArray<Settled>, publishedRows: number): ReadonlyArray<Settled> => {
  const fresh = rebalanced(model, covered)
  if (model.published.length === 0) return fresh
  const inForce = covered.map((s) => ({ ...s, tours: publishedOf(model, s.component) }))
  const whole = isWhole(model, inForce, publishedRows)
  if (whole && compare(model, inForce, fresh) >= 0) return inForce
  // What the plan in force lacks may be what balance gave up in it: `withSlack` will tell.
  if (whole && model.slackPpm > 0 && isWithinSlack(model, fresh, inForce)) return fresh
  const continued = rebalanced(
    model,
    covered.map((s, i) => continuedFrom(model, s, inForce[i]?.tours ?? [])),
  )
  return compare(model, continued, fresh) >= 0 ? continued : fresh
}

/** What the policy's slack allows balance to give up; a plan in force that already did so as well stays as it is. */
export const withSlack = (model: Model, settled: ReadonlyArray<Settled>, publishedRows: number): ReadonlyArray<Settled> => {
  if (model.slackPpm === 0) return settled
  const lighter = relieved(model, settled).map((s, i) => {
    const searched = settled[i]?.tours
    return searched === undefined || searched === s.tours ? s : { ...s, searched }
  })
  const inForce = settled.map((s) => ({ ...s, tours: publishedOf(model, s.component) }))
  if (!isWhole(model, inForce, publishedRows) || !isWithinSlack(model, settled, inForce)) return lighter
  return compareProfiles(profileOf(model, inForce), profileOf(model, lighter)) <= 0
    ? inForce.map((s, i) => ({ ...s, searched: settled[i]?.tours ?? s.tours }))
    : lighter
}

const isWithinSlack = (model: Model, best: ReadonlyArray<Settled>, plan: ReadonlyArray<Settled>): boolean => {
  const values = valuesOf(model, plan)
  return valuesOf(model, best).every((value, k) => (values[k] ?? 0n) * 1_000_000n >= value * BigInt(1_000_000 - model.slackPpm))
}

/** Balance from the tours given; what that frees goes to whatever still lacks something. */
export const rebalanced = (model: Model, covered: ReadonlyArray<Settled>): ReadonlyArray<Settled> => {
  const tours = balanced(model, covered)
  return covered.map((s, i) => ({ ...s, tours: finishedTours(model, s, tours[i] ?? s.tours) }))
}

/** Balance may have freed what something else lacks; rows that follow on one another become one. */
const finishedTours = (model: Model, { component, tours: before }: Settled, tours: ReadonlyArray<Tour>): ReadonlyArray<Tour> => {
  if (tours === before) return joinedTours(tours)
  const schedule = new Schedule(viewOf(model, component), tours)
  refill(schedule)
  return joinedTours(schedule.tours())
}

const publishedOf = (model: Model, component: Component): ReadonlyArray<Tour> => {
  const own = new Set(component.pairs)
  return model.published.filter((tour) => own.has(tour.pair))
}

/** Whether every row of the plan in force is still lawful beside the others. */
const isWhole = (model: Model, inForce: ReadonlyArray<Settled>, rows: number): boolean => {
  if (model.published.length !== rows) return false
  const copies = (tours: ReadonlyArray<Tour>): number => tours.reduce((sum, t) => sum + t.quantity * (t.to - t.from), 0)
  return inForce.every(
    ({ component, tours }) =>
      tours.length === 0 || copies(new Schedule(viewOf(model, component), tours).tours()) === copies(tours),
  )
}

const continuedFrom = (model: Model, fresh: Settled, start: ReadonlyArray<Tour>): Settled => {
  if (start.length === 0) return fresh
  const continued: Coverage = coverComponent(model, fresh.component, start)
  const view = viewOf(model, fresh.component)
  const [a, b] = [new Schedule(view, continued.tours).values(), new Schedule(view, fresh.tours).values()]
  return compareValues(a, b) >= 0 ? { ...fresh, tours: continued.tours } : fresh
}

/** Positive when `a` is the better plan: coverage tier by tier, then balance. */
const compare = (model: Model, a: ReadonlyArray<Settled>, b: ReadonlyArray<Settled>): number => {
  const coverage = compareTotals(valuesOf(model, a), valuesOf(model, b))
  if (coverage !== 0) return coverage
  return compareProfiles(profileOf(model, b), profileOf(model, a))
}

const profileOf = (model: Model, plan: ReadonlyArray<Settled>) =>
  new Ledger(
    model,
    plan.flatMap((s) => s.tours),
  ).profile()

const valuesOf = (model: Model, plan: ReadonlyArray<Settled>): ReadonlyArray<bigint> => {
  const totals = model.tiers.map(() => 0n)
  for (const { component, tours } of plan)
    for (const [k, value] of new Schedule(viewOf(model, component), tours).values().entries())
      totals[k] = (totals[k] ?? 0n) + BigInt(value)
  return totals
}

const compareTotals = (a: ReadonlyArray<bigint>, b: ReadonlyArray<bigint>): number => {
  for (const [k, value] of a.entries()) {
    const other = b[k] ?? 0n
    if (value !== other) return value > other ? 1 : -1
  }
  return 0
}
