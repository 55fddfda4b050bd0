/** Asks an exact backend for better coverage of one component, and believes none of it unexamined. */
import { tightened } from './bounds.ts'
import type { Coverage } from './coverage.ts'
import type { Component, Model, Tour } from './model.ts'
import { boundOfPrices } from './price-bound.ts'
import { Schedule, compareValues } from './search/schedule.ts'
import { tidy } from './search/trim.ts'
import { viewOf, type View } from './search/view.ts'
import type { ExactBackend } from './solver-port.ts'
import { valueSteps } from './value-step.ts'

/** Refinements of a model's days, and branch-and-bound nodes per solve. */
const LIMITS = { default: { rounds: 1, nodeLimit: 200 }, exact: { rounds: 5, nodeLimit: 20_000 } } as const

export const polished = async (
  model: Model,
  component: Component,
  own: Coverage,
  backend: ExactBackend,
  mode: 'default' | 'exact',
): Promise<Coverage> => {
  if (own.proven || !backend.accepts(model, component)) return own
  const answer = await backend.solveCoverage({
    model,
    component,
    start: own.tours,
    bound: own.bound.locked,
    ...LIMITS[mode],
  })
  if (answer === undefined) return own
  const view = viewOf(model, component)
  const steps = valueSteps(view)
  let bound = own.bound
  for (const prices of answer.prices) {
    const form = boundOfPrices(view, prices, bound.locked)
    if (form !== undefined) bound = tightened(bound, prices.tier, form, steps[prices.tier] ?? 1)
  }
  const tours = better(view, own.tours, answer.tours)
  const values = new Schedule(view, tours).values()
  return { tours, bound, proven: bound.locked.every((most, k) => (values[k] ?? 0) >= most) }
}

/** The backend's tours where they are lawful and worth more; `Schedule` admits nothing unlawful. */
const better = (view: View, own: ReadonlyArray<Tour>, offered: ReadonlyArray<Tour>): ReadonlyArray<Tour> => {
  const mine = new Schedule(view, own)
  const theirs = new Schedule(
    view,
    offered.filter((tour) => isTour(view, tour)),
  )
  tidy(theirs)
  return compareValues(theirs.values(), mine.values()) > 0 ? theirs.tours() : own
}

const isTour = ({ model }: View, { pair, quantity, from, to }: Tour): boolean =>
  Number.isSafeInteger(quantity) &&
  quantity > 0 &&
  Number.isSafeInteger(from) &&
  Number.isSafeInteger(to) &&
  from >= (model.pairs.from[pair] ?? Number.POSITIVE_INFINITY) &&
  to <= (model.pairs.to[pair] ?? Number.NEGATIVE_INFINITY) &&
  to - from >= (model.pairs.tour[pair] ?? 1)
