/**
 * One cell of time as a flow from assets to lines: who serves whom between two days on which nothing changes.
 * The lines that can be covered together form a polymatroid, so serving demands in order of priority, each by an
 * augmenting path, is optimal for every tier at once. A demand that finds no free capacity takes it from the least
 * important demand it can reach; when all it can reach ranks at least as high, the region is a Hall set.
 */
import type { View } from '../search/view.ts'

/** Part of a line with one value per copy. A line counted in persons has two: full copies, and the last, partly needed one. */
export interface Demand {
  readonly line: number
  readonly tier: number
  /** Value of one copy and day. */
  readonly worth: number
  /** Copies. */
  readonly quantity: number
}

/** What is worth nothing comes after everything else, whatever its tier: it may not take anything from a later tier. */
export const worthless = (d: Demand): boolean => d.worth === 0

/** In order of service: tier, then worth, then line. */
export const demandsOfView = (view: View, unitsOf: (line: number) => number): ReadonlyArray<Demand> =>
  view.lines
    .flatMap((line, l) => {
      const units = unitsOf(l)
      if (units <= 0 || !line.supported) return []
      const full = Math.floor(line.quantity / units)
      const rest = line.quantity - full * units
      return [
        { line: l, tier: line.tier, worth: line.weight * units, quantity: full },
        { line: l, tier: line.tier, worth: line.weight * rest, quantity: rest > 0 ? 1 : 0 },
      ].filter((d) => d.quantity > 0 && d.worth >= 0)
    })
    .toSorted(
      (a, b) =>
        Number(worthless(a)) - Number(worthless(b)) ||
        a.tier - b.tier ||
        b.worth - a.worth ||
        a.line - b.line ||
        b.quantity - a.quantity,
    )

export const copiesOf = (view: View): Float64Array => Float64Array.from(view.assets, (a) => a.copies)

/** The most cover a copy of anything eligible gives the line. */
export const mostUnits = (view: View, line: number): number => {
  let most = 0
  for (let p = view.lineStart[line] ?? 0; p < (view.lineStart[line + 1] ?? 0); p += 1) most = Math.max(most, view.units[p] ?? 0)
  return most
}

const ranksBelow = (a: Demand, b: Demand): boolean =>
  worthless(a) !== worthless(b) ? worthless(a) : a.tier > b.tier || (a.tier === b.tier && a.worth < b.worth)
/** What a search from one demand met. Buffers are reused from search to search. */
class Reach {
  readonly assetStamp: Int32Array
  readonly lineStamp: Int32Array
  /** Pair by which an asset was reached; line by whose flow a line was reached (its pair). */
  readonly assetVia: Int32Array
  readonly lineVia: Int32Array
  readonly queue: Int32Array
  stamp = 0
  constructor(assets: number, lines: number) {
    this.assetStamp = new Int32Array(assets)
    this.lineStamp = new Int32Array(lines)
    this.assetVia = new Int32Array(assets)
    this.lineVia = new Int32Array(lines)
    this.queue = new Int32Array(lines)
  }
}

export class Network {
  readonly view: View
  readonly demands: ReadonlyArray<Demand>
  /** Copies on each pair in the current cell. */
  readonly flow: Float64Array
  /** Copies of each asset in use. */
  readonly used: Float64Array
  /** Copies each demand has. */
  readonly served: Float64Array
  /** Per asset the pairs it has copies on, ascending: few of the many it could have. */
  readonly #busy: ReadonlyArray<number[]>
  readonly #active: Uint8Array
  readonly #capacity: Float64Array
  readonly #lineFlow: Float64Array
  readonly #demandsOfLine: ReadonlyArray<ReadonlyArray<number>>
  readonly #dead: Uint8Array
  readonly #deadLine: Uint8Array
  readonly #reach: Reach
  #touched = new Set<number>()
  /** Preferred pairs are tried first: those that served in the cell before. */
  constructor(view: View, demands: ReadonlyArray<Demand>, capacity: Float64Array) {
    this.view = view
    this.demands = demands
    this.flow = new Float64Array(view.line.length)
    this.used = new Float64Array(view.assets.length)
    this.#busy = view.assets.map(() => [])
    this.served = new Float64Array(demands.length)
    this.#active = new Uint8Array(view.line.length)
    this.#capacity = capacity
    this.#lineFlow = new Float64Array(view.lines.length)
    this.#dead = new Uint8Array(view.assets.length)
    this.#deadLine = new Uint8Array(view.lines.length)
    this.#reach = new Reach(view.assets.length, view.lines.length)
    const ofLine = view.lines.map((): number[] => [])
    for (const [d, demand] of demands.entries()) ofLine[demand.line]?.push(d)
    this.#demandsOfLine = ofLine
  }

  open(pair: number): void {
    this.#active[pair] = 1
  }

  close(pair: number): void {
    this.#active[pair] = 0
    const lost = this.flow[pair] ?? 0
    if (lost > 0) this.#shift(pair, -lost)
  }

  isActive(pair: number): boolean {
    return this.#active[pair] === 1
  }

  free(asset: number): number {
    return (this.#capacity[asset] ?? 0) - (this.used[asset] ?? 0)
  }

  /** Serves every demand whose line is open, in order of priority, starting from the flow there is. */
  solve(isOpen: (line: number) => boolean): void {
    this.#dead.fill(0)
    this.#deadLine.fill(0)
    this.#dealOut()
    for (const [d, demand] of this.demands.entries()) if (isOpen(demand.line)) this.#serve(d, demand)
  }

  /** Splits the flow that each line has among its demands, the more valuable first. */
  #dealOut(): void {
    for (const [l, demands] of this.#demandsOfLine.entries()) {
      let left = this.#lineFlow[l] ?? 0
      for (const d of demands) {
        const part = Math.min(left, this.demands[d]?.quantity ?? 0)
        this.served[d] = part
        left -= part
      }
    }
  }

  #serve(d: number, demand: Demand): void {
    while ((this.served[d] ?? 0) < demand.quantity && this.#deadLine[demand.line] !== 1) {
      const wanted = demand.quantity - (this.served[d] ?? 0)
      const target = this.#search(demand)
      if (target === undefined) return
      const amount = this.#amount(demand.line, target, wanted)
      if (amount <= 0) return
      this.#augment(demand.line, target, amount)
      this.served[d] = (this.served[d] ?? 0) + amount
    }
  }

  /** An asset with free capacity, else the least important demand that ranks below; undefined (and the region dead) when there is neither. */
  #search(demand: Demand): { readonly asset: number } | { readonly demand: number } | undefined {
    const { view } = this
    const reach = this.#reach
    reach.stamp += 1
    reach.lineStamp[demand.line] = reach.stamp
    reach.lineVia[demand.line] = -1
    reach.queue[0] = demand.line
    let length = 1
    let worst = -1
    for (let head = 0; head < length; head += 1) {
      const l = reach.queue[head] ?? 0
      for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0); p += 1) {
        const a = view.asset[p] ?? 0
        if (this.#active[p] !== 1 || this.#dead[a] === 1 || reach.assetStamp[a] === reach.stamp) continue
        reach.assetStamp[a] = reach.stamp
        reach.assetVia[a] = p
        if (this.free(a) > 0) return { asset: a }
        for (const q of this.#busy[a] ?? []) {
          const other = view.line[q] ?? 0
          if (reach.lineStamp[other] === reach.stamp) continue
          reach.lineStamp[other] = reach.stamp
          reach.lineVia[other] = q
          reach.queue[length] = other
          length += 1
          const last = this.#lastServed(other)
          if (last >= 0 && (worst < 0 || last > worst)) worst = last
        }
      }
    }
    const least = this.demands[worst]
    if (least !== undefined && ranksBelow(least, demand)) return { demand: worst }
    this.#bury(length)
    return undefined
  }

  /** Everything reached is saturated by demands that rank at least as high: no later demand can gain there. */
  #bury(length: number): void {
    const reach = this.#reach
    for (let a = 0; a < this.#dead.length; a += 1) if (reach.assetStamp[a] === reach.stamp) this.#dead[a] = 1
    for (let i = 0; i < length; i += 1) this.#deadLine[reach.queue[i] ?? 0] = 1
  }

  #lastServed(line: number): number {
    const demands = this.#demandsOfLine[line] ?? []
    for (let i = demands.length - 1; i >= 0; i -= 1) {
      const d = demands[i] ?? -1
      if ((this.served[d] ?? 0) > 0) return d
    }
    return -1
  }

  #amount(start: number, target: { readonly asset: number } | { readonly demand: number }, wanted: number): number {
    const reach = this.#reach
    let amount = wanted
    let line: number
    if ('asset' in target) {
      amount = Math.min(amount, this.free(target.asset))
      line = this.view.line[reach.assetVia[target.asset] ?? 0] ?? 0
    } else {
      amount = Math.min(amount, this.served[target.demand] ?? 0)
      line = this.demands[target.demand]?.line ?? start
    }
    while (line !== start) {
      const taken = reach.lineVia[line] ?? 0
      amount = Math.min(amount, this.flow[taken] ?? 0)
      line = this.view.line[reach.assetVia[this.view.asset[taken] ?? 0] ?? 0] ?? 0
    }
    return amount
  }

  #augment(start: number, target: { readonly asset: number } | { readonly demand: number }, amount: number): void {
    const reach = this.#reach
    let line: number
    if ('asset' in target) {
      const last = reach.assetVia[target.asset] ?? 0
      this.#shift(last, amount)
      line = this.view.line[last] ?? 0
    } else {
      this.served[target.demand] = (this.served[target.demand] ?? 0) - amount
      line = this.demands[target.demand]?.line ?? start
    }
    while (line !== start) {
      const taken = reach.lineVia[line] ?? 0
      this.#shift(taken, -amount)
      const given = reach.assetVia[this.view.asset[taken] ?? 0] ?? 0
      this.#shift(given, amount)
      line = this.view.line[given] ?? 0
    }
  }

  /** Pairs whose flow was touched since the last call. */
  takeTouched(): ReadonlySet<number> {
    const touched = this.#touched
    this.#touched = new Set()
    return touched
  }

  #list(pair: number, asset: number, isBusy: boolean): void {
    const busy = this.#busy[asset]
    if (busy === undefined) return
    let at = busy.length
    while (at > 0 && (busy[at - 1] ?? 0) >= pair) at -= 1
    const isListed = busy[at] === pair
    if (isBusy && !isListed) busy.splice(at, 0, pair)
    if (!isBusy && isListed) busy.splice(at, 1)
  }

  #shift(pair: number, delta: number): void {
    this.#touched.add(pair)
    const a = this.view.asset[pair] ?? 0
    const l = this.view.line[pair] ?? 0
    const before = this.flow[pair] ?? 0
    this.flow[pair] = before + delta
    if (before <= 0 || before + delta <= 0) this.#list(pair, a, before + delta > 0)
    this.used[a] = (this.used[a] ?? 0) + delta
    this.#lineFlow[l] = (this.#lineFlow[l] ?? 0) + delta
  }
}
