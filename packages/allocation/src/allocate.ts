/** The optimiser's front door: a problem document in, a plan with its reasons out. */
import type { Plan } from '@muster/contracts/allocation/plan'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { assemble, type Settled } from './assemble.ts'
import { digestOfProblem } from './canonical-problem.ts'
import { compile } from './compile.ts'
import { levelled } from './balance/levels.ts'
import { coverComponent, type Coverage } from './coverage.ts'
import type { AllocationError } from './errors.ts'
import type { Component, Model } from './model.ts'
import { polished } from './polish.ts'
import { readProblem } from './problem.ts'
import type { ExactBackend } from './solver-port.ts'
import { rebalanced, settle } from './stability.ts'

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
    const covered = await coverAll(model, options)
    if (covered === undefined) return E.left({ _tag: 'Cancelled' })
    options.onProgress?.({ stage: 'balance', done: 0, total: 1 })
    const settled = await balanceAll(model, settle(model, covered, problem.published.length), options)
    if (settled === undefined) return E.left({ _tag: 'Cancelled' })
    options.onProgress?.({ stage: 'reasons', done: 0, total: 1 })
    return E.right(assemble(problem, model, settled, { problem: digestOfProblem(document), backend: backendName(options) }))
  }

/** The engine alone, in one go and without a promise. */
export const allocateNow = (document: unknown): E.Either<AllocationError, Plan> => {
  const read = readProblem(document)
  if (E.isLeft(read)) return read
  const model = compile(read.right)
  const covered = model.components.map((component): Settled => ({ component, ...coverComponent(model, component) }))
  const settled = settle(model, covered, read.right.published.length)
  return E.right(assemble(read.right, model, settled, { problem: digestOfProblem(document), backend: OWN_ENGINE }))
}

const backendOf = ({ mode, backend }: AllocateOptions): ExactBackend | undefined => (mode === 'fast' ? undefined : backend)

const backendName = (options: AllocateOptions): string => {
  const backend = backendOf(options)
  return backend === undefined ? OWN_ENGINE : `${OWN_ENGINE} + ${backend.name}`
}

/** Components asked of the backend at once; their answers are put in the order of the components, whoever is first. */
const ASKED_AT_ONCE = 4
const PAUSE_EVERY = 16

/** Coverage of every component; undefined when the signal was raised meanwhile. */
const coverAll = async (model: Model, options: AllocateOptions): Promise<ReadonlyArray<Settled> | undefined> => {
  const { mode = 'default', onProgress, signal } = options
  const backend = backendOf(options)
  const settled: (Settled | undefined)[] = model.components.map(() => undefined)
  const asked = new Set<Promise<void>>()
  let done = 0
  const finish = (i: number, component: Component, coverage: Coverage): void => {
    settled[i] = { component, ...coverage }
    done += 1
    onProgress?.({ stage: 'coverage', done, total: model.components.length })
  }
  for (const [i, component] of model.components.entries()) {
    if (signal?.aborted === true) return undefined
    const own = coverComponent(model, component)
    if (backend === undefined || mode === 'fast') finish(i, component, own)
    else {
      const answer = (async (): Promise<void> => {
        finish(i, component, await polished(model, component, own, backend, mode))
      })()
      void answer.finally(() => asked.delete(answer))
      asked.add(answer)
      if (asked.size >= ASKED_AT_ONCE) await Promise.race(asked)
    }
    if (i % PAUSE_EVERY === 0) await pause()
  }
  await Promise.all(asked)
  return signal?.aborted === true ? undefined : settled.flatMap((s) => s ?? [])
}

const LEVELS = {
  default: { pairs: 60, levels: 3, nodeLimit: 50 },
  exact: { pairs: 20_000, levels: 8, nodeLimit: 2_000 },
} as const

/** The backend's levels, then the engine's exchanges again from there; undefined when the signal was raised. */
const balanceAll = async (
  model: Model,
  settled: ReadonlyArray<Settled>,
  options: AllocateOptions,
): Promise<ReadonlyArray<Settled> | undefined> => {
  const backend = backendOf(options)
  if (backend === undefined || options.mode === 'fast') return options.signal?.aborted === true ? undefined : settled
  const lower = await levelled(model, settled, backend, LEVELS[options.mode ?? 'default'], options.signal)
  if (lower === undefined) return undefined
  return lower.every((s, i) => s.tours === settled[i]?.tours) ? settled : rebalanced(model, lower)
}

/** Lets signals and timers of the caller through. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
