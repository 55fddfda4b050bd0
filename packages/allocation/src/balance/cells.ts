/** A divisible plan cut into cells, in each of which who serves whom is constant: what residual exchanges work on. */
import { Rows } from '../flow/divisible.ts'
import type { Tour } from '../model.ts'
import type { View } from '../search/view.ts'

export interface Cell {
  readonly from: number
  to: number
  /** Copies per local pair; zeros are left out. */
  readonly flow: Map<number, number>
}

export const cellsOfPlan = (view: View, tours: ReadonlyArray<Tour>): Cell[] => {
  const local = new Map<number, number>()
  for (const [i, p] of view.component.pairs.entries()) local.set(p, i)
  const placed = tours.flatMap((tour) => {
    const pair = local.get(tour.pair)
    if (pair === undefined) return []
    const stock = view.lines[view.line[pair] ?? 0]?.stock ?? false
    return [{ pair, quantity: tour.quantity, from: stock ? 0 : tour.from, to: stock ? 1 : tour.to }]
  })
  const days = [...new Set([...view.from, ...view.to, ...placed.flatMap((t) => [t.from, t.to])])].toSorted((a, b) => a - b)
  const index = new Map(days.map((day, i) => [day, i]))
  const cells = days.slice(0, -1).map((from, i): Cell => ({ from, to: days[i + 1] ?? from, flow: new Map() }))
  for (const { pair, quantity, from, to } of placed) {
    for (let i = index.get(from) ?? 0; i < (index.get(to) ?? 0); i += 1) {
      const flow = cells[i]?.flow
      flow?.set(pair, (flow.get(pair) ?? 0) + quantity)
    }
  }
  return cells
}

export const toursOfCells = (view: View, cells: ReadonlyArray<Cell>): ReadonlyArray<Tour> => {
  const rows = new Rows(view)
  let before: Iterable<number> = []
  for (const { flow, from, to } of cells) {
    rows.cell((pair) => flow.get(pair) ?? 0, new Set([...before, ...flow.keys()]), from, to)
    before = flow.keys()
  }
  return rows.done()
}
