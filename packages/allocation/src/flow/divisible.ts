/** Exact coverage where nothing binds one day to another: no tours, no rules across pairs, no needs. */
import type { Tour } from '../model.ts'
import { Limits } from '../search/limits.ts'
import { shownWindow, type View } from '../search/view.ts'
import { relaxedBound, type RelaxedBound } from './relaxed.ts'

/** Cover one copy gives a line, where all its pairs agree; 0 where they do not or nothing can serve. */
export const commonUnits = (view: View, line: number): number => {
  const start = view.lineStart[line] ?? 0
  const end = view.lineStart[line + 1] ?? 0
  const units = start < end ? (view.units[start] ?? 0) : 0
  for (let p = start; p < end; p += 1) if (view.units[p] !== units) return 0
  return units
}

export const isDivisible = (view: View): boolean =>
  view.tour.every((days) => days <= 1) &&
  view.lines.every(
    (line, l) =>
      line.needs.length === 0 && ((view.lineStart[l] ?? 0) === (view.lineStart[l + 1] ?? 0) || commonUnits(view, l) > 0),
  ) &&
  !new Limits(view).any

/** The relaxed flow leaves nothing out here: what it is worth is reached by the flow itself. */
export const coverDivisible = (view: View): { readonly tours: ReadonlyArray<Tour>; readonly relaxed: RelaxedBound } => {
  const rows = new Rows(view)
  const relaxed = relaxedBound(view, (from, to, _daily, network) =>
    rows.cell((pair) => network.flow[pair] ?? 0, network.takeTouched(), from, to),
  )
  return { tours: rows.done(), relaxed }
}

/** Rows from flows cell by cell: what goes on unchanged stays one row. */
export class Rows {
  readonly #view: View
  readonly #open = new Map<number, { readonly from: number; quantity: number }[]>()
  readonly #tours: Tour[] = []
  #until = 0

  constructor(view: View) {
    this.#view = view
  }

  /** The next cell; `touched` holds every pair whose flow differs from that of the cell before. */
  cell(flowOf: (pair: number) => number, touched: Iterable<number>, from: number, to: number): void {
    if (from !== this.#until) this.#closeAll()
    for (const pair of touched) {
      const now = flowOf(pair)
      const open = this.#open.get(pair)
      if (open === undefined) {
        if (now > 0) this.#open.set(pair, [{ from, quantity: now }])
        continue
      }
      const before = open.reduce((sum, run) => sum + run.quantity, 0)
      if (now > before) open.push({ from, quantity: now - before })
      else if (now < before) this.#shrink(pair, open, before - now, from)
    }
    this.#until = to
  }

  done(): ReadonlyArray<Tour> {
    this.#closeAll()
    return this.#tours
  }

  #shrink(pair: number, open: { readonly from: number; quantity: number }[], by: number, day: number): void {
    for (let left = by; left > 0;) {
      const last = open.at(-1)
      if (last === undefined) break
      const quantity = Math.min(left, last.quantity)
      this.#emit(pair, last.from, day, quantity)
      last.quantity -= quantity
      left -= quantity
      if (last.quantity === 0) open.pop()
    }
    if (open.length === 0) this.#open.delete(pair)
  }

  #closeAll(): void {
    for (const [pair, open] of this.#open) for (const run of open) this.#emit(pair, run.from, this.#until, run.quantity)
    this.#open.clear()
  }

  #emit(pair: number, from: number, to: number, quantity: number): void {
    this.#tours.push({ pair: this.#view.component.pairs[pair] ?? 0, quantity, ...shownWindow(this.#view, pair, from, to) })
  }
}
