/**
 * Any instance as text, so that another solver can be put beside this one. The formats are HiGHS' own writers: CPLEX LP and free
 * MPS. Names speak of line, pair and asset numbers of the compiled model and of day numbers.
 */
import type { Component, Model } from '@muster/allocation/model'
import { viewOf } from '@muster/allocation/search/view'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { coverageModel } from './coverage.ts'
import { guarded, modelData, type SolverError } from './runtime.ts'
import { sliceOf } from '@muster/allocation/parallel/slice'
import type { SparseModel } from './sparse-model.ts'

/** Coverage of one component: tier `tier` (an index into `Model.tiers`) with the floors of the tiers before. */
export const componentModel = (model: Model, component: Component, tier: number, floors: ReadonlyArray<number>): SparseModel => {
  const slice = sliceOf(model, component)
  return coverageModel(viewOf(slice.model, slice.component), tier, floors).sparse
}

export const exportLp = (highs: Highs, sparse: SparseModel): E.Either<SolverError, string> =>
  guarded(sparse, () => highs.withModel(modelData(highs, sparse), (instance) => E.right(instance.exportModel('lp'))))

export const exportMps = (highs: Highs, sparse: SparseModel): E.Either<SolverError, string> =>
  guarded(sparse, () =>
    highs.withModel(modelData(highs, sparse), (instance) => E.right(new TextDecoder().decode(instance.exportModel('mps')))),
  )
