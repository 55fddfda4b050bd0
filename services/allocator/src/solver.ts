/** The optimiser in a thread of its own, so that whoever waits for an answer meanwhile gets one. */
import { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { Plan } from '@muster/contracts/allocation/plan'
import type { Problem } from '@muster/contracts/allocation/problem'

export interface SolverFailure {
  readonly _tag: string
  readonly message: string
}

const Answer = z.union([
  z.object({ _tag: z.literal('Right'), right: Plan }),
  z.object({ _tag: z.literal('Left'), left: z.looseObject({ _tag: z.string() }) }),
])

export const solveInWorker = (problem: Problem): Promise<E.Either<SolverFailure, Plan>> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./solver-worker.ts', import.meta.url), { workerData: problem })
    worker.once('message', (message: unknown) => {
      const answer = Answer.parse(message)
      resolve(
        answer._tag === 'Right'
          ? E.right(answer.right)
          : E.left({ _tag: answer.left._tag, message: JSON.stringify(answer.left) }),
      )
    })
    worker.once('error', (error) =>
      resolve(E.left({ _tag: 'WorkerFailed', message: error instanceof Error ? error.message : String(error) })),
    )
    worker.once('exit', (code) =>
      resolve(E.left({ _tag: 'WorkerFailed', message: `The solver ended with code ${code} and no plan.` })),
    )
  })
