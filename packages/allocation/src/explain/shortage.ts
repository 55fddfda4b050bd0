/**
 * Hall sets: lines that together ask for more than everything that can serve any of them. Found by closing a line's
 * neighbourhood in the plan itself; only sets whose figures really prove the gap are returned.
 */
import type { Schedule } from '../search/schedule.ts'

export interface HallSet {
  /** Local indexes, ascending. */
  readonly lines: ReadonlyArray<number>
  readonly assets: ReadonlyArray<number>
  readonly demand: number
  readonly capacity: number
  /** First day after `day` on which it may no longer hold. */
  readonly until: number
}

/** Lines or assets a set may name, as `READABLE` while a person should read it, as `LISTED` where nothing shorter proves the gap. */
export const READABLE = 60
export const LISTED = 400

const ascending = (set: ReadonlySet<number>): ReadonlyArray<number> => [...set].toSorted((a, b) => a - b)

/** Pairs of the line that are open on the day, counted no further than one beyond `most`: a cheap sign that a set is too large. */
const serversOn = ({ view }: Schedule, line: number, day: number, most: number): number => {
  let open = 0
  let before = -1
  for (let p = view.lineStart[line] ?? 0; p < (view.lineStart[line + 1] ?? 0) && open <= most; p += 1) {
    if ((view.from[p] ?? 0) > day || (view.to[p] ?? 0) <= day || view.asset[p] === before) continue
    before = view.asset[p] ?? 0
    open += 1
  }
  return open
}

/** The set around `line` on `day`, or undefined when an idle asset, a lower line or mixed units spoil it. */
export const hallSet = (
  schedule: Schedule,
  line: number,
  day: number,
  end: number,
  most: number,
  work: { left: number },
): HallSet | undefined => {
  const { view } = schedule
  const first = view.lines[line]
  if (first === undefined || work.left <= 0 || serversOn(schedule, line, day, most) > most) return undefined
  const lines = new Set([line])
  const assets = new Set<number>()
  let until = end
  for (const l of lines) {
    until = Math.min(until, view.lineTo[l] ?? end)
    for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0); p += 1) {
      const [from, to] = [view.from[p] ?? 0, view.to[p] ?? 0]
      if (from > day) until = Math.min(until, from)
      if (from > day || to <= day) continue
      until = Math.min(until, to)
      const a = view.asset[p] ?? 0
      if (assets.has(a)) continue
      assets.add(a)
      work.left -= schedule.toursOfAsset[a]?.length ?? 0
      if (assets.size > most) return undefined
      for (const tour of schedule.toursOfAsset[a] ?? []) {
        if (tour.quantity <= 0) continue
        if (tour.from > day) until = Math.min(until, tour.from)
        if (tour.from > day || tour.to <= day) continue
        until = Math.min(until, tour.to)
        const other = view.line[tour.pair] ?? 0
        const ranked = view.lines[other]
        if (ranked === undefined || ranked.persons !== first.persons) return undefined
        if (ranked.tier > first.tier || (ranked.tier === first.tier && ranked.weight < first.weight)) return undefined
        lines.add(other)
        if (lines.size > most) return undefined
      }
    }
  }
  let demand = 0
  let capacity = 0
  for (const l of lines) demand += view.lines[l]?.quantity ?? 0
  for (const a of assets) capacity += (view.assets[a]?.copies ?? 0) * (first.persons ? (view.assets[a]?.persons ?? 0) : 1)
  if (demand <= capacity || !Number.isSafeInteger(demand) || !Number.isSafeInteger(capacity)) return undefined
  return { lines: ascending(lines), assets: ascending(assets), demand, capacity, until: Math.max(until, day + 1) }
}
