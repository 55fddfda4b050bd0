/**
 * The first levels of balance: the worst relative burden as small as it can be with the coverage locked, that bearer frozen,
 * then the next. Exchanges take over after that. Two plans are compared exactly; the model's floating burdens only guide.
 */
import type { Tour } from '@muster/allocation/model'
import type { View } from '@muster/allocation/search/view'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { buildArcModel, noOptions, type ArcModel } from './arc-model.ts'
import {
  approximate,
  carriedBy,
  compareFairness,
  dimensionOf,
  yardstickOf,
  type Bearer,
  type Elsewhere,
  type Yardstick,
} from './burden.ts'
import { isLawful, coverOf } from './lawful.ts'
import { allDays } from './pair-days.ts'
import { solveInteger, solveRelaxation, type SolverError } from './runtime.ts'
import { addSideRules, ruleEdges } from './side-rules.ts'
import { SparseModel, type Entry } from './sparse-model.ts'
import { firstNodes, type TimeNodes } from './time-nodes.ts'
import { readTours, startValues } from './tours.ts'
import { burdenKey } from '@muster/allocation/solver-port'

/** Cover of a local line that must not shrink. */
export interface Lock {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly quantity: number
}

export interface BalanceTask {
  readonly view: View
  readonly start: ReadonlyArray<Tour>
  readonly locked: ReadonlyArray<Lock>
  readonly elsewhere: Elsewhere
  readonly levels: number
  readonly nodeLimit: number
}

/** The objective counts relative burden in units of 1/RESOLUTION, so that "less than one apart" is near enough. */
const RESOLUTION = 100_000
/** Below the resolution in sum: of two plans with the same worst burden the one with less burden at all. */
const TIE_BREAK = 0.4

/** The fairer plan, or the plan to start from when none is. */
export const balanceLevels = (highs: Highs, task: BalanceTask): E.Either<SolverError, ReadonlyArray<Tour>> => {
  const { view, elsewhere, levels, nodeLimit } = task
  const nodes = balanceNodes(task)
  const yardstick = yardstickOf(view, carriedBy(view, elsewhere, task.start))
  const frozen = new Map<string, number>()
  let best = task.start
  for (let level = 0; level < Math.min(levels, yardstick.bearers.length); level += 1) {
    const model = balanceModel(task, nodes, yardstick, frozen)
    const start = startValues(view, model.arcs, best)
    const solved = solveInteger(highs, model.sparse, { nodeLimit, start, absoluteGap: 1 })
    if (E.isLeft(solved)) return solved.left._tag === 'NoSolution' ? E.right(best) : solved
    const tours = readTours(view, model.arcs, solved.right.values)
    const carried = carriedBy(view, elsewhere, best)
    if (tours !== undefined && isLawful(view, tours) && keepsLocks(task, tours)) {
      if (compareFairness(yardstick, carriedBy(view, elsewhere, tours), carried) < 0) best = tours
    }
    const worst = worstOf(yardstick, carriedBy(view, elsewhere, best), frozen)
    if (worst === undefined) break
    frozen.set(worst.key, worst.relative)
  }
  return E.right(best)
}

/**
 * The levels of the relaxation: each the least worst relative burden with those before frozen where their duals say that they
 * bind. Lower bounds on what tours on these nodes can reach; the first is one for the integer plan, the others for its leximax
 * only as far as the frozen bearers are the same.
 */
export const relaxedLevels = (highs: Highs, task: BalanceTask): E.Either<SolverError, ReadonlyArray<number>> => {
  const { view, elsewhere } = task
  const nodes = balanceNodes(task)
  const yardstick = yardstickOf(view, carriedBy(view, elsewhere, task.start))
  const frozen = new Map<string, number>()
  const found: number[] = []
  while (found.length < Math.min(task.levels, yardstick.bearers.length)) {
    const model = balanceModel(task, nodes, yardstick, frozen)
    const solved = solveRelaxation(highs, model.sparse)
    if (E.isLeft(solved)) return solved
    const level = solved.right.values[model.worst] ?? 0
    const binding = [...model.rows].toSorted(
      ([, a], [, b]) => Math.abs(solved.right.rowDuals[b] ?? 0) - Math.abs(solved.right.rowDuals[a] ?? 0),
    )[0]
    if (binding === undefined) break
    found.push(level)
    frozen.set(binding[0], level)
  }
  return E.right(found)
}

const balanceNodes = ({ view, start, locked }: BalanceTask): TimeNodes => {
  const edges = new Map(ruleEdges(view))
  for (const { line, from, to } of locked) edges.set(line, [...(edges.get(line) ?? []), from, to])
  return firstNodes(view, start, edges)
}

const keepsLocks = ({ view, locked }: BalanceTask, tours: ReadonlyArray<Tour>): boolean => {
  const covers = coverOf(view, tours)
  return locked.every(({ line, from, to, quantity }) => {
    const enough = (covers.get(line) ?? []).filter((span) => span.value >= quantity)
    const days = enough.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0)
    return quantity === 0 || days === to - from
  })
}

/** Whose worst is made small next: those without capacity first, then all the others. */
const openBearers = ({ bearers }: Yardstick, frozen: ReadonlyMap<string, number>): ReadonlyArray<Bearer> => {
  const open = bearers.filter(({ key }) => !frozen.has(key))
  const unable = open.filter(({ isAble }) => !isAble)
  return unable.length > 0 ? unable : open
}

const worstOf = (
  yardstick: Yardstick,
  carried: ReadonlyMap<string, bigint>,
  frozen: ReadonlyMap<string, number>,
): { readonly key: string; readonly relative: number } | undefined =>
  openBearers(yardstick, frozen)
    .map(({ key }) => ({ key, relative: approximate(yardstick, key, carried.get(key) ?? 0n) }))
    .toSorted((a, b) => b.relative - a.relative)[0]

// ── The model of one level ─────────────────────────────────────────────────────────────────────────────────────────────────

interface BalanceModel {
  readonly sparse: SparseModel
  readonly arcs: ArcModel
  /** Column of the worst relative burden. */
  readonly worst: number
  /** Per bearer that is not frozen: its row. */
  readonly rows: ReadonlyMap<string, number>
}

const balanceModel = (
  { view, locked, elsewhere }: BalanceTask,
  nodes: TimeNodes,
  yardstick: Yardstick,
  frozen: ReadonlyMap<string, number>,
): BalanceModel => {
  const sparse = new SparseModel()
  const open = openBearers(yardstick, frozen)
  const free = new Set(yardstick.bearers.filter((bearer) => !frozen.has(bearer.key) && !open.includes(bearer)))
  const rows = new Map(
    yardstick.bearers.map((bearer) => {
      const already = approximate(yardstick, bearer.key, elsewhere.burdens.get(bearer.key) ?? 0n)
      const limit = free.has(bearer) ? Number.POSITIVE_INFINITY : (frozen.get(bearer.key) ?? 0) - already
      return [bearer.key, sparse.row(Number.NEGATIVE_INFINITY, limit, () => `burden${bearer.contributor}_${bearer.dimension}`)]
    }),
  )
  const rowOf = (key: string): number => rows.get(key) ?? 0
  const worst = sparse.column({
    cost: -RESOLUTION,
    integer: false,
    entries: open.map(({ key }): Entry => [rowOf(key), -1]),
    name: () => 'worst',
  })
  const total = sparse.row(0, 0, () => 'all_burdens')
  sparse.column({ cost: -TIE_BREAK, integer: false, entries: [[total, -1]], name: () => 'all' })
  const pairDays = allDays(view, nodes)
  const rules = addSideRules(view, pairDays, sparse, () => true)
  const perDay = relativePerDay(view, elsewhere, yardstick)
  const count = Math.max(1, yardstick.bearers.length)
  const arcs = buildArcModel(view, nodes, pairDays, sparse, {
    ...noOptions,
    running: rules.running,
    startEntries: rules.startEntries,
    presenceEntries: (pair, days) =>
      (perDay[pair] ?? []).flatMap(({ bearer, relative }): ReadonlyArray<Entry> => [
        [rowOf(bearer.key), relative * days],
        [total, (relative * days) / count],
      ]),
  })
  lockCover(view, arcs, locked)
  return { sparse, arcs, worst, rows: new Map(open.map(({ key }) => [key, rowOf(key)])) }
}

/** Per pair: what a copy adds to the relative burden of each of its bearers on one day. */
const relativePerDay = (
  view: View,
  elsewhere: Elsewhere,
  yardstick: Yardstick,
): ReadonlyArray<ReadonlyArray<{ readonly bearer: Bearer; readonly relative: number }>> => {
  const bearers = new Map(yardstick.bearers.map((bearer) => [bearer.key, bearer]))
  return Array.from(view.asset, (a) => {
    const asset = view.assets[a]
    return (asset?.parties ?? []).flatMap(({ contributor, part }) => {
      const bearer = bearers.get(burdenKey(contributor, dimensionOf(view, a)))
      if (bearer === undefined || asset === undefined) return []
      const daily = (BigInt(asset.burden) * BigInt(part) * elsewhere.scale) / BigInt(asset.parts)
      return [{ bearer, relative: approximate(yardstick, bearer.key, daily * 1_000_000n) / 1e6 }]
    })
  })
}

/** Presence may not fall below the locked cover of any day of a segment. */
const lockCover = (view: View, { sparse, segments }: ArcModel, locked: ReadonlyArray<Lock>): void => {
  const locks = Map.groupBy(locked, (lock) => lock.line)
  for (const l of view.lines.keys())
    for (const { from, to, presentColumn } of segments[l] ?? [])
      for (const lock of locks.get(l) ?? [])
        if (lock.from < to && lock.to > from)
          sparse.lower[presentColumn] = Math.max(sparse.lower[presentColumn] ?? 0, lock.quantity)
}
