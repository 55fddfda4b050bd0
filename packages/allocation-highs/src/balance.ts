/**
 * The first levels of balance: the worst relative burden as small as it can be with the coverage locked, that bearer frozen,
 * then the next. Exchanges take over after that. Two plans are compared exactly; the model's floating burdens only guide.
 */
import type { Tour } from '@muster/allocation/model'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { balanceNodes, burdenModel, keepsLocks, type BalanceTask, type BurdenModel } from './balance-model.ts'
import { approximate, carriedBy, compareFairness, yardstickOf, type Bearer, type Yardstick } from './burden.ts'
import { isLawful } from './lawful.ts'
import { solveInteger, solveRelaxation, type SolverError } from './runtime.ts'
import type { Entry } from './sparse-model.ts'
import { stiffBalance } from './stiff-balance.ts'
import type { TimeNodes } from './time-nodes.ts'
import { readTours, startValues } from './tours.ts'

/** The objective counts relative burden in units of 1/RESOLUTION, so that "less than one apart" is near enough. */
const RESOLUTION = 100_000
/** Below the resolution in sum: of two plans with the same worst burden the one with less burden at all. */
const TIE_BREAK = 0.4

/** A model per level is for components of at most so many pairs: beyond, its search takes minutes and all bearers are weighed at once. */
const LARGEST_FOR_LEVELS = 60

/** The fairer plan, or the plan to start from when none is. */
export const balanceLevels = (highs: Highs, task: BalanceTask): E.Either<SolverError, ReadonlyArray<Tour>> =>
  task.view.line.length > LARGEST_FOR_LEVELS ? stiffBalance(highs, task) : levelByLevel(highs, task)

const levelByLevel = (highs: Highs, task: BalanceTask): E.Either<SolverError, ReadonlyArray<Tour>> => {
  const { view, elsewhere, levels, nodeLimit } = task
  const nodes = balanceNodes(task)
  const yardstick = yardstickOf(view, carriedBy(view, elsewhere, task.start))
  const frozen = new Map<string, number>()
  let best = task.start
  for (let level = 0; level < Math.min(levels, yardstick.bearers.length); level += 1) {
    const model = levelModel(task, nodes, yardstick, frozen)
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
    const model = levelModel(task, nodes, yardstick, frozen)
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

interface LevelModel extends Pick<BurdenModel, 'sparse' | 'arcs' | 'rows'> {
  /** Column of the worst relative burden. */
  readonly worst: number
}

/** `rows`: per bearer that is not frozen, its row. */
const levelModel = (
  task: BalanceTask,
  nodes: TimeNodes,
  yardstick: Yardstick,
  frozen: ReadonlyMap<string, number>,
): LevelModel => {
  const open = openBearers(yardstick, frozen)
  const free = new Set(yardstick.bearers.filter((bearer) => !frozen.has(bearer.key) && !open.includes(bearer)))
  const { sparse, arcs, rows, total } = burdenModel(task, nodes, yardstick, (bearer) => {
    const already = approximate(yardstick, bearer.key, task.elsewhere.burdens.get(bearer.key) ?? 0n)
    return free.has(bearer) ? Number.POSITIVE_INFINITY : (frozen.get(bearer.key) ?? 0) - already
  })
  const rowOf = (key: string): number => rows.get(key) ?? 0
  sparse.cost[total] = -TIE_BREAK
  const worst = sparse.column({
    cost: -RESOLUTION,
    integer: false,
    entries: open.map(({ key }): Entry => [rowOf(key), -1]),
    name: () => 'worst',
  })
  return { sparse, arcs, worst, rows: new Map(open.map(({ key }) => [key, rowOf(key)])) }
}
