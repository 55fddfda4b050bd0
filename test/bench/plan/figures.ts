/** Time of a whole plan over a synthetic instance of today's size, with reasons, beside what parsing its problem costs. */
import * as E from 'fp-ts/lib/Either.js'
import { allocate } from '@muster/allocation/allocate'
import { Problem } from '@muster/contracts/allocation/problem'
import { median, type Figure } from '../figure.ts'
import { syntheticProblem } from '../allocation/synthetic.ts'

const RUNS = 3

export const planFigures = async (): Promise<ReadonlyArray<Figure>> => {
  const problem = syntheticProblem({ scale: 1, seed: 1, grid: 'day' })
  const text = JSON.stringify(problem)
  const parse: number[] = []
  const plan: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    let started = performance.now()
    Problem.parse(JSON.parse(text))
    parse.push(performance.now() - started)
    started = performance.now()
    const result = await allocate(problem, { mode: 'fast' })()
    plan.push(performance.now() - started)
    if (E.isLeft(result)) throw new Error(`no plan: ${result.left._tag}`)
  }
  const value = median(plan)
  const reference = { name: 'parsing and checking the problem document', value: median(parse) }
  return [
    {
      name: 'plan of the 1× synthetic instance, own engine, all stages with reasons',
      value,
      unit: 'ms',
      reference,
      ratio: reference.value / value,
      aim: 5_000,
      met: value <= 5_000,
    },
  ]
}
