/** Bare HiGHS on the monolithic model, as anyone would begin: its own defaults, one thread, a limit of time only here. */
import { loadRuntime, modelData } from '@muster/allocation-highs/runtime'
import { monolithicModel } from './monolithic.ts'
import { syntheticProblem, type Synthetic } from './synthetic.ts'

const LONGEST_SECONDS = 900

export const measureReference = async (instance: Synthetic) => {
  const sparse = monolithicModel(syntheticProblem({ ...instance, grid: 'month' }))
  const highs = await loadRuntime()
  const { colNames: _columns, rowNames: _rows, ...data } = modelData(highs, sparse)
  const began = performance.now()
  const model = highs.createModel(data)
  try {
    model.options.set({ output_flag: false, time_limit: LONGEST_SECONDS })
    model.run()
    const value = model.getObjectiveValue()
    const bound = Number(model.info.get('mip_dual_bound'))
    return {
      milliseconds: performance.now() - began,
      value,
      bound,
      gapPercent: (100 * (bound - value)) / bound,
      columns: sparse.columns,
      rows: sparse.rows,
      nonZeros: sparse.nonZeros,
    }
  } finally {
    model.dispose()
  }
}
