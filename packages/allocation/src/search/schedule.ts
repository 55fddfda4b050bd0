/**
 * A plan of one component under construction. Every tour in it is lawful; every change can be undone.
 * Values are kept per tier, in units of `Line.weight` × days.
 */
import type { Tour } from '../model.ts'
import { countedCover } from './cover.ts'
import { Limits } from './limits.ts'
import { Steps } from './steps.ts'
import { shownWindow, type View } from './view.ts'

/** A tour on a local pair; stock tours lie on the pseudo-day. `quantity` is 0 once it is taken out. */
export interface Placed {
  readonly pair: number
  readonly from: number
  readonly to: number
  quantity: number
}

interface Change {
  readonly tour: Placed
  readonly delta: number
}

export class Schedule {
  readonly view: View
  readonly limits: Limits
  /** Per local asset: copies away. Per local line: units present. */
  readonly away: ReadonlyArray<Steps>
  readonly present: ReadonlyArray<Steps>
  readonly toursOfAsset: ReadonlyArray<Placed[]>
  readonly toursOfLine: ReadonlyArray<Placed[]>
  readonly #log: Change[] = []
  readonly #plainValue: Float64Array
  readonly #clusterOf: ReadonlyArray<number>
  readonly #clusters: ReadonlyArray<ReadonlyArray<number>>
  readonly #clusterValue: Float64Array[]
  readonly #stale = new Set<number>()

  constructor(view: View, tours: Iterable<Tour> = []) {
    this.view = view
    this.limits = new Limits(view)
    this.away = view.assets.map(() => new Steps())
    this.present = view.lines.map(() => new Steps())
    this.toursOfAsset = view.assets.map(() => [])
    this.toursOfLine = view.lines.map(() => [])
    const tiers = view.model.tiers.length
    this.#plainValue = new Float64Array(tiers)
    const { clusters, clusterOf } = clustersOf(view)
    this.#clusters = clusters
    this.#clusterOf = clusterOf
    this.#clusterValue = clusters.map(() => new Float64Array(tiers))
    for (const tour of tours) {
      const pair = localPair(view, tour.pair)
      if (pair === undefined) continue
      const stock = view.lines[view.line[pair] ?? 0]?.stock ?? false
      const [from, to] = stock ? [0, 1] : [tour.from, tour.to]
      this.add(pair, from, to, Math.min(tour.quantity, this.room(pair, from, to, tour.quantity)))
    }
    this.#log.length = 0
  }

  /** How many of `wanted` copies can go on the pair during `[from, to)`: free copies and the rules across pairs. */
  room(pair: number, from: number, to: number, wanted: number): number {
    const asset = this.view.asset[pair] ?? 0
    const free = (this.view.assets[asset]?.copies ?? 0) - (this.away[asset]?.most(from, to) ?? 0)
    return this.limits.room(pair, from, to, Math.min(wanted, free))
  }

  /** Places a tour the caller knows to be lawful; nothing when `quantity` is not positive. */
  add(pair: number, from: number, to: number, quantity: number): Placed | undefined {
    if (quantity <= 0) return undefined
    const tour: Placed = { pair, from, to, quantity: 0 }
    this.toursOfAsset[this.view.asset[pair] ?? 0]?.push(tour)
    this.toursOfLine[this.view.line[pair] ?? 0]?.push(tour)
    this.#change(tour, quantity)
    return tour
  }

  /** Takes `quantity` copies out of a tour. */
  take(tour: Placed, quantity: number): void {
    this.#change(tour, -quantity)
  }

  mark(): number {
    return this.#log.length
  }

  undoTo(mark: number): void {
    while (this.#log.length > mark) {
      const change = this.#log.pop()
      if (change === undefined) return
      this.#apply(change.tour, -change.delta)
      if (change.delta > 0 && change.tour.quantity === 0) this.#unlist(change.tour)
    }
  }

  /** Forgets how to undo; tours taken out before are dropped from the lists. */
  settle(): void {
    const touched = new Set(this.#log.map((c) => c.tour))
    this.#log.length = 0
    for (const { pair } of touched) {
      dropEmpty(this.toursOfAsset[this.view.asset[pair] ?? 0])
      dropEmpty(this.toursOfLine[this.view.line[pair] ?? 0])
    }
  }

  /** Weighted newly counted days if `quantity` copies came on the pair (0 needs considered). */
  gain(pair: number, from: number, to: number, quantity: number): number {
    const l = this.view.line[pair] ?? 0
    const line = this.view.lines[l]
    const present = this.present[l]
    if (line === undefined || present === undefined) return 0
    return line.weight * present.roomBelow(line.quantity, from, to, quantity * (this.view.units[pair] ?? 1))
  }

  /** Value per tier, needs considered. The array is fresh. */
  values(): Float64Array {
    for (const c of this.#stale) this.#revalue(c)
    this.#stale.clear()
    const sum = this.#plainValue.slice()
    for (const value of this.#clusterValue) for (let k = 0; k < sum.length; k += 1) sum[k] = (sum[k] ?? 0) + (value[k] ?? 0)
    return sum
  }

  get hasNeeds(): boolean {
    return this.#clusters.length > 0
  }

  /** All tours, in the order of lines, days and pairs. */
  *placed(): Generator<Placed> {
    for (const tours of this.toursOfLine)
      yield* tours.filter((t) => t.quantity > 0).toSorted((a, b) => a.from - b.from || a.pair - b.pair || a.to - b.to)
  }

  /** The same tours on the model's pairs and real days. */
  tours(): ReadonlyArray<Tour> {
    return [...this.placed()].map((t) => ({
      pair: this.view.component.pairs[t.pair] ?? 0,
      quantity: t.quantity,
      ...shownWindow(this.view, t.pair, t.from, t.to),
    }))
  }

  /** Changes are undone last first, so an undone tour is the last of its lists. */
  #unlist(tour: Placed): void {
    for (const tours of [this.toursOfAsset[this.view.asset[tour.pair] ?? 0], this.toursOfLine[this.view.line[tour.pair] ?? 0]])
      if (tours?.at(-1) === tour) tours.pop()
  }

  #change(tour: Placed, delta: number): void {
    this.#log.push({ tour, delta })
    this.#apply(tour, delta)
  }

  #apply(tour: Placed, delta: number): void {
    const { pair, from, to } = tour
    const { view } = this
    const l = view.line[pair] ?? 0
    const line = view.lines[l]
    const present = this.present[l]
    tour.quantity += delta
    this.away[view.asset[pair] ?? 0]?.add(from, to, delta)
    this.limits.place(pair, from, to, delta)
    if (line === undefined || present === undefined) return
    const units = delta * (view.units[pair] ?? 1)
    const cluster = this.#clusterOf[l] ?? -1
    if (cluster >= 0) this.#stale.add(cluster)
    const before = cluster >= 0 ? 0 : present.sumUpTo(line.quantity, from, to)
    present.add(from, to, units)
    if (cluster >= 0) return
    const covered = present.sumUpTo(line.quantity, from, to) - before
    this.#plainValue[line.tier] = (this.#plainValue[line.tier] ?? 0) + line.weight * covered
  }

  #revalue(cluster: number): void {
    const value = new Float64Array(this.#plainValue.length)
    for (const [l, spans] of countedCover(this.view, this.#clusters[cluster] ?? [], this.present)) {
      const line = this.view.lines[l]
      if (line === undefined) continue
      for (const s of spans) value[line.tier] = (value[line.tier] ?? 0) + line.weight * s.value * (s.to - s.from)
    }
    this.#clusterValue[cluster] = value
  }
}

/** The place of a pair of the model among those of the component; undefined when it is not one of them. */
const localPair = ({ component }: View, pair: number): number | undefined => {
  let low = 0
  let high = component.pairs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((component.pairs[middle] ?? 0) < pair) low = middle + 1
    else high = middle
  }
  return component.pairs[low] === pair ? low : undefined
}

const dropEmpty = (tours: Placed[] | undefined): void => {
  if (tours === undefined) return
  let kept = 0
  for (const tour of tours) {
    if (tour.quantity <= 0) continue
    tours[kept] = tour
    kept += 1
  }
  tours.length = kept
}

/** Lines joined by `needs`, in groups; −1 for lines that neither need nor are needed. */
const clustersOf = (
  view: View,
): { readonly clusters: ReadonlyArray<ReadonlyArray<number>>; readonly clusterOf: ReadonlyArray<number> } => {
  const clusterOf = view.lines.map(() => -1)
  if (view.lines.every((line) => line.needs.length === 0)) return { clusters: [], clusterOf }
  const local = new Map<number, number>()
  for (const [l, global] of view.component.lines.entries()) local.set(global, l)
  const neighbours = view.lines.map((): number[] => [])
  for (const [l, line] of view.lines.entries()) {
    for (const need of line.needs) {
      const n = local.get(need)
      if (n === undefined) continue
      neighbours[l]?.push(n)
      neighbours[n]?.push(l)
    }
  }
  const clusters: number[][] = []
  for (const [l, around] of neighbours.entries()) {
    if (around.length === 0 || clusterOf[l] !== -1) continue
    const cluster: number[] = []
    const queue = [l]
    clusterOf[l] = clusters.length
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      cluster.push(at)
      for (const n of neighbours[at] ?? []) {
        if (clusterOf[n] !== -1) continue
        clusterOf[n] = clusters.length
        queue.push(n)
      }
    }
    clusters.push(cluster.toSorted((a, b) => a - b))
  }
  return { clusters, clusterOf }
}

/** Positive when `a` is better: the first tier in which they differ decides. */
export const compareValues = (a: Float64Array, b: Float64Array): number => {
  for (let k = 0; k < a.length; k += 1) {
    const difference = (a[k] ?? 0) - (b[k] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
