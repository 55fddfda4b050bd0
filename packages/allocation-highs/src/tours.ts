/** Between tours and the arcs they run along. */
import type { Tour } from '@muster/allocation/model'
import { shownWindow, type View } from '@muster/allocation/search/view'
import type { Arc, ArcModel } from './arc-model.ts'
import type { Entry } from './sparse-model.ts'

/**
 * Rounds a solution and reads the tours off it: on every pair the copies that came first leave first, so each stays at least as
 * long as the arcs demand. Undefined when the rounded arcs do not fit together.
 */
export const readTours = (view: View, { arcs }: ArcModel, values: Float64Array): ReadonlyArray<Tour> | undefined => {
  const tours: Tour[] = []
  for (const [pair, own] of Map.groupBy(arcs, (arc) => arc.pair)) {
    const starts = counted(own, 'start', values)
    const ends = counted(own, 'end', values)
    let at = 0
    let left = ends[0]?.copies ?? 0
    for (const start of starts) {
      let copies = start.copies
      while (copies > 0) {
        const end = ends[at]
        if (end === undefined || end.day < start.day + (view.tour[pair] ?? 1)) return undefined
        const moved = Math.min(copies, left)
        tours.push(tourOf(view, pair, moved, start.day, end.day))
        copies -= moved
        left -= moved
        if (left > 0) continue
        at += 1
        left = ends[at]?.copies ?? 0
      }
    }
    if (left > 0) return undefined
  }
  return tours
}

/** Stock has no days of its own: it is shown on the shortest lawful row. */
export const tourOf = (view: View, pair: number, quantity: number, from: number, to: number): Tour => {
  const stock = view.lines[view.line[pair] ?? 0]?.stock === true
  return { pair, quantity, ...(stock ? shownWindow(view, pair, from, to) : { from, to }) }
}

const counted = (
  arcs: ReadonlyArray<Arc>,
  kind: Arc['kind'],
  values: Float64Array,
): ReadonlyArray<{ readonly day: number; readonly copies: number }> =>
  arcs
    .filter((arc) => arc.kind === kind)
    .map((arc) => ({ day: arc.from, copies: Math.round(values[arc.column] ?? 0) }))
    .filter(({ copies }) => copies > 0)

/** The arcs that lawful tours run along, as a start for the integer search; tours on days or lines that are no nodes are left out. */
export const startValues = (view: View, { arcs }: ArcModel, tours: ReadonlyArray<Tour>): ReadonlyArray<Entry> => {
  const values = new Map(arcs.map((arc) => [arc.column, 0]))
  const byPair = Map.groupBy(arcs, (arc) => arc.pair)
  const add = (arc: Arc, copies: number): Map<number, number> => values.set(arc.column, (values.get(arc.column) ?? 0) + copies)
  for (const tour of tours) {
    const own = byPair.get(tour.pair) ?? []
    const stock = view.lines[view.line[tour.pair] ?? 0]?.stock === true
    const [from, to] = stock ? [0, 1] : [tour.from, tour.to]
    const start = own.find((arc) => arc.kind === 'start' && arc.from === from)
    const end = own.find((arc) => arc.kind === 'end' && arc.from === to)
    if (start === undefined || end === undefined || start.to > to) continue
    add(start, tour.quantity)
    add(end, tour.quantity)
    for (const arc of own) if (arc.kind === 'stay' && arc.from >= start.to && arc.to <= to) add(arc, tour.quantity)
  }
  return [...values]
}
