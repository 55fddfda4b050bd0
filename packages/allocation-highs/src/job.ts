/** What a worker is asked and what it answers: plain data that can be cloned from thread to thread, in the numbering of the slice. */
import type { Tour } from '@muster/allocation/model'
import { viewOf } from '@muster/allocation/search/view'
import type { Prices } from '@muster/allocation/solver-port'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { balanceLevels } from './balance.ts'
import type { Lock } from './balance-model.ts'
import type { Elsewhere } from './burden.ts'
import { solveCoverage } from './coverage.ts'
import type { SolverError } from './runtime.ts'
import type { Slice } from '@muster/allocation/parallel/slice'

export type Job =
  | {
      readonly kind: 'coverage'
      readonly slice: Slice
      readonly start: ReadonlyArray<Tour>
      readonly bound: ReadonlyArray<number>
      readonly rounds: number
      readonly nodeLimit: number
    }
  | {
      readonly kind: 'balance'
      readonly slice: Slice
      readonly start: ReadonlyArray<Tour>
      readonly locked: ReadonlyArray<Lock>
      readonly elsewhere: Elsewhere
      readonly levels: number
      readonly nodeLimit: number
    }

export interface JobDone {
  readonly tours: ReadonlyArray<Tour>
  /** Empty for balance. */
  readonly prices: ReadonlyArray<Prices>
}

export type JobResult = E.Either<SolverError, JobDone>

export const perform = (highs: Highs, job: Job): JobResult => {
  const view = viewOf(job.slice.model, job.slice.component)
  switch (job.kind) {
    case 'coverage':
      return solveCoverage(highs, { ...job, view })
    case 'balance':
      return E.map((tours: ReadonlyArray<Tour>): JobDone => ({ tours, prices: [] }))(balanceLevels(highs, { ...job, view }))
  }
}
