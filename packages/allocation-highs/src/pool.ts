/**
 * A few workers, each with its own HiGHS. A worker whose heap has grown large, or whose runtime broke, is replaced: neither the
 * memory of a past component nor a crash reaches the next one. Answers do not depend on which worker gave them.
 */
import { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import type { Job, JobResult } from './job.ts'
import type { WorkerAnswer } from './worker.ts'

/** A heap this large is given back by ending its worker. */
const LARGEST_IDLE_HEAP = 256 * 1024 * 1024

export interface Pool {
  readonly run: (job: Job) => Promise<JobResult>
  /** Ends the workers; jobs under way answer that the solver broke off. */
  readonly close: () => Promise<void>
}

interface Waiting {
  readonly job: Job
  readonly answer: (result: JobResult) => void
}

export const openPool = (size: number): Pool => {
  const waiting: Waiting[] = []
  const idle: Worker[] = []
  const alive = new Set<Worker>()
  let isOpen = true

  const next = (): void => {
    const worker = idle.pop() ?? (alive.size < size ? born() : undefined)
    if (worker === undefined) return
    const task = waiting.shift()
    if (task === undefined) idle.push(worker)
    else serve(worker, task)
  }

  const born = (): Worker => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    alive.add(worker)
    worker.unref()
    return worker
  }

  const bury = (worker: Worker): void => {
    alive.delete(worker)
    void worker.terminate()
  }

  const serve = (worker: Worker, { job, answer }: Waiting): void => {
    const settle = (result: JobResult, isReusable: boolean): void => {
      // By name: without one, Node's own listeners go too, and with them the port that brings the next answer.
      for (const event of ['message', 'error', 'exit'] as const) worker.removeAllListeners(event)
      worker.unref()
      if (isReusable && isOpen) idle.push(worker)
      else bury(worker)
      answer(result)
      if (waiting.length > 0) next()
    }
    worker.ref()
    worker.once('message', ({ result, heapBytes }: WorkerAnswer) => {
      const isSound = E.isRight(result) || result.left._tag === 'NoSolution'
      settle(result, isSound && heapBytes <= LARGEST_IDLE_HEAP)
    })
    worker.once('error', (error: Error) => settle(broke(error.message), false))
    worker.once('exit', (code) => settle(broke(`the worker ended with code ${code}`), false))
    worker.postMessage(job)
  }

  return {
    run: (job) =>
      new Promise((answer) => {
        if (!isOpen) return answer(broke('the pool is closed'))
        waiting.push({ job, answer })
        next()
      }),
    close: async () => {
      isOpen = false
      for (const { answer } of waiting.splice(0)) answer(broke('the pool is closed'))
      await Promise.all([...alive].map((worker) => worker.terminate()))
      alive.clear()
    },
  }
}

const broke = (message: string): JobResult => E.left({ _tag: 'SolverBroke', message })
