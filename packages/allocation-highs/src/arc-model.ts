/**
 * Jump arcs in the time-expanded network of a component, on the days of `time-nodes.ts`.
 *
 * Every copy of an asset is a unit of flow: idle from node to node, or on a tour. A start arc σ jumps at once to the first day
 * on which the tour has lasted long enough and may end; from there the copy stays (ν) from node to node until it ends the tour (ε).
 *
 *     asset a, node i:   idle_{i-1} + Σ_p ε_{p,i} = idle_i + Σ_p σ_{p,i}          (copies enter at the first node)
 *     pair p, node i:    ν_{p,i-1} + Σ_{σ landing at i} σ = ν_{p,i} + ε_{p,i}
 *     line r, node i:    z_{r,i} = z_{r,i-1} + Σ_p units_p·(σ_{p,i} − ε_{p,i})    (present, running sum)
 *     cover:             y_{r,i} ≤ z_{r,i},  y_{r,i} ≤ quantity_r   (and below the hull of what whole copies can cover)
 *
 * Running sums keep a column at three or four entries whatever the length of a tour; writing each tour into the row of every
 * day it covers needs five times the non-zeros at day resolution. The blocks of an asset are network matrices, so the bound of
 * the relaxation is the Lagrangian bound. Stock lies on one pseudo-day and is the same arithmetic.
 */
import { attainableOf, type Attainable } from '@muster/allocation/attainable'
import type { View } from '@muster/allocation/search/view'
import type { Entry, SparseModel } from './sparse-model.ts'
import type { PairDays } from './pair-days.ts'
import { firstAtOrAfter, type TimeNodes } from './time-nodes.ts'

/** A column that moves copies of a pair: σ, ν or ε. `from`…`to` are the days on which the copy is present; empty for ε. */
export interface Arc {
  readonly kind: 'start' | 'stay' | 'end'
  readonly pair: number
  readonly from: number
  readonly to: number
  readonly column: number
}

/** Present units of a line, and the cover they count for, between two neighbouring nodes. */
export interface Segment {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly presentColumn: number
  readonly coverColumn: number
  readonly coverRow: number
  /** Present on lines counted in persons, where whole copies do not add up to what is asked. */
  readonly whole: WholeCopies | undefined
}

/** y ≤ slope·z + what is left of the sum below: the line through the nearest sums of whole copies below and above. */
export interface WholeCopies {
  readonly row: number
  readonly slope: number
}

export interface ArcModel {
  readonly sparse: SparseModel
  readonly arcs: ReadonlyArray<Arc>
  /** Per local line, in the order of days. */
  readonly segments: ReadonlyArray<ReadonlyArray<Segment>>
}

/** A quantity that runs along with presence: under a ceiling, a contributor's part. */
export interface Running {
  /** Entries for a change by `copies` of the pair on that day. */
  readonly change: (pair: number, day: number, copies: number) => ReadonlyArray<Entry>
}

export interface ArcOptions {
  /** Which local lines take part. */
  readonly includes: (line: number) => boolean
  /** Objective per unit of cover and day. */
  readonly coverCost: (line: number) => number
  /** Further rows in which cover stands (floors of earlier tiers): entries for one unit of cover on `days` days. */
  readonly coverEntries: (line: number, days: number) => ReadonlyArray<Entry>
  /** Further rows in which the days of a copy stand (burden): entries for one copy of the pair on `days` days. */
  readonly presenceEntries: (pair: number, days: number) => ReadonlyArray<Entry>
  readonly running: ReadonlyArray<Running>
  /** Rows in which the starts of a pair stand (missions per contributor). */
  readonly startEntries: (pair: number) => ReadonlyArray<Entry>
}

export const noOptions: ArcOptions = {
  includes: () => true,
  coverCost: () => 0,
  coverEntries: () => [],
  presenceEntries: () => [],
  running: [],
  startEntries: () => [],
}

/** Nodes of every line: the days on which something on it can begin or end, and the edges of its window. */
const lineNodesOf = (
  view: View,
  { starts, ends }: PairDays,
  includes: (line: number) => boolean,
): ReadonlyArray<ReadonlyArray<number>> => {
  const days = view.lines.map((_, l) => new Set([view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0]))
  for (const [p, l] of view.line.entries())
    if (includes(l)) for (const day of [...(starts[p] ?? []), ...(ends[p] ?? [])]) days[l]?.add(day)
  refineByNeeds(view, days)
  return days.map((set) => [...set].toSorted((a, b) => a - b))
}

/** Cover counts only where a needed line is covered, so both must be cut on the same days. */
const refineByNeeds = (view: View, days: ReadonlyArray<Set<number>>): void => {
  const local = new Map(Array.from(view.component.lines, (l, i) => [l, i]))
  for (let grown = true; grown;) {
    grown = false
    for (const [l, line] of view.lines.entries()) {
      const own = days[l]
      if (own === undefined || line.stock) continue
      for (const need of line.needs) {
        const n = local.get(need) ?? -1
        if (view.lines[n]?.stock !== false) continue
        for (const day of days[n] ?? []) {
          if (day <= line.from || day >= line.to || own.has(day)) continue
          own.add(day)
          grown = true
        }
      }
    }
  }
}

/** Rows that options refer to must already stand in `sparse`. */
export const buildArcModel = (
  view: View,
  nodes: TimeNodes,
  days: PairDays,
  sparse: SparseModel,
  options: ArcOptions,
): ArcModel => {
  const lineNodes = lineNodesOf(view, days, options.includes)
  const balances = view.lines.map((_, l) =>
    options.includes(l) ? balanceRows(sparse, lineNodes[l] ?? [], `line${l}`) : new Map(),
  )
  const attainable = attainableOf(view)
  const segments = view.lines.map((line, l) =>
    options.includes(l)
      ? segmentsOf(
          sparse,
          options,
          l,
          { quantity: line.quantity, below: line.quantity, above: line.quantity, ...attainable[l] },
          lineNodes[l] ?? [],
          balances[l] ?? new Map(),
        )
      : [],
  )
  const assetRows = view.assets.map((asset, a) => idleFlow(sparse, a, asset.copies, nodes.ofAsset[a] ?? []))
  const arcs: Arc[] = []
  for (const [pair, line] of view.line.entries()) {
    if (!options.includes(line)) continue
    const asset = assetRows[view.asset[pair] ?? 0] ?? new Map()
    pushArcs(arcs, {
      view,
      sparse,
      options,
      pair,
      starts: days.starts[pair] ?? [],
      ends: days.ends[pair] ?? [],
      asset,
      line: balances[line] ?? new Map(),
    })
  }
  return { sparse, arcs, segments }
}

type RowOfDay = ReadonlyMap<number, number>

const at = (rows: RowOfDay, day: number, coefficient: number): ReadonlyArray<Entry> => {
  const row = rows.get(day)
  return row === undefined ? [] : [[row, coefficient]]
}

const balanceRows = (sparse: SparseModel, days: ReadonlyArray<number>, name: string): RowOfDay =>
  new Map(days.map((day) => [day, sparse.row(0, 0, () => `${name}_${day}`)]))

const segmentsOf = (
  sparse: SparseModel,
  options: ArcOptions,
  line: number,
  { quantity, below, above }: Attainable & { readonly quantity: number },
  days: ReadonlyArray<number>,
  balance: RowOfDay,
): ReadonlyArray<Segment> => {
  const slope = below < above && Number.isFinite(above) ? (quantity - below) / (above - below) : undefined
  return days.slice(0, -1).map((from, i) => {
    const to = days[i + 1] ?? from
    const coverRow = sparse.row(Number.NEGATIVE_INFINITY, 0, () => `cover${line}_${from}`)
    const whole =
      slope === undefined
        ? undefined
        : { slope, row: sparse.row(Number.NEGATIVE_INFINITY, below * (1 - slope), () => `whole${line}_${from}`) }
    const presentColumn = sparse.column({
      cost: 0,
      integer: false,
      entries: [...at(balance, from, -1), ...at(balance, to, 1), [coverRow, -1], ...wholeEntry(whole, -(slope ?? 0))],
      name: () => `z${line}_${from}`,
    })
    const coverColumn = sparse.column({
      cost: options.coverCost(line) * (to - from),
      upper: Number.isFinite(above) ? quantity : below,
      integer: false,
      entries: [[coverRow, 1], ...wholeEntry(whole, 1), ...options.coverEntries(line, to - from)],
      name: () => `y${line}_${from}`,
    })
    return { line, from, to, presentColumn, coverColumn, coverRow, whole }
  })
}

const wholeEntry = (whole: WholeCopies | undefined, coefficient: number): ReadonlyArray<Entry> =>
  whole === undefined || coefficient === 0 ? [] : [[whole.row, coefficient]]

/** All copies enter at the first node; what is idle after the last one leaves. */
const idleFlow = (sparse: SparseModel, asset: number, copies: number, days: ReadonlyArray<number>): RowOfDay => {
  const rows = new Map(
    days.map((day, i) => {
      const supply = i === 0 ? -copies : 0
      return [day, sparse.row(supply, supply, () => `asset${asset}_${day}`)]
    }),
  )
  for (const [i, day] of days.entries()) {
    const next = days[i + 1]
    sparse.column({
      cost: 0,
      integer: false,
      entries: [...at(rows, day, -1), ...(next === undefined ? [] : at(rows, next, 1))],
      name: () => `idle${asset}_${day}`,
    })
  }
  return rows
}

interface PairContext {
  readonly view: View
  readonly sparse: SparseModel
  readonly options: ArcOptions
  readonly pair: number
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
  readonly asset: RowOfDay
  readonly line: RowOfDay
}

const pushArcs = (arcs: Arc[], context: PairContext): void => {
  const { view, sparse, options, pair, starts, ends, asset, line } = context
  const tour = view.tour[pair] ?? 1
  const units = view.units[pair] ?? 1
  const stays = new Map(ends.map((day) => [day, sparse.row(0, 0, () => `stay${pair}_${day}`)]))
  const changes = (day: number, copies: number): ReadonlyArray<Entry> => [
    ...at(asset, day, -copies),
    ...at(line, day, copies * units),
    ...options.running.flatMap(({ change }) => change(pair, day, copies)),
  ]
  for (const from of starts) {
    const to = ends[firstAtOrAfter(ends, from + tour)]
    if (to === undefined) break
    const entries = [
      ...changes(from, 1),
      ...at(stays, to, 1),
      ...options.presenceEntries(pair, to - from),
      ...options.startEntries(pair),
    ]
    const column = sparse.column({ cost: 0, integer: true, entries, name: () => `start${pair}_${from}` })
    arcs.push({ kind: 'start', pair, from, to, column })
  }
  for (const [i, day] of ends.entries()) {
    const end = sparse.column({
      cost: 0,
      integer: true,
      entries: [...changes(day, -1), ...at(stays, day, -1)],
      name: () => `end${pair}_${day}`,
    })
    arcs.push({ kind: 'end', pair, from: day, to: day, column: end })
    const next = ends[i + 1]
    if (next === undefined) continue
    const stay = sparse.column({
      cost: 0,
      integer: false,
      entries: [...at(stays, day, -1), ...at(stays, next, 1), ...options.presenceEntries(pair, next - day)],
      name: () => `stay${pair}_${day}`,
    })
    arcs.push({ kind: 'stay', pair, from: day, to: next, column: stay })
  }
}
