/**
 * From a relaxation to whole arcs, by ever wider searches until one comes to the bound: columns that are whole already stay at
 * least there and columns at 0 that cost something to raise stay at 0 (relax-and-fix); then only arcs that the relaxation or the
 * plan to start from uses, which can always be kept together; then, where it is small enough, the whole model.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { solveInteger, type Bounds, type Integral, type Presolve, type Relaxation, type SolverError } from './runtime.ts'
import type { Entry, SparseModel } from './sparse-model.ts'

const WHOLE = 1e-6
const COSTS_SOMETHING = 1e-7
/** The whole integer model is tried only up to so many columns; beyond it the search has no hope within any node limit. */
const LARGEST_WHOLE_SEARCH = 12_000
/** The root of a search costs as much as many nodes: on a short leash only small models are worth it. */
const COLUMNS_PER_NODE = 25
/** A node costs time in proportion to the columns, and time must stay bounded without a clock: nodes × columns of one search. */
const WHOLE_SEARCH_WORK = 4_000_000

export interface IntegerRequest {
  readonly highs: Highs
  readonly sparse: SparseModel
  readonly relaxation: Relaxation
  readonly start: ReadonlyArray<Entry>
  readonly nodeLimit: number
  readonly presolve: Presolve
  /** No integer solution can be better than this; in the units of the objective, whose integer solutions are worth whole numbers. */
  readonly bound: number
}

export const wholeSolution = (request: IntegerRequest): E.Either<SolverError, Integral> => {
  const { sparse, relaxation, nodeLimit, start, bound } = request
  if (isWhole(sparse, relaxation.values))
    return E.right({ objective: relaxation.objective, values: relaxation.values, bound: relaxation.objective })
  const isEnough = (found: Found): boolean => E.isRight(found) && found.right.objective > Math.floor(bound + WHOLE) - 1 + WHOLE
  const fixed = search(request, { bounds: fixedBounds(sparse, relaxation) })
  if (isEnough(fixed) || isBroken(fixed)) return fixed
  const near = betterOf(fixed, search(request, { bounds: nearBounds(sparse, relaxation, start), start }))
  if (isEnough(near) || isBroken(near)) return near
  if (sparse.columns > Math.min(LARGEST_WHOLE_SEARCH, COLUMNS_PER_NODE * nodeLimit)) return near
  const from = E.isRight(near) ? wholeColumns(sparse, near.right.values) : start
  const limit = Math.min(nodeLimit, Math.ceil(WHOLE_SEARCH_WORK / sparse.columns))
  return betterOf(near, search(request, { start: from, nodeLimit: limit }))
}

type Found = E.Either<SolverError, Integral>

const search = (
  { highs, sparse, nodeLimit, presolve }: IntegerRequest,
  options: { readonly bounds?: Bounds; readonly start?: ReadonlyArray<Entry>; readonly nodeLimit?: number },
): Found => solveInteger(highs, sparse, { nodeLimit, presolve, ...options })

const isBroken = (found: Found): boolean => E.isLeft(found) && found.left._tag !== 'NoSolution'

/** The better of two searches; after one that broke, the runtime must not be used again, so that is the answer. */
const betterOf = (before: Found, after: Found): Found => {
  if (E.isLeft(after)) return E.isLeft(before) || isBroken(after) ? after : before
  return E.isRight(before) && before.right.objective >= after.right.objective ? before : after
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

/** Only arcs that the relaxation or the plan to start from makes use of. */
const nearBounds = (sparse: SparseModel, { values }: Relaxation, start: ReadonlyArray<Entry>) => {
  const used = new Set(start.flatMap(([column, value]) => (value > 0 ? [column] : [])))
  const upper = sparse.upper.map((most, i) =>
    sparse.integer[i] === true && (values[i] ?? 0) <= WHOLE && !used.has(i) ? 0 : most,
  )
  return { lower: sparse.lower, upper }
}

const wholeColumns = (sparse: SparseModel, values: Float64Array): ReadonlyArray<Entry> =>
  sparse.integer.flatMap((integer, i): ReadonlyArray<Entry> => (integer ? [[i, Math.round(values[i] ?? 0)]] : []))
