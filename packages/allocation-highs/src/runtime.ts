/**
 * HiGHS as this package uses it: arrays in, values out, every model disposed of by hand. Its word is never taken: callers round
 * what it says and examine the result with integers. Limits are on iterations and nodes, never on time.
 */
import * as E from 'fp-ts/lib/Either.js'
import packaged, { type Highs, type ModelData } from 'highs'
import type { Entry, SparseModel } from './sparse-model.ts'

export type SolverError =
  /** The model or the search outgrew the 2 GiB that WebAssembly gives HiGHS; the runtime must not be used again. */
  | { readonly _tag: 'OutOfMemory'; readonly nonZeros: number }
  /** HiGHS refused the model, or broke off; the runtime must not be used again. */
  | { readonly _tag: 'SolverBroke'; readonly message: string }
  /** No solution within the limits, or none at all. */
  | { readonly _tag: 'NoSolution'; readonly status: number }

export interface Relaxation {
  readonly objective: number
  readonly values: Float64Array
  /** ∂objective / ∂(right-hand side), one per row. */
  readonly rowDuals: Float64Array
  readonly reducedCosts: Float64Array
}

export interface Integral {
  readonly objective: number
  readonly values: Float64Array
  /** Claimed upper bound of the integer model; infinite when HiGHS names none. */
  readonly bound: number
}

export interface Bounds {
  readonly lower: ReadonlyArray<number>
  readonly upper: ReadonlyArray<number>
}

export type Presolve = 'on' | 'off'

/** Simplex is quicker on small models and gives vertex duals; from here on the interior point method wins by far. */
const LARGEST_FOR_SIMPLEX = 4_000
/** Beyond this, loading and solving no longer fit into the 2 GiB of the heap (3.7 million were seen to fill it). */
export const LARGEST_NON_ZEROS = 4_000_000

/** The package's types describe its CommonJS entry, whose loader is under `default`; its module entry is the loader itself. */
const isLoader = (entry: unknown): entry is typeof packaged.default => typeof entry === 'function'

export const loadRuntime = (): Promise<Highs> => (isLoader(packaged) ? packaged : packaged.default)()

/** Optimum of the model without integrality. */
export const solveRelaxation = (
  highs: Highs,
  model: SparseModel,
  presolve: Presolve = 'on',
): E.Either<SolverError, Relaxation> => {
  const attempt = (solver: 'simplex' | 'ipm') =>
    guarded(model, () =>
      highs.withModel(dataOf(highs, model, undefined, model), (instance): E.Either<SolverError, Relaxation> => {
        instance.options.set({
          output_flag: false,
          solver,
          presolve,
          simplex_iteration_limit: 20_000 + 30 * model.rows,
          ipm_iteration_limit: 500,
        })
        instance.run()
        const status = instance.getModelStatus()
        if (status !== highs.constants.modelStatus.optimal) return E.left({ _tag: 'NoSolution', status })
        const { colValue, colDual, rowDual } = instance.getSolution()
        return E.right({ objective: instance.getObjectiveValue(), values: colValue, rowDuals: rowDual, reducedCosts: colDual })
      }),
    )
  if (model.columns > LARGEST_FOR_SIMPLEX) return attempt('ipm')
  const first = attempt('simplex')
  return E.isLeft(first) && first.left._tag === 'NoSolution' ? attempt('ipm') : first
}

export interface IntegerOptions {
  readonly bounds?: Bounds
  readonly nodeLimit: number
  /** Values of some columns to start from. */
  readonly start?: ReadonlyArray<Entry>
  readonly presolve?: Presolve
  /** Less than this apart is good enough; when left out, objectives are whole numbers and a gap below 1 is no gap. */
  readonly absoluteGap?: number
}

/** Best integer solution within the node limit. */
export const solveInteger = (highs: Highs, model: SparseModel, options: IntegerOptions): E.Either<SolverError, Integral> =>
  guarded(model, () =>
    highs.withModel(dataOf(highs, model, model.integer, options.bounds ?? model), (instance): E.Either<SolverError, Integral> => {
      instance.options.set({
        output_flag: false,
        presolve: options.presolve ?? 'on',
        mip_max_nodes: options.nodeLimit,
        mip_rel_gap: 0,
        mip_abs_gap: options.absoluteGap ?? 0.99,
      })
      if (options.start !== undefined && options.start.length > 0)
        instance.setSolution({
          indices: Int32Array.from(options.start, ([column]) => column),
          values: Float64Array.from(options.start, ([, value]) => value),
        })
      instance.run()
      const status = instance.getModelStatus()
      const FEASIBLE = 2
      if (instance.info.get('primal_solution_status') !== FEASIBLE) return E.left({ _tag: 'NoSolution', status })
      return E.right({
        objective: instance.getObjectiveValue(),
        values: instance.getSolution().colValue,
        bound: Number(instance.info.get('mip_dual_bound')),
      })
    }),
  )

const dataOf = (highs: Highs, model: SparseModel, integer: ReadonlyArray<boolean> | undefined, bounds: Bounds): ModelData => ({
  numCols: model.columns,
  numRows: model.rows,
  sense: highs.constants.objectiveSense.maximize,
  colCost: model.cost,
  colLower: bounds.lower,
  colUpper: bounds.upper,
  rowLower: model.rowLower,
  rowUpper: model.rowUpper,
  matrix: {
    format: 'csc',
    numCols: model.columns,
    numRows: model.rows,
    ...model.matrix(),
  },
  ...(integer === undefined ? {} : { integrality: Int32Array.from(integer, Number) }),
})

export const modelData = (highs: Highs, model: SparseModel): ModelData => ({
  ...dataOf(highs, model, model.integer, model),
  colNames: model.columnNames(),
  rowNames: model.rowNames(),
})

/** The boundary to code that throws: WebAssembly aborts and HiGHS errors become values. */
export const guarded = <A>(model: SparseModel, run: () => E.Either<SolverError, A>): E.Either<SolverError, A> => {
  if (model.nonZeros > LARGEST_NON_ZEROS) return E.left({ _tag: 'OutOfMemory', nonZeros: model.nonZeros })
  try {
    return run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const exhausted = /memory|allocat|Aborted|bad_alloc/i.test(message)
    return E.left(exhausted ? { _tag: 'OutOfMemory', nonZeros: model.nonZeros } : { _tag: 'SolverBroke', message })
  }
}
