/** The optimiser's front door: a problem document in, a plan with its reasons out. */
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Problem } from '@muster/contracts/allocation/problem'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { assemble, type Settled } from './assemble.ts'
import { digestOfProblem } from './canonical-problem.ts'
import { compile } from './compile.ts'
import { coverComponent } from './coverage.ts'
import type { AllocationError } from './errors.ts'
import type { Model } from './model.ts'
import { polished } from './polish.ts'
import { readProblem } from './problem.ts'
import type { ExactBackend } from './solver-port.ts'
import { settle } from './stability.ts'

/** Named in plans that no backend took part in. */
export const OWN_ENGINE = 'muster'

export interface Progress {
  readonly stage: 'coverage' | 'balance' | 'reasons'
  readonly done: number
  readonly total: number
}

export interface AllocateOptions {
  /** fast: the own engine alone. exact: the backend on every component it can hold. default: the backend where it is quick. */
  readonly mode?: 'default' | 'fast' | 'exact'
  readonly backend?: ExactBackend
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

/** Plans a `muster.problem/1` document. The same document gives the same bytes, in whatever order its arrays are. */
export const allocate =
  (document: unknown, options: AllocateOptions = {}): TaskEither<AllocationError, Plan> =>
  async () => {
    const read = readProblem(document)
    if (E.isLeft(read)) return read
    const problem = read.right
    const model = compile(problem)
    const settled = await covered(model, options)
    if (settled === undefined) return E.left({ _tag: 'Cancelled' })
    return E.right(finished(problem, model, settled, digestOfProblem(document), backendName(options)))
  }

const backendName = ({ mode, backend }: AllocateOptions): string =>
  mode === 'fast' || backend === undefined ? OWN_ENGINE : `${OWN_ENGINE} + ${backend.name}`

/** The engine alone, in one go and without a promise. */
export const allocateNow = (document: unknown): E.Either<AllocationError, Plan> => {
  const read = readProblem(document)
  if (E.isLeft(read)) return read
  const model = compile(read.right)
  const settled = model.components.map((component): Settled => ({ component, ...coverComponent(model, component) }))
  return E.right(finished(read.right, model, settled, digestOfProblem(document), OWN_ENGINE))
}

const finished = (problem: Problem, model: Model, settled: ReadonlyArray<Settled>, digest: string, backend: string): Plan =>
  assemble(problem, model, settle(model, settled, problem.published.length), { problem: digest, backend })

/** Coverage of every component in turn; undefined when the signal was raised meanwhile. */
const covered = async (
  model: Model,
  { mode = 'default', backend, onProgress, signal }: AllocateOptions,
): Promise<ReadonlyArray<Settled> | undefined> => {
  const settled: Settled[] = []
  for (const component of model.components) {
    if (signal?.aborted === true) return undefined
    const own = coverComponent(model, component)
    const better = mode === 'fast' || backend === undefined ? own : await polished(model, component, own, backend, mode)
    settled.push({ component, ...better })
    onProgress?.({ stage: 'coverage', done: settled.length, total: model.components.length })
    if (settled.length % PAUSE_EVERY === 0) await pause()
  }
  return signal?.aborted === true ? undefined : settled
}

const PAUSE_EVERY = 16

/** Lets signals and timers of the caller through. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
