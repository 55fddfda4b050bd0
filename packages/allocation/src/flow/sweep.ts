/** Runs a network over all cells of a component: between two successive days on which a window opens or closes nothing changes. */
import type { Network } from './network.ts'
import type { View } from '../search/view.ts'

/** Days on which something can change, ascending. */
export const cellsOf = (view: View): Int32Array =>
  Int32Array.from(new Set([...view.from, ...view.to, ...view.lineFrom, ...view.lineTo])).toSorted()

/** Calls `cell(from, to)` with the network solved for each cell in turn; each cell starts from the flow of the one before. */
export const sweep = (view: View, network: Network, cell: (from: number, to: number) => void): void => {
  const days = cellsOf(view)
  const opening = indexByDay(view.from)
  const closing = indexByDay(view.to)
  for (let i = 0; i + 1 < days.length; i += 1) {
    const from = days[i] ?? 0
    const to = days[i + 1] ?? 0
    for (const pair of closing.get(from) ?? []) network.close(pair)
    for (const pair of opening.get(from) ?? []) network.open(pair)
    network.solve((line) => (view.lineFrom[line] ?? 0) <= from && (view.lineTo[line] ?? 0) >= to)
    cell(from, to)
  }
}

const indexByDay = (days: Int32Array): ReadonlyMap<number, ReadonlyArray<number>> => {
  const index = new Map<number, number[]>()
  for (const [pair, day] of days.entries()) {
    const list = index.get(day)
    if (list) list.push(pair)
    else index.set(day, [pair])
  }
  return index
}
