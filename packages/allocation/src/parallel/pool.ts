/** Components in parallel: the largest first to whichever worker is free, the answers in the order of the components. */
import { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import type { Coverage } from '../coverage.ts'
import type { AllocationError } from '../errors.ts'
import type { Model } from '../model.ts'
import { outOfSlice, sliceOf } from './slice.ts'
import type { Done, Job } from './worker.ts'

export interface PoolOptions {
  readonly workers: number
  readonly onDone: (done: number) => void
  readonly signal: AbortSignal | undefined
}

export const coverInWorkers = async (
  model: Model,
  { workers, onDone, signal }: PoolOptions,
): Promise<E.Either<AllocationError, ReadonlyArray<Coverage>>> => {
  const queue = model.components.toSorted((a, b) => b.pairs.length - a.pairs.length || a.index - b.index).map((c) => c.index)
  const answers: (Coverage | undefined)[] = model.components.map(() => undefined)
  const threads = Array.from({ length: Math.min(workers, queue.length) }, () => new Worker(new URL('worker.ts', import.meta.url)))
  let done = 0
  const serve = (thread: Worker): Promise<E.Either<AllocationError, void>> =>
    new Promise((resolve) => {
      const next = (): void => {
        const index = queue.shift()
        const component = index === undefined ? undefined : model.components[index]
        if (component === undefined) return resolve(E.right(undefined))
        const job: Job = { index: component.index, slice: sliceOf(model, component) }
        thread.postMessage(job)
      }
      const stop = (): void => resolve(E.left({ _tag: 'Cancelled' }))
      if (signal?.aborted === true) return stop()
      signal?.addEventListener('abort', stop, { once: true })
      thread.on('error', (error) => resolve(E.left({ _tag: 'WorkerFailed', message: String(error) })))
      thread.on('exit', (code) => resolve(E.left({ _tag: 'WorkerFailed', message: `a worker ended with code ${code}` })))
      thread.on('message', ({ index, coverage }: Done) => {
        const component = model.components[index]
        if (component !== undefined) answers[index] = { ...coverage, tours: outOfSlice(component, coverage.tours) }
        done += 1
        onDone(done)
        next()
      })
      next()
    })
  const outcomes = await Promise.all(threads.map(serve))
  await Promise.all(threads.map((thread) => thread.terminate()))
  const failure = outcomes.find(E.isLeft)
  return failure ?? E.right(answers.flatMap((answer) => answer ?? []))
}
