/**
 * All bearers at once: every relative burden has a convex price whose slope grows steeply from level to level, so that what the
 * worst gains always outweighs what those below lose. One relaxation and one small integer model, where a model per level takes many.
 */
import type { Tour } from '@muster/allocation/model'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { balanceNodes, burdenModel, keepsLocks, type BalanceTask, type BurdenModel } from './balance-model.ts'
import { approximate, carriedBy, compareFairness, yardstickOf, type Yardstick } from './burden.ts'
import { wholeSolution } from './integer-step.ts'
import { isLawful } from './lawful.ts'
import { solveRelaxation, type SolverError } from './runtime.ts'
import { readTours, startValues } from './tours.ts'

/** Levels from the worst down, each so many times lower than the one above, and its price per unit so many times smaller. */
const STEPS = 16
const STEP = 1.2
const STEEPER = 2.2

/** The fairer plan, or the plan to start from when none is. */
export const stiffBalance = (highs: Highs, task: BalanceTask): E.Either<SolverError, ReadonlyArray<Tour>> => {
  const { view, elsewhere, start, nodeLimit } = task
  const carried = carriedBy(view, elsewhere, start)
  const yardstick = yardstickOf(view, carried)
  const { sparse, arcs } = stiffModel(task, yardstick, carried)
  const relaxed = solveRelaxation(highs, sparse)
  if (E.isLeft(relaxed)) return relaxed.left._tag === 'NoSolution' ? E.right(start) : relaxed
  const solved = wholeSolution({
    highs,
    sparse,
    relaxation: relaxed.right,
    start: startValues(view, arcs, start),
    nodeLimit,
    presolve: 'on',
    bound: relaxed.right.objective,
  })
  if (E.isLeft(solved)) return solved.left._tag === 'NoSolution' ? E.right(start) : solved
  const tours = readTours(view, arcs, solved.right.values)
  if (tours === undefined || !isLawful(view, tours) || !keepsLocks(task, tours)) return E.right(start)
  return E.right(compareFairness(yardstick, carriedBy(view, elsewhere, tours), carried) < 0 ? tours : start)
}

const stiffModel = (task: BalanceTask, yardstick: Yardstick, carried: ReadonlyMap<string, bigint>): BurdenModel => {
  const already = (key: string): number => approximate(yardstick, key, task.elsewhere.burdens.get(key) ?? 0n)
  const levelOf = (key: string): number => approximate(yardstick, key, carried.get(key) ?? 0n)
  const worst = Math.max(...yardstick.bearers.map(({ key }) => levelOf(key)), 1e-9)
  const model = burdenModel(task, balanceNodes(task), yardstick, ({ key }) => -already(key))
  for (const { key } of yardstick.bearers) {
    const row = model.rows.get(key) ?? 0
    let from = 0
    for (let k = STEPS; k >= 0; k -= 1) {
      const to = k === 0 ? Number.POSITIVE_INFINITY : worst / STEP ** k
      model.sparse.column({
        cost: -(STEEPER ** (STEPS - k) * 1_000) / worst,
        upper: to - from,
        integer: false,
        entries: [[row, -1]],
        name: () => `level${k}_${key}`,
      })
      from = to
    }
  }
  return model
}
