/**
 * Shortage of a whole capability, for sets too large to be read by name: all requirements of the capability that rank no lower,
 * ask throughout a stretch and can be served in it, against every asset that can serve any of them. Anyone can find both again
 * from the problem alone.
 */
import type { Component, Line, Model } from '../model.ts'
import type { View } from '../search/view.ts'
import { dayAfter, distinctDays } from './days.ts'

export interface Pool {
  readonly lines: number
  readonly assets: number
  readonly demand: number
  readonly capacity: number
}

/** Pairs looked at, over the whole plan. */
const MOST_LOOKS = 100_000_000

export class Pools {
  readonly #model: Model
  readonly #ofCapability: ReadonlyMap<number, ReadonlyArray<number>>
  readonly #known = new Map<string, Pool | undefined>()
  readonly #days = new Map<number, Int32Array>()
  /** Tours that may be looked at for sets named line by line. */
  readonly readable = { left: MOST_LOOKS }
  readonly listed = { left: MOST_LOOKS }
  #looks = MOST_LOOKS

  constructor(model: Model) {
    this.#model = model
    this.#ofCapability = Map.groupBy(model.lines.keys(), (l) => model.lines[l]?.capability ?? 0)
  }

  /**
   * The pool around a line (of the model) in `[from, to)` where it asks for more than there is, both among the lines that can
   * influence it and in the whole problem: the first is why it lacks something, the second what can be checked without us.
   */
  around(component: Component, l: number, from: number, to: number): Pool | undefined {
    const line = this.#model.lines[l]
    if (line === undefined) return undefined
    const key = [line.capability, line.tier, line.weight, line.persons, from, to].join('/')
    const near = this.#remembered(`${component.index}/${key}`, component.lines, line, from, to)
    if (near === undefined) return undefined
    return this.#remembered(key, this.#ofCapability.get(line.capability) ?? [], line, from, to)
  }

  /** The next day on which a window in the component opens or closes. */
  nextDay({ component, from, to, lineFrom, lineTo }: View, day: number): number {
    const days = this.#days.get(component.index) ?? distinctDays([from, to, lineFrom, lineTo])
    this.#days.set(component.index, days)
    return dayAfter(days, day) ?? day + 1
  }

  #remembered(key: string, among: Iterable<number>, line: Line, from: number, to: number): Pool | undefined {
    if (!this.#known.has(key)) this.#known.set(key, this.#find(among, line, from, to))
    return this.#known.get(key)
  }

  #find(among: Iterable<number>, first: Line, from: number, to: number): Pool | undefined {
    const { lines, pairs, offers, assets } = this.#model
    const servers = new Set<number>()
    let [count, demand, capacity, members] = [0, 0, 0, 0]
    for (const l of among) {
      const line = lines[l]
      if (line === undefined || line.capability !== first.capability || line.persons !== first.persons) continue
      if (line.tier > first.tier || (line.tier === first.tier && line.weight < first.weight)) continue
      if (!line.stock && (line.from > from || line.to < to)) continue
      const [start, end] = [pairs.lineStart[l] ?? 0, pairs.lineStart[l + 1] ?? 0]
      this.#looks -= end - start
      if (this.#looks < 0) return undefined
      let isServed = false
      for (let p = start; p < end; p += 1) {
        if (!line.stock && ((pairs.from[p] ?? 0) >= to || (pairs.to[p] ?? 0) <= from)) continue
        servers.add(offers[pairs.offer[p] ?? 0]?.asset ?? 0)
        isServed = true
      }
      if (!isServed) continue
      count += 1
      demand += line.quantity
    }
    for (const a of servers) {
      const asset = assets[a]
      capacity += (asset?.copies ?? 0) * (first.persons ? (asset?.persons ?? 0) : 1)
      members += asset?.members.length ?? 0
    }
    if (demand <= capacity || !Number.isSafeInteger(demand) || !Number.isSafeInteger(capacity)) return undefined
    return { lines: count, assets: members, demand, capacity }
  }
}
