/**
 * Balance where nothing binds one day to another: residual exchange. The most burdened contributor hands copies on a line
 * to another asset, which may itself hand on what it did, until an asset with a free copy ends the path; what every line
 * has stays the same. Such plans form a base polyhedron per cell, where a vector of burdens without an improving
 * exchange is the leximax one up to single units (Frank & Murota, decreasing minimisation on M-convex sets).
 */
import type { View } from '../search/view.ts'
import type { Cell } from './cells.ts'
import type { Account, Ledger } from './ledger.ts'

/** A path of exchanges: on each line, copies go from one pair to another. */
interface Path {
  readonly steps: ReadonlyArray<{ readonly from: number; readonly to: number }>
  readonly giver: number
  readonly taker: number
}

export interface Budget {
  left: number
}

/** Exchanges until no single one helps anybody; true when something changed. */
export const balanceCells = (view: View, cells: Cell[], ledger: Ledger, budget: Budget): boolean => {
  const search = new Search(view, ledger)
  let changed = false
  for (let again = true; again && budget.left > 0;) {
    again = false
    for (const account of ledger.heaviestFirst(view.component.assets)) {
      for (let c = 0; c < cells.length && budget.left > 0; c += 1) {
        while (relieve(view, cells, c, account, ledger, search, budget)) {
          again = true
          changed = true
        }
      }
    }
  }
  return changed
}

const relieve = (
  view: View,
  cells: Cell[],
  c: number,
  account: Account,
  ledger: Ledger,
  search: Search,
  budget: Budget,
): boolean => {
  const cell = cells[c]
  if (cell === undefined) return false
  const path = search.from(account, cell, budget)
  if (path === undefined) return false
  const days = cell.to - cell.from
  const most = path.steps.reduce((least, { from }) => Math.min(least, cell.flow.get(from) ?? 0), search.freeIn(cell, path.taker))
  const copies = evenAmount(ledger, view, path, days, most)
  if (copies > 0) {
    exchange(cell, path, copies)
    carry(ledger, view, path, copies * days)
    return true
  }
  const part = evenAmount(ledger, view, path, 1, days - 1)
  if (part === 0) return false
  cells.splice(c + 1, 0, { from: cell.from + part, to: cell.to, flow: new Map(cell.flow) })
  cell.to = cell.from + part
  exchange(cell, path, 1)
  carry(ledger, view, path, part)
  return true
}

const exchange = ({ flow }: Cell, { steps }: Path, copies: number): void => {
  const shift = (pair: number, by: number): void => {
    const now = (flow.get(pair) ?? 0) + by
    if (now === 0) flow.delete(pair)
    else flow.set(pair, now)
  }
  for (const { from, to } of steps) {
    shift(from, -copies)
    shift(to, copies)
  }
}

const carry = (ledger: Ledger, view: View, { giver, taker }: Path, amount: number): void => {
  ledger.carry(view.component.assets[giver] ?? 0, -amount)
  ledger.carry(view.component.assets[taker] ?? 0, amount)
}

/** The largest number of portions, at most `most`, after which giver and taker are nearest to even; 0 when not even one helps. */
const evenAmount = (ledger: Ledger, view: View, { giver, taker }: Path, portion: number, most: number): number => {
  const [g, t] = [view.component.assets[giver] ?? 0, view.component.assets[taker] ?? 0]
  const helps = (n: number): boolean => n > 0 && ledger.helps(g, t, n * portion)
  if (!helps(1)) return 0
  const [from, to] = [ledger.sharesOf(g)[0], ledger.sharesOf(t)[0]]
  if (from === undefined || to === undefined || most <= 1) return Math.min(1, most)
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

/** Breadth-first search over the assets of one cell. Buffers are reused. */
class Search {
  readonly #view: View
  readonly #ledger: Ledger
  readonly #stamp: Int32Array
  readonly #viaTo: Int32Array
  readonly #viaFrom: Int32Array
  readonly #queue: Int32Array
  readonly #assetsOf = new Map<Account, number[]>()
  #now = 0

  constructor(view: View, ledger: Ledger) {
    this.#view = view
    this.#ledger = ledger
    const n = view.assets.length
    this.#stamp = new Int32Array(n)
    this.#viaTo = new Int32Array(n)
    this.#viaFrom = new Int32Array(n)
    this.#queue = new Int32Array(n)
    for (let a = 0; a < n; a += 1) {
      for (const { account } of ledger.sharesOf(view.component.assets[a] ?? 0)) {
        const list = this.#assetsOf.get(account)
        if (list) list.push(a)
        else this.#assetsOf.set(account, [a])
      }
    }
  }

  freeIn(cell: Cell, asset: number): number {
    const { assetStart, assetPairs, assets } = this.#view
    let used = 0
    for (let i = assetStart[asset] ?? 0; i < (assetStart[asset + 1] ?? 0); i += 1) used += cell.flow.get(assetPairs[i] ?? 0) ?? 0
    return (assets[asset]?.copies ?? 0) - used
  }

  /** The path by which the account is relieved at the least burdened taker. */
  from(account: Account, cell: Cell, budget: Budget): Path | undefined {
    const view = this.#view
    let best: Path | undefined
    for (const giver of this.#assetsOf.get(account) ?? []) {
      this.#now += 1
      this.#stamp[giver] = this.#now
      this.#queue[0] = giver
      let length = 1
      let taker = -1
      for (let head = 0; head < length && budget.left > 0; head += 1) {
        const a = this.#queue[head] ?? 0
        for (let i = view.assetStart[a] ?? 0; i < (view.assetStart[a + 1] ?? 0); i += 1) {
          const p = view.assetPairs[i] ?? 0
          if ((cell.flow.get(p) ?? 0) <= 0) continue
          const l = view.line[p] ?? 0
          for (let q = view.lineStart[l] ?? 0; q < (view.lineStart[l + 1] ?? 0); q += 1) {
            const b = view.asset[q] ?? 0
            if (this.#stamp[b] === this.#now || (view.from[q] ?? 0) > cell.from || (view.to[q] ?? 0) < cell.to) continue
            budget.left -= 1
            this.#stamp[b] = this.#now
            this.#viaFrom[b] = p
            this.#viaTo[b] = q
            this.#queue[length] = b
            length += 1
            if (this.#takesOver(giver, b) && this.freeIn(cell, b) > 0 && (taker < 0 || this.#lighter(b, taker))) taker = b
          }
        }
      }
      if (taker >= 0 && (best === undefined || this.#lighter(taker, best.taker))) best = this.#path(giver, taker)
    }
    return best
  }

  /** Whether one copy-day from giver to taker improves the vector. */
  #takesOver(giver: number, taker: number): boolean {
    const { assets } = this.#view.component
    return this.#ledger.helps(assets[giver] ?? 0, assets[taker] ?? 0, 1)
  }

  #lighter(a: number, b: number): boolean {
    const { assets } = this.#view.component
    const [x, y] = [this.#ledger.sharesOf(assets[a] ?? 0)[0], this.#ledger.sharesOf(assets[b] ?? 0)[0]]
    return x !== undefined && y !== undefined && this.#ledger.compare(x.account, y.account) < 0
  }

  #path(giver: number, taker: number): Path {
    const steps: { from: number; to: number }[] = []
    for (let a = taker; a !== giver; a = this.#view.asset[this.#viaFrom[a] ?? 0] ?? giver)
      steps.push({ from: this.#viaFrom[a] ?? 0, to: this.#viaTo[a] ?? 0 })
    return { steps, giver, taker }
  }
}
