/**
 * A quantity that changes from day to day, as flat layers: each layer is one quantity over one window, as long as can be, so
 * that a tour that fits into the whole still fits into a layer. Pure.
 */
import type { Window } from '@muster/kernel/time'

export interface Step extends Window {
  readonly quantity: number
}

/** Layers over steps that are in order and do not overlap; longest first within each run of days without a gap. */
export const layersOf = (steps: ReadonlyArray<Step>): ReadonlyArray<Step> =>
  runsOf(steps).flatMap((run) => {
    const [first] = run
    const last = run.at(-1)
    if (first === undefined || last === undefined) return []
    const quantity = Math.min(...run.map((step) => step.quantity))
    const above = run.map((step) => ({ ...step, quantity: step.quantity - quantity }))
    return [{ from: first.from, to: last.to, quantity }, ...layersOf(above)]
  })

/** Stretches of steps with something in them, cut where there is nothing or a gap in time. */
const runsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<ReadonlyArray<Step>> => {
  const runs: Step[][] = []
  for (const step of steps) {
    if (step.quantity <= 0) continue
    const run = runs.at(-1)
    if (run?.at(-1)?.to === step.from) run.push(step)
    else runs.push([step])
  }
  return runs
}

/** What remains of a quantity over a window when others take their parts on their days; never below 0. */
export const remaining = (whole: Step, taken: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const inside = taken.filter((step) => step.from < whole.to && whole.from < step.to)
  const days = new Set([whole.from, whole.to])
  for (const { from, to } of inside) {
    if (from > whole.from) days.add(from)
    if (to < whole.to) days.add(to)
  }
  const bounds = [...days].toSorted()
  return bounds.slice(0, -1).map((from, index) => ({
    from,
    to: bounds[index + 1] ?? whole.to,
    quantity: Math.max(
      0,
      inside.reduce((rest, step) => (step.from <= from && from < step.to ? rest - step.quantity : rest), whole.quantity),
    ),
  }))
}

/** `~` and `/` cannot occur in an id that users choose. */
export const layerId = (id: string, ordinal: number): string => (ordinal === 0 ? id : `${id}~${ordinal + 1}`)

/** The record behind an id of a problem: without its layer, and without the mission that told two lines of one name apart. */
export const recordId = (id: string): string => {
  const [whole = id] = id.split('~')
  return whole.slice(whole.indexOf('/') + 1)
}
