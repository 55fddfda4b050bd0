/** The optimiser's front door: a problem document in, a plan with its reasons out. */
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Problem } from '@muster/contracts/allocation/problem'
import * as E from 'fp-ts/lib/Either.js'
import { assemble, type Settled } from './assemble.ts'
import { digestOfProblem } from './canonical-problem.ts'
import { compile } from './compile.ts'
import { coverComponent } from './coverage.ts'
import type { AllocationError } from './errors.ts'
import { readProblem } from './problem.ts'

export const OWN_ENGINE = 'muster'

/** The engine alone, in one go: no backend, no worker. */
export const allocateNow = (document: unknown): E.Either<AllocationError, Plan> => {
  const read = readProblem(document)
  if (E.isLeft(read)) return read
  return E.right(planOf(read.right, digestOfProblem(document)))
}

const planOf = (problem: Problem, digest: string): Plan => {
  const model = compile(problem)
  const settled = model.components.map((component): Settled => ({ component, ...coverComponent(model, component) }))
  return assemble(problem, model, settled, { problem: digest, backend: OWN_ENGINE })
}
