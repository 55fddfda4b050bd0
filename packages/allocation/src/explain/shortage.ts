/**
 * Hall sets: lines that together ask for more than everything that can serve any of them. Found by closing a line's
 * neighbourhood in the plan itself; only sets whose figures really prove the gap are returned.
 */
import type { View } from '../search/view.ts'
import { Servers } from './servers.ts'
import type { AssetTours } from './tours.ts'

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

/** The sets of one component in a finished plan. */
export class HallSets {
  readonly #view: View
  readonly #tours: AssetTours
  readonly #servers: Servers
  /** The latest search that met the line or asset. */
  readonly #lineMet: Int32Array
  readonly #assetMet: Int32Array
  #search = 0

  constructor(view: View, tours: AssetTours) {
    this.#view = view
    this.#tours = tours
    this.#servers = new Servers(view)
    this.#lineMet = new Int32Array(view.lines.length)
    this.#assetMet = new Int32Array(view.assets.length)
  }

  /** The set around `line` on `day`, or undefined when an idle asset, a lower line or mixed units spoil it. */
  around(line: number, day: number, end: number, most: number, work: { left: number }): HallSet | undefined {
    const [view, tours, servers] = [this.#view, this.#tours, this.#servers]
    const first = view.lines[line]
    if (first === undefined || work.left <= 0 || this.#serversOn(line, day, most) > most) return undefined
    this.#search += 1
    servers.begin()
    const lines = [line]
    const assets: number[] = []
    this.#lineMet[line] = this.#search
    let until = end
    for (const l of lines) {
      until = Math.min(until, view.lineTo[l] ?? end)
      until = servers.nextDay(l, day, until)
      for (const a of servers.fresh(l, day)) {
        if (this.#assetMet[a] === this.#search) continue
        this.#assetMet[a] = this.#search
        assets.push(a)
        const [start, stop] = [tours.start[a] ?? 0, tours.start[a + 1] ?? 0]
        work.left -= stop - start
        if (assets.length > most) return undefined
        for (let t = start; t < stop; t += 1) {
          const begins = tours.from[t] ?? 0
          if (begins > day) {
            if (begins < until) until = begins
            continue
          }
          const ends = tours.to[t] ?? 0
          if (ends <= day) continue
          if (ends < until) until = ends
          const other = tours.line[t] ?? 0
          if (this.#lineMet[other] === this.#search) continue
          const ranked = view.lines[other]
          if (ranked === undefined || ranked.persons !== first.persons) return undefined
          if (ranked.tier > first.tier || (ranked.tier === first.tier && ranked.weight < first.weight)) return undefined
          this.#lineMet[other] = this.#search
          lines.push(other)
          if (lines.length > most) return undefined
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

  /** Pairs of the line that are open on the day, counted no further than one beyond `most`: a cheap sign that a set is too large. */
  #serversOn(line: number, day: number, most: number): number {
    const { from, to, asset, lineStart } = this.#view
    const end = lineStart[line + 1] ?? 0
    let open = 0
    let before = -1
    for (let p = lineStart[line] ?? 0; p < end && open <= most; p += 1) {
      if ((from[p] ?? 0) > day || (to[p] ?? 0) <= day || asset[p] === before) continue
      before = asset[p] ?? 0
      open += 1
    }
    return open
  }
}

const ascending = (indexes: ReadonlyArray<number>): ReadonlyArray<number> => indexes.toSorted((a, b) => a - b)
