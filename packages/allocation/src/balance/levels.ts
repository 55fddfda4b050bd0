/**
 * Asks an exact backend to lower the worst relative burdens of components, one after another, with what every line has
 * on every day locked from below. An answer counts only when it keeps those locks and the vector of burdens gets better.
 */
import type { Settled } from '../assemble.ts'
import { isDivisible } from '../flow/divisible.ts'
import type { Model, Tour } from '../model.ts'
import { Schedule } from '../search/schedule.ts'
import { viewOf, type View } from '../search/view.ts'
import { burdenKey, type BalanceRequest, type ExactBackend } from '../solver-port.ts'
import { DIMENSIONS, exactBurdens } from './burdens.ts'
import { Ledger, compareProfiles } from './ledger.ts'

export interface LevelLimits {
  readonly pairs: number
  readonly levels: number
  readonly nodeLimit: number
}

/** Residual exchanges level what can be divided up to single units by themselves; above this many pairs no backend does it better in any time. */
const WORTH_ASKING_ANYWAY = 60

/** Components asked of the backend at once, all from the same plan; a number of its own, so that threads change nothing. */
const ASKED_AT_ONCE = 4

/** Undefined when the signal was raised. */
export const levelled = async (
  model: Model,
  settled: ReadonlyArray<Settled>,
  backend: ExactBackend,
  limits: LevelLimits,
  signal: AbortSignal | undefined,
): Promise<ReadonlyArray<Settled> | undefined> => {
  const result = [...settled]
  const waiting = settled.flatMap((before, i) => {
    const { component, tours } = before
    const isAsked = tours.length > 0 && component.pairs.length <= limits.pairs && backend.accepts(model, component)
    if (!isAsked) return []
    const view = viewOf(model, component)
    return component.pairs.length > WORTH_ASKING_ANYWAY && isDivisible(view) ? [] : [{ i, before, view }]
  })
  const othersOf = (i: number): ReadonlyArray<Tour> => result.flatMap((s, j) => (j === i ? [] : s.tours))
  while (waiting.length > 0) {
    if (signal?.aborted === true) return undefined
    const batch = waiting.splice(0, ASKED_AT_ONCE).map(({ i, before, view }) => ({
      i,
      before,
      view,
      answer: backend.balanceLevels({
        model,
        component: before.component,
        start: before.tours,
        locked: locksOf(view, before.tours),
        elsewhere: carriedElsewhere(model, othersOf(i)),
        levels: limits.levels,
        nodeLimit: limits.nodeLimit,
      }),
    }))
    for (const { i, before, view, answer } of batch) {
      const { tours } = before
      const offered = await answer
      if (offered === undefined) continue
      const lawful = new Schedule(view, offered).tours()
      if (!keepsLocks(view, tours, lawful)) continue
      const others = othersOf(i)
      const profile = (own: ReadonlyArray<Tour>) => new Ledger(model, [...others, ...own]).profile()
      if (compareProfiles(profile(lawful), profile(tours)) < 0) result[i] = { ...before, tours: lawful }
    }
  }
  return result
}

const locksOf = (view: View, tours: ReadonlyArray<Tour>): BalanceRequest['locked'] => {
  const { present } = new Schedule(view, tours)
  return view.lines.flatMap((line, l) =>
    [...(present[l]?.within(view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0) ?? [])].flatMap(({ from, to, value }) =>
      value > 0 ? [{ line: view.component.lines[l] ?? 0, from, to, quantity: Math.min(line.quantity, value) }] : [],
    ),
  )
}

const keepsLocks = (view: View, before: ReadonlyArray<Tour>, after: ReadonlyArray<Tour>): boolean => {
  const [old, fresh] = [new Schedule(view, before).present, new Schedule(view, after).present]
  return view.lines.every((line, l) =>
    [...(old[l]?.within(view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0) ?? [])].every(
      ({ from, to, value }) => (fresh[l]?.least(from, to) ?? 0) >= Math.min(line.quantity, value),
    ),
  )
}

const carriedElsewhere = (model: Model, tours: ReadonlyArray<Tour>): ReadonlyMap<string, bigint> => {
  const { own } = exactBurdens(model, tours)
  return new Map(
    DIMENSIONS.flatMap((dimension) => own[dimension].flatMap((b, c) => (b > 0n ? [[burdenKey(c, dimension), b] as const] : []))),
  )
}
