/** The optimiser's front door: a problem document in, a plan with its reasons out. */
import type { Plan } from '@muster/contracts/allocation/plan'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { assemble, type Settled } from './assemble.ts'
import { digestOfProblem } from './canonical-problem.ts'
import { compile, tooLarge } from './compile.ts'
import { levelled } from './balance/levels.ts'
import { coverComponent, type Coverage } from './coverage.ts'
import type { AllocationError } from './errors.ts'
import type { Model } from './model.ts'
import { coverInWorkers } from './parallel/pool.ts'
import { polished } from './polish.ts'
import { readProblem } from './problem.ts'
import type { ExactBackend } from './solver-port.ts'
import { rebalanced, settle, withSlack } from './stability.ts'

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
  /** Threads for coverage when the problem is large enough to be worth them; never changes the answer. Default 1: this thread. */
  readonly workers?: number
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
    const excess = tooLarge(model)
    if (excess !== undefined) return E.left(excess)
    const covered = await coverAll(model, options)
    if (E.isLeft(covered)) return covered
    options.onProgress?.({ stage: 'balance', done: 0, total: 1 })
    const balanced = await balanceAll(model, settle(model, covered.right, problem.published.length), options)
    if (balanced === undefined) return E.left({ _tag: 'Cancelled' })
    const settled = withSlack(model, balanced, problem.published.length)
    options.onProgress?.({ stage: 'balance', done: 1, total: 1 })
    options.onProgress?.({ stage: 'reasons', done: 0, total: 1 })
    const plan = assemble(problem, model, settled, { problem: digestOfProblem(document), backend: backendName(options) })
    options.onProgress?.({ stage: 'reasons', done: 1, total: 1 })
    return E.right(plan)
  }

/** The engine alone, in one go and without a promise. */
export const allocateNow = (document: unknown): E.Either<AllocationError, Plan> => {
  const read = readProblem(document)
  if (E.isLeft(read)) return read
  const model = compile(read.right)
  const excess = tooLarge(model)
  if (excess !== undefined) return E.left(excess)
  const covered = model.components.map((component): Settled => ({ component, ...coverComponent(model, component) }))
  const rows = read.right.published.length
  const settled = withSlack(model, settle(model, covered, rows), rows)
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

/** Below this many pairs a thread costs more than it saves. */
const WORTH_THREADS = 30_000

/** Coverage of every component: by the engine, then by the backend where there is one. */
const coverAll = async (model: Model, options: AllocateOptions): Promise<E.Either<AllocationError, ReadonlyArray<Settled>>> => {
  const { onProgress, signal, workers = 1 } = options
  const total = model.components.length
  const onDone = (done: number): void => onProgress?.({ stage: 'coverage', done, total })
  const own =
    workers > 1 && model.pairs.count > WORTH_THREADS
      ? await coverInWorkers(model, { workers, onDone, signal })
      : await coverHere(model, onDone, signal)
  if (E.isLeft(own)) return own
  const better = await polishAll(model, own.right, options)
  if (signal?.aborted === true) return E.left({ _tag: 'Cancelled' })
  return E.right(model.components.flatMap((component, i) => (better[i] === undefined ? [] : [{ component, ...better[i] }])))
}

const coverHere = async (
  model: Model,
  onDone: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<E.Either<AllocationError, ReadonlyArray<Coverage>>> => {
  const answers: Coverage[] = []
  for (const component of model.components) {
    if (signal?.aborted === true) return E.left({ _tag: 'Cancelled' })
    answers.push(coverComponent(model, component))
    onDone(answers.length)
    if (answers.length % PAUSE_EVERY === 0) await pause()
  }
  return E.right(answers)
}

const polishAll = async (
  model: Model,
  own: ReadonlyArray<Coverage>,
  options: AllocateOptions,
): Promise<ReadonlyArray<Coverage>> => {
  const backend = backendOf(options)
  const { mode = 'default', signal } = options
  if (backend === undefined || mode === 'fast') return own
  const better = [...own]
  // The largest first, so that none of them is left over for one thread at the end.
  const waiting = model.components.toSorted((a, b) => b.pairs.length - a.pairs.length || a.index - b.index)
  const askOne = async (): Promise<void> => {
    for (let component = waiting.shift(); component !== undefined && signal?.aborted !== true; component = waiting.shift()) {
      const before = own[component.index]
      if (before !== undefined) better[component.index] = await polished(model, component, before, backend, mode)
    }
  }
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askOne))
  return better
}

const LEVELS = {
  default: { pairs: 40, levels: 3, nodeLimit: 50 },
  small: { pairs: 60, levels: 3, nodeLimit: 50 },
  exact: { pairs: 20_000, levels: 8, nodeLimit: 200 },
} as const

/** One level settled can open another: of small problems every component is asked again, so that a plan fed back finds nothing to better. */
const ROUNDS = { small: 4, exact: 2, default: 1 } as const
const WORTH_ROUNDS = 2_000

/** The backend's levels, then the engine's exchanges again from there; undefined when the signal was raised. */
const balanceAll = async (
  model: Model,
  settled: ReadonlyArray<Settled>,
  options: AllocateOptions,
): Promise<ReadonlyArray<Settled> | undefined> => {
  const backend = backendOf(options)
  if (backend === undefined) return options.signal?.aborted === true ? undefined : settled
  let result = settled
  const mode = options.mode === 'exact' ? 'exact' : 'default'
  const isSmall = model.pairs.count <= WORTH_ROUNDS
  const rounds = isSmall ? ROUNDS.small : mode === 'exact' ? ROUNDS.exact : ROUNDS.default
  for (let round = 0; round < rounds; round += 1) {
    const limits = LEVELS[isSmall && (round > 0 || mode === 'default') ? 'small' : mode]
    const before = result
    const lower = await levelled(model, before, backend, limits, options.signal)
    if (lower === undefined) return undefined
    if (lower.every((s, i) => s.tours === before[i]?.tours)) return before
    result = rebalanced(model, lower)
  }
  return result
}

/** Lets signals and timers of the caller through. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
