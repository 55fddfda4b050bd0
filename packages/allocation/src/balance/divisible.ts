/**
 * Balance where nothing binds one day to another: residual exchange. The most burdened contributor hands copies on a line
 * to another asset, which may itself hand on what it did, until an asset with a free copy ends the path; what every line
 * has stays the same. Such plans form a base polyhedron per cell, where a vector of burdens without an improving
 * exchange is the leximax one up to single units (Frank & Murota, decreasing minimisation on M-convex sets).
 */
import type { View } from '../search/view.ts'
import type { Cell } from './cells.ts'
import type { Ledger } from './ledger.ts'

/** Work allowed, in pairs looked at. */
export interface Budget {
  left: number
}

/** Exchanges until no single one helps anybody; true when something changed. */
export const balanceCells = (view: View, cells: Cell[], ledger: Ledger, budget: Budget): boolean => {
  const outlets = new Outlets(view, ledger)
  let changed = false
  for (let again = true; again && budget.left > 0;) {
    again = false
    for (let c = 0; c < cells.length && budget.left > 0; c += 1) {
      while (relieveIn(view, cells, c, ledger, outlets, budget)) {
        again = true
        changed = true
      }
    }
  }
  return changed
}

/** One round in one cell: every burdened asset, the heaviest first, gives what it can to the lightest taker in its reach. */
const relieveIn = (view: View, cells: Cell[], c: number, ledger: Ledger, outlets: Outlets, budget: Budget): boolean => {
  const cell = cells[c]
  if (cell === undefined || budget.left <= 0) return false
  outlets.find(cell, budget)
  let moved = false
  for (const giver of outlets.givers()) {
    const path = outlets.pathFrom(giver, cell)
    if (path === undefined) continue
    const days = cell.to - cell.from
    const copies = evenAmount(ledger, view, path, days, path.room)
    if (copies > 0) {
      outlets.exchange(cell, path, copies)
      carry(ledger, view, path, copies * days)
      moved = true
      continue
    }
    const part = evenAmount(ledger, view, path, 1, days - 1)
    if (part === 0) continue
    cells.splice(c + 1, 0, { from: cell.from + part, to: cell.to, flow: new Map(cell.flow) })
    cell.to = cell.from + part
    outlets.exchange(cell, path, 1)
    carry(ledger, view, path, part)
    return true
  }
  return moved
}

/** On each line of the path copies go from one pair to another; the last taker has `room` of them free. */
interface Path {
  readonly steps: ReadonlyArray<{ readonly from: number; readonly to: number }>
  readonly giver: number
  readonly taker: number
  readonly room: number
}

const carry = (ledger: Ledger, view: View, { giver, taker }: Path, amount: number): void => {
  ledger.carry(view.component.assets[giver] ?? 0, -amount)
  ledger.carry(view.component.assets[taker] ?? 0, amount)
}

/** The largest number of portions, at most `most`, after which giver and taker are nearest to even; 0 when not even one helps. */
const evenAmount = (ledger: Ledger, view: View, { giver, taker }: Path, portion: number, most: number): number => {
  const [g, t] = [view.component.assets[giver] ?? 0, view.component.assets[taker] ?? 0]
  const helps = (n: number): boolean => n > 0 && ledger.helps(g, t, n * portion)
  if (most < 1 || !helps(1)) return 0
  const [from, to] = [ledger.sharesOf(g)[0], ledger.sharesOf(t)[0]]
  if (from === undefined || to === undefined || most <= 1) return 1
  const [own, cap, other, otherCap] = [
    ledger.own(from.account),
    ledger.capacity(from.account),
    ledger.own(to.account),
    ledger.capacity(to.account),
  ]
  const even = (own * otherCap - other * cap) / (portion * (from.amount * otherCap + to.amount * cap))
  const guess =
    cap === 0 || from.account === to.account || !Number.isFinite(even) ? most : Math.max(1, Math.min(most, Math.floor(even)))
  for (let n = guess; n > 1; n = Math.floor(n / 2)) if (helps(n)) return n
  return 1
}

/**
 * For every asset of a cell the lightest taker it can reach by residual steps, found for all at once: the takers are
 * followed backwards in order of their burden, and an asset belongs to the first that finds it.
 */
class Outlets {
  readonly #view: View
  readonly #ledger: Ledger
  readonly #taker: Int32Array
  /** From an asset towards its taker: the pair it gives up and the pair that takes over. */
  readonly #gives: Int32Array
  readonly #passes: Int32Array
  readonly #used: Float64Array
  readonly #lineDone: Uint8Array
  readonly #queue: Int32Array
  #servers = new Map<number, number[]>()

  constructor(view: View, ledger: Ledger) {
    this.#view = view
    this.#ledger = ledger
    const n = view.assets.length
    this.#taker = new Int32Array(n)
    this.#gives = new Int32Array(n)
    this.#passes = new Int32Array(n)
    this.#used = new Float64Array(n)
    this.#queue = new Int32Array(n)
    this.#lineDone = new Uint8Array(view.lines.length)
  }

  find(cell: Cell, budget: Budget): void {
    const view = this.#view
    this.#taker.fill(-1)
    this.#used.fill(0)
    this.#lineDone.fill(0)
    this.#servers = new Map()
    for (const [pair, copies] of cell.flow) {
      const [a, l] = [view.asset[pair] ?? 0, view.line[pair] ?? 0]
      this.#used[a] = (this.#used[a] ?? 0) + copies
      const list = this.#servers.get(l)
      if (list) list.push(pair)
      else this.#servers.set(l, [pair])
    }
    for (const taker of this.#freeLightestFirst(cell)) if ((this.#taker[taker] ?? -1) < 0) this.#follow(taker, cell, budget)
  }

  #freeLightestFirst(cell: Cell): ReadonlyArray<number> {
    const view = this.#view
    const free: { readonly asset: number; readonly load: number }[] = []
    for (let a = 0; a < view.assets.length; a += 1) {
      const share = this.#ledger.sharesOf(view.component.assets[a] ?? 0)[0]
      if (share === undefined || (this.#used[a] ?? 0) >= (view.assets[a]?.copies ?? 0)) continue
      const load = (this.#ledger.own(share.account) + share.amount * (cell.to - cell.from)) / this.#ledger.capacity(share.account)
      free.push({ asset: a, load })
    }
    return free.toSorted((a, b) => a.load - b.load || a.asset - b.asset).map((f) => f.asset)
  }

  #follow(taker: number, cell: Cell, budget: Budget): void {
    const view = this.#view
    this.#taker[taker] = taker
    this.#queue[0] = taker
    let length = 1
    for (let head = 0; head < length; head += 1) {
      const a = this.#queue[head] ?? 0
      for (let i = view.assetStart[a] ?? 0; i < (view.assetStart[a + 1] ?? 0); i += 1) {
        const q = view.assetPairs[i] ?? 0
        const l = view.line[q] ?? 0
        budget.left -= 1
        if (this.#lineDone[l] === 1 || (view.from[q] ?? 0) > cell.from || (view.to[q] ?? 0) < cell.to) continue
        this.#lineDone[l] = 1
        for (const p of this.#servers.get(l) ?? []) {
          const b = view.asset[p] ?? 0
          if ((this.#taker[b] ?? -1) >= 0) continue
          this.#taker[b] = taker
          this.#gives[b] = p
          this.#passes[b] = q
          this.#queue[length] = b
          length += 1
        }
      }
    }
  }

  /** Assets with a taker other than themselves, those of the most burdened first. */
  givers(): ReadonlyArray<number> {
    const { assets } = this.#view.component
    const load = (a: number): number => {
      const share = this.#ledger.sharesOf(assets[a] ?? 0)[0]
      return share === undefined ? 0 : this.#ledger.own(share.account) / this.#ledger.capacity(share.account)
    }
    const found: { readonly asset: number; readonly load: number }[] = []
    for (const [a, taker] of this.#taker.entries()) {
      if (taker < 0 || taker === a || !this.#ledger.helps(assets[a] ?? 0, assets[taker] ?? 0, 1)) continue
      found.push({ asset: a, load: load(a) })
    }
    return found.toSorted((a, b) => b.load - a.load || a.asset - b.asset).map((f) => f.asset)
  }

  /** Undefined when earlier exchanges of the round have used the way up. */
  pathFrom(giver: number, cell: Cell): Path | undefined {
    const view = this.#view
    const taker = this.#taker[giver] ?? giver
    const steps: { from: number; to: number }[] = []
    let room = (view.assets[taker]?.copies ?? 0) - (this.#used[taker] ?? 0)
    for (let a = giver; a !== taker; a = view.asset[this.#passes[a] ?? 0] ?? taker) {
      const step = { from: this.#gives[a] ?? 0, to: this.#passes[a] ?? 0 }
      room = Math.min(room, cell.flow.get(step.from) ?? 0)
      if (room <= 0) return undefined
      steps.push(step)
    }
    return { steps, giver, taker, room }
  }

  exchange({ flow }: Cell, { steps, giver, taker }: Path, copies: number): void {
    const shift = (pair: number, by: number): void => {
      const now = (flow.get(pair) ?? 0) + by
      if (now === 0) flow.delete(pair)
      else flow.set(pair, now)
    }
    for (const { from, to } of steps) {
      shift(from, -copies)
      shift(to, copies)
    }
    this.#used[giver] = (this.#used[giver] ?? 0) - copies
    this.#used[taker] = (this.#used[taker] ?? 0) + copies
  }
}
