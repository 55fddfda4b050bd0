/**
 * The reference: what anyone would do first. One integer model for the whole problem, tier after tier, given to HiGHS as it is:
 * no components, no relax-and-fix, no prices. Either the textbook form (presence and start of every pair on every stretch, rows
 * for the least length of a tour) or the jump arcs of this package. Both use the days of `time-nodes.ts`.
 */
import type { Component, Model, Tour } from '@muster/allocation/model'
import { viewOf, type View } from '@muster/allocation/search/view'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { coverageModel } from './coverage.ts'
import { valuesOf } from './lawful.ts'
import { solveInteger, type SolverError } from './runtime.ts'
import { ruleEdges } from './side-rules.ts'
import { SparseModel, type Entry } from './sparse-model.ts'
import { firstAtOrAfter, firstNodes, type TimeNodes } from './time-nodes.ts'
import { readTours } from './tours.ts'

export type Form = 'textbook' | 'jump arcs'

export interface Reference {
  /** Per tier of the model. */
  readonly values: ReadonlyArray<number>
  readonly bounds: ReadonlyArray<number>
  readonly columns: number
  readonly rows: number
  readonly nonZeros: number
}

/** The whole model as if it were one component. */
export const wholeComponent = (model: Model): Component => ({
  index: 0,
  lines: Int32Array.from(model.lines.keys()),
  assets: Int32Array.from(new Set(Array.from(model.pairs.offer, (o) => model.offers[o]?.asset ?? 0))).toSorted(),
  pairs: Int32Array.from({ length: model.pairs.count }, (_, p) => p),
  ceilings: [...model.ceilings.keys()],
})

/** Bare HiGHS, tier by tier. The textbook form leaves out ceilings, parts, missions and needs: it is a reference for time. */
export const solveMonolith = (highs: Highs, model: Model, form: Form, nodeLimit: number): E.Either<SolverError, Reference> => {
  const view = viewOf(model, wholeComponent(model))
  const nodes = firstNodes(view, [], ruleEdges(view))
  const values: number[] = []
  const bounds: number[] = []
  let size = { columns: 0, rows: 0, nonZeros: 0 }
  for (const tier of model.tiers.keys()) {
    const monolith = form === 'textbook' ? textbook(view, nodes, tier, values) : jumpArcs(view, nodes, tier, values)
    const solved = solveInteger(highs, monolith.sparse, { nodeLimit })
    if (E.isLeft(solved)) return solved
    const tours = monolith.read(solved.right.values)
    values.push(tours === undefined ? Math.round(solved.right.objective) : (valuesOf(view, tours)[tier] ?? 0))
    bounds.push(Math.floor(solved.right.bound + 0.01))
    const { columns, rows, nonZeros } = monolith.sparse
    size = { columns, rows, nonZeros }
  }
  return E.right({ values, bounds, ...size })
}

interface Monolith {
  readonly sparse: SparseModel
  readonly read: (values: Float64Array) => ReadonlyArray<Tour> | undefined
}

const jumpArcs = (view: View, nodes: TimeNodes, tier: number, floors: ReadonlyArray<number>): Monolith => {
  const arcs = coverageModel(view, tier, floors, nodes)
  return { sparse: arcs.sparse, read: (values) => readTours(view, arcs, values) }
}

/** The textbook model of one tier, for export. */
export const textbookModel = (view: View, tier: number, floors: ReadonlyArray<number>): SparseModel =>
  textbook(view, firstNodes(view, [], ruleEdges(view)), tier, floors).sparse

/**
 *     x_{p,i} − x_{p,i-1} ≤ s_{p,i}                          who appears has started
 *     Σ_{j ≤ i, day_j + L > day_i} s_{p,j} ≤ x_{p,i}          who has started stays for L days
 *     Σ_p x_{p,i} ≤ copies                                   per asset and stretch
 *     y_{r,i} ≤ Σ units · x_{p,·}                            per line and stretch
 */
const textbook = (view: View, nodes: TimeNodes, tier: number, floors: ReadonlyArray<number>): Monolith => {
  const sparse = new SparseModel()
  const floorRows = floors.map((floor, j) => sparse.row(floor, Number.POSITIVE_INFINITY, () => `floor${j}`))
  const assetRows = view.assets.map((asset, a) =>
    (nodes.ofAsset[a] ?? []).map((day) => sparse.row(Number.NEGATIVE_INFINITY, asset.copies, () => `asset${a}_${day}`)),
  )
  const lineDays = view.lines.map((_, l) => [view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0])
  for (const [p, l] of view.line.entries()) lineDays[l]?.push(...stretchesOf(view, nodes, p))
  const sorted = lineDays.map((days) => [...new Set(days)].toSorted((a, b) => a - b))
  const coverRows = sorted.map((days, l) => coverRowsOf(sparse, view, l, days, tier, floorRows))
  for (const [p, a] of view.asset.entries())
    addPair(sparse, view, p, stretchesOf(view, nodes, p), {
      assetDays: nodes.ofAsset[a] ?? [],
      assetRows: assetRows[a] ?? [],
      lineDays: sorted[view.line[p] ?? 0] ?? [],
      coverRows: coverRows[view.line[p] ?? 0] ?? [],
    })
  return { sparse, read: () => undefined }
}

const stretchesOf = (view: View, nodes: TimeNodes, p: number): ReadonlyArray<number> => {
  const days = nodes.ofAsset[view.asset[p] ?? 0] ?? []
  return days.slice(firstAtOrAfter(days, view.from[p] ?? 0), firstAtOrAfter(days, (view.to[p] ?? 0) + 1))
}

const coverRowsOf = (
  sparse: SparseModel,
  view: View,
  l: number,
  days: ReadonlyArray<number>,
  tier: number,
  floorRows: ReadonlyArray<number>,
): ReadonlyArray<number> =>
  days.slice(0, -1).map((from, i) => {
    const { tier: own, weight, quantity } = view.lines[l] ?? { tier: -1, weight: 0, quantity: 0 }
    const length = (days[i + 1] ?? from) - from
    const row = sparse.row(Number.NEGATIVE_INFINITY, 0, () => `cover${l}_${from}`)
    const floor = floorRows[own]
    const entries: Entry[] =
      floor === undefined
        ? [[row, 1]]
        : [
            [row, 1],
            [floor, weight * length],
          ]
    sparse.column({
      cost: own === tier ? weight * length : 0,
      upper: quantity,
      integer: false,
      entries,
      name: () => `y${l}_${from}`,
    })
    return row
  })

interface PairRows {
  readonly assetDays: ReadonlyArray<number>
  readonly assetRows: ReadonlyArray<number>
  readonly lineDays: ReadonlyArray<number>
  readonly coverRows: ReadonlyArray<number>
}

const pick = (list: ReadonlyArray<number>, i: number, coefficient: number): ReadonlyArray<Entry> => {
  const row = list[i]
  return row === undefined ? [] : [[row, coefficient]]
}

const addPair = (sparse: SparseModel, view: View, p: number, days: ReadonlyArray<number>, rows: PairRows): void => {
  const [tour, units, to] = [view.tour[p] ?? 1, view.units[p] ?? 1, view.to[p] ?? 0]
  const appear = days.slice(0, -1).map((day) => sparse.row(Number.NEGATIVE_INFINITY, 0, () => `appear${p}_${day}`))
  const remain = days.slice(0, -1).map((day) => sparse.row(Number.NEGATIVE_INFINITY, 0, () => `remain${p}_${day}`))
  for (const [i, from] of days.slice(0, -1).entries()) {
    const next = days[i + 1] ?? to
    const covered: Entry[] = []
    for (let k = firstAtOrAfter(rows.lineDays, from); k < firstAtOrAfter(rows.lineDays, next); k += 1)
      covered.push(...pick(rows.coverRows, k, -units))
    sparse.column({
      cost: 0,
      integer: true,
      entries: [
        ...pick(appear, i, 1),
        ...pick(appear, i + 1, -1),
        ...pick(remain, i, -1),
        ...pick(rows.assetRows, firstAtOrAfter(rows.assetDays, from), 1),
        ...covered,
      ],
      name: () => `x${p}_${from}`,
    })
    if (from + tour > to) continue
    const held = remain.flatMap((row, j): ReadonlyArray<Entry> => {
      const day = days[j] ?? 0
      return day >= from && day < from + tour ? [[row, 1]] : []
    })
    sparse.column({ cost: 0, integer: true, entries: [...pick(appear, i, -1), ...held], name: () => `s${p}_${from}` })
  }
}
