/**
 * Exhaustive sweep of a small component: all states after each moment, each with its best value so far, cut where even
 * the relaxed rest cannot beat the plan there is. When it ends without finding anything, that plan is proved best.
 */
import type { Tour } from '../model.ts'
import { relaxedBound } from '../flow/relaxed.ts'
import { compareValues } from '../search/schedule.ts'
import { shownWindow, type View } from '../search/view.ts'
import { DayRules } from './day.ts'
import { momentsOf } from './moments.ts'
import { Moves, type Posts } from './states.ts'

const MOST_MOMENTS = 120
const MOST_COPIES = 8

interface State {
  readonly posts: Posts
  readonly value: Float64Array
  /** Missions served so far, `contributor/mission`, where their number is limited. */
  readonly missions: ReadonlySet<string>
  readonly ended: Ended | undefined
}

/** Tours that are over, as a list that states share. */
interface Ended {
  readonly pair: number
  readonly since: number
  readonly until: number
  readonly before: Ended | undefined
}

/** `better`: a plan worth more than the incumbent. `proven`: there is none. `open`: too large to tell. */
export type SweepAnswer =
  | { readonly kind: 'better'; readonly tours: ReadonlyArray<Tour> }
  | { readonly kind: 'proven' }
  | { readonly kind: 'open' }

/** Stock beside standing lines, or under rules on days, has no place in a sweep over days. */
export const canSweep = (view: View): boolean => {
  const served = view.lines.filter((_, l) => (view.lineStart[l] ?? 0) < (view.lineStart[l + 1] ?? 0))
  const stock = served.filter((line) => line.stock)
  const ruled =
    view.component.ceilings.length > 0 || stock.some((line) => view.model.missions[line.mission]?.maxPercent !== undefined)
  if (stock.length > 0 && (stock.length < served.length || ruled)) return false
  return view.assets.reduce((sum, a) => sum + a.copies, 0) <= MOST_COPIES
}

export const sweepComponent = (view: View, incumbent: Float64Array, mostStates: number): SweepAnswer => {
  const moments = canSweep(view) ? momentsOf(view, MOST_MOMENTS) : undefined
  if (moments === undefined) return { kind: 'open' }
  const rest = restBound(view, moments)
  const moves = new Moves(view, moments)
  const rules = new DayRules(view)
  const tiers = view.model.tiers.length
  let states: ReadonlyArray<State> = [{ posts: [], value: new Float64Array(tiers), missions: new Set(), ended: undefined }]
  let work = 0
  for (let i = 0; i + 1 < moments.length; i += 1) {
    const next = new Map<string, State>()
    const days = (moments[i + 1] ?? 0) - (moments[i] ?? 0)
    const worths = new Map<string, Float64Array | undefined>()
    for (const state of states) {
      for (const posts of successors(view, moves, state.posts, i)) {
        work += 1
        if (work > mostStates) return { kind: 'open' }
        const missions = missionsAfter(view, state.missions, posts, i)
        if (missions === undefined) continue
        const worth = remembered(
          worths,
          posts
            .map((p) => p.pair)
            .toSorted((a, b) => a - b)
            .join(),
          () => worthOn(rules, posts, moments[i] ?? 0),
        )
        if (worth === undefined) continue
        const value = state.value.map((v, k) => v + (worth[k] ?? 0) * days)
        if (compareValues(plus(value, rest[i + 1]), incumbent) <= 0) continue
        const key = `${moves.keyOf(posts, i + 1)}|${[...missions].toSorted().join()}`
        const other = next.get(key)
        if (other === undefined || compareValues(value, other.value) > 0)
          next.set(key, { posts, value, missions, ended: endedAfter(state, posts, i) })
      }
    }
    states = [...next.values()]
    if (states.length === 0) return { kind: 'proven' }
  }
  return best(
    view,
    states.filter((s) => s.posts.every((p) => moves.isMature(p, moments.length - 1))),
    moments,
  )
}

const remembered = <V>(known: Map<string, V>, key: string, compute: () => V): V => {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = compute()
  known.set(key, value)
  return value
}

const worthOn = (rules: DayRules, posts: Posts, day: number): Float64Array | undefined => {
  const counts = new Map<number, number>()
  for (const { pair } of posts) counts.set(pair, (counts.get(pair) ?? 0) + 1)
  const cover = rules.coverOf(counts, day)
  return cover === undefined ? undefined : rules.worthOf(cover)
}

const plus = (a: Float64Array, b: Float64Array | undefined): Float64Array => a.map((v, k) => v + (b?.[k] ?? 0))

/** All combinations of what the assets can do next. */
export const successors = (view: View, moves: Moves, before: Posts, i: number): ReadonlyArray<Posts> =>
  view.assets.reduce<ReadonlyArray<Posts>>(
    (sets, _, a) => {
      const own = moves.movesOf(
        a,
        before.filter((p) => view.asset[p.pair] === a),
        i,
      )
      return sets.length === 1 && sets[0]?.length === 0 ? own : sets.flatMap((set) => own.map((more) => [...set, ...more]))
    },
    [[]],
  )

/** Missions served when the new posts are taken up; undefined when a contributor would serve too many. */
const missionsAfter = (view: View, before: ReadonlySet<string>, posts: Posts, i: number): ReadonlySet<string> | undefined => {
  const most = view.model.maxMissionsPerContributor
  if (most === undefined) return before
  const after = new Set(before)
  for (const { pair, since } of posts) {
    if (since !== i) continue
    const contributor = view.assets[view.asset[pair] ?? 0]?.contributor ?? 0
    after.add(`${contributor}/${view.lines[view.line[pair] ?? 0]?.mission ?? 0}`)
    if ([...after].filter((key) => key.startsWith(`${contributor}/`)).length > most) return undefined
  }
  return after
}

const endedAfter = (state: State, posts: Posts, i: number): Ended | undefined => {
  let { ended } = state
  const kept = [...posts]
  for (const post of state.posts) {
    const at = kept.findIndex((p) => p.pair === post.pair && p.since === post.since)
    if (at >= 0) kept.splice(at, 1)
    else ended = { ...post, until: i, before: ended }
  }
  return ended
}

const best = (view: View, states: ReadonlyArray<State>, moments: ReadonlyArray<number>): SweepAnswer => {
  let top: State | undefined
  for (const state of states) if (top === undefined || compareValues(state.value, top.value) > 0) top = state
  if (top === undefined) return { kind: 'proven' }
  const tours: Tour[] = []
  const end = moments.length - 1
  const add = (pair: number, since: number, until: number): void => {
    tours.push({
      pair: view.component.pairs[pair] ?? 0,
      quantity: 1,
      ...shownWindow(view, pair, moments[since] ?? 0, moments[until] ?? 0),
    })
  }
  for (const { pair, since } of top.posts) add(pair, since, end)
  for (let at = top.ended; at !== undefined; at = at.before) add(at.pair, at.since, at.until)
  return { kind: 'better', tours }
}

/** What the stretches from each moment to the end can be worth at most. */
const restBound = (view: View, moments: ReadonlyArray<number>): ReadonlyArray<Float64Array> => {
  const cells: { readonly from: number; readonly to: number; readonly daily: Float64Array }[] = []
  relaxedBound(view, (from, to, daily) => cells.push({ from, to, daily }))
  return moments.map((moment) => {
    const rest = new Float64Array(view.model.tiers.length)
    for (const { from, to, daily } of cells) {
      const days = to - Math.max(from, moment)
      if (days > 0) for (const [k, value] of daily.entries()) rest[k] = (rest[k] ?? 0) + value * days
    }
    return rest
  })
}
