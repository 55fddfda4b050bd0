/**
 * From a relaxation to whole arcs: columns that are whole already stay at least there, columns at 0 that cost something to raise
 * stay at 0, and the small integer model that is left is solved (relax-and-fix). Where that loses too much, the whole model is.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { solveInteger, type Integral, type Presolve, type Relaxation, type SolverError } from './runtime.ts'
import type { Entry, SparseModel } from './sparse-model.ts'

const WHOLE = 1e-6
const COSTS_SOMETHING = 1e-7
/** The whole integer model is tried only up to here; beyond it the search has no hope within any node limit. */
const LARGEST_WHOLE_SEARCH = 12_000
/** A node costs time in proportion to the columns, and time must stay bounded without a clock: nodes × columns of one search. */
const WHOLE_SEARCH_WORK = 4_000_000

export interface IntegerRequest {
  readonly highs: Highs
  readonly sparse: SparseModel
  readonly relaxation: Relaxation
  readonly start: ReadonlyArray<Entry>
  readonly nodeLimit: number
  readonly presolve: Presolve
  /** No integer solution can be better than this. */
  readonly bound: number
}

export const wholeSolution = (request: IntegerRequest): E.Either<SolverError, Integral> => {
  const { sparse, relaxation, highs, nodeLimit, presolve, start, bound } = request
  if (isWhole(sparse, relaxation.values))
    return E.right({ objective: relaxation.objective, values: relaxation.values, bound: relaxation.objective })
  const fixed = solveInteger(highs, sparse, { bounds: fixedBounds(sparse, relaxation), nodeLimit, presolve })
  if (E.isRight(fixed) && fixed.right.objective > Math.floor(bound + WHOLE) - 1 + WHOLE) return fixed
  if (E.isLeft(fixed) && fixed.left._tag !== 'NoSolution') return fixed
  if (sparse.columns > LARGEST_WHOLE_SEARCH) return fixed
  const whole = solveInteger(highs, sparse, {
    nodeLimit: Math.min(nodeLimit, Math.ceil(WHOLE_SEARCH_WORK / sparse.columns)),
    presolve,
    start: E.isRight(fixed) ? wholeColumns(sparse, fixed.right.values) : start,
  })
  if (E.isLeft(whole)) return E.isRight(fixed) ? fixed : whole
  return E.isRight(fixed) && fixed.right.objective >= whole.right.objective ? fixed : whole
}

const isWhole = (sparse: SparseModel, values: Float64Array): boolean =>
  sparse.integer.every((integer, i) => !integer || Math.abs((values[i] ?? 0) - Math.round(values[i] ?? 0)) <= WHOLE)

const fixedBounds = (sparse: SparseModel, { values, reducedCosts }: Relaxation) => {
  const lower = [...sparse.lower]
  const upper = [...sparse.upper]
  for (const [i, integer] of sparse.integer.entries()) {
    if (!integer) continue
    const value = values[i] ?? 0
    lower[i] = Math.max(lower[i] ?? 0, Math.floor(value + WHOLE))
    if (value <= WHOLE && Math.abs(reducedCosts[i] ?? 0) > COSTS_SOMETHING) upper[i] = Math.max(0, lower[i] ?? 0)
  }
  return { lower, upper }
}

const wholeColumns = (sparse: SparseModel, values: Float64Array): ReadonlyArray<Entry> =>
  sparse.integer.flatMap((integer, i): ReadonlyArray<Entry> => (integer ? [[i, Math.round(values[i] ?? 0)]] : []))
