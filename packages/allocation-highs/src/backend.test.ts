import { allocate } from '@muster/allocation/allocate'
import type { CoverageRequest } from '@muster/allocation/solver-port'
import { verify } from '@muster/verifier/verify'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { estimatedColumns, highsBackend } from './backend.ts'
import { isLawful, valuesOf } from './lawful.ts'
import type { SolverError } from './runtime.ts'
import { intoSlice, outOfSlice, sliceOf } from '@muster/allocation/parallel/slice'
import { bestByTrying, compiled, randomProblem, wholeView, type Shape } from './testing.ts'
import { viewOf } from '@muster/allocation/search/view'

const failures: SolverError[] = []
const one = highsBackend({ workers: 1, budget: 'exact', onFailure: (_, error) => failures.push(error) })
const two = highsBackend({ workers: 2, budget: 'exact' })
afterAll(async () => {
  await Promise.all([one.close(), two.close()])
})

const shape: Shape = { days: 40, lines: 6, assets: 7, longestTour: 12, tiers: 2, rules: true }

describe('the backend behind the engine', () => {
  it('makes plans that the verifier accepts, the same bytes with one worker and two', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const document = randomProblem(seed, shape)
      const [first, second] = await Promise.all([one, two].map((backend) => allocate(document, { mode: 'exact', backend })()))
      if (first === undefined || E.isLeft(first)) throw new Error(JSON.stringify(first))
      expect(first, `seed ${seed}`).toEqual(second)
      expect(verify(document, first.right), `seed ${seed}`).toEqual({ ok: true })
    }
  })

  it('answers in the numbering of the model, whatever the component', async () => {
    let components = 0
    for (let seed = 1; seed <= 10; seed += 1) {
      const model = compiled(randomProblem(seed, { ...shape, days: 6, assets: 3, longestTour: 3 }))
      for (const component of model.components) {
        const request: CoverageRequest = { model, component, start: [], bound: [], rounds: 5, nodeLimit: 1_000 }
        const answer = await two.solveCoverage(request)
        const slice = sliceOf(model, component)
        const view = viewOf(slice.model, slice.component)
        const best = bestByTrying(view, 20_000)
        if (answer === undefined || best === undefined) continue
        const tours = intoSlice(component, answer.tours)
        expect(outOfSlice(component, tours)).toEqual(answer.tours)
        expect(isLawful(view, tours)).toBe(true)
        expect(valuesOf(view, tours)).toEqual(best)
        for (const { presence } of answer.prices) for (const { line } of presence) expect([...component.lines]).toContain(line)
        components += 1
      }
    }
    expect(components).toBeGreaterThan(5)
  })
})

describe('failures', () => {
  const model = compiled(randomProblem(2, shape))
  const component = model.components.find(({ pairs }) => pairs.length > 0)
  if (component === undefined) throw new Error('the synthetic problem has no pair')
  const request: CoverageRequest = { model, component, start: [], bound: [], rounds: 5, nodeLimit: 100 }

  it('are told, leave the engine its own plan, and do not reach the next component', async () => {
    const locked = [{ line: component.lines[0] ?? 0, from: 0, to: 1, quantity: 0 }]
    const balance = { model, component, start: [], locked, elsewhere: new Map<string, bigint>(), levels: 1 }
    expect(await one.balanceLevels({ ...balance, nodeLimit: Number.NaN })).toBeUndefined()
    expect(failures).toMatchObject([{ _tag: 'SolverBroke' }])
    expect(await one.solveCoverage(request)).toBeDefined()
  })

  it('of a closed backend are answers, too', async () => {
    const closed = highsBackend({ workers: 1, budget: 'exact' })
    await closed.close()
    expect(await closed.solveCoverage(request)).toBeUndefined()
  })
})

describe('the budget', () => {
  it('looks at the model alone', () => {
    const model = compiled(randomProblem(1, { ...shape, lines: 60, assets: 200, days: 700, longestTour: 200, rules: false }))
    const sizes = model.components.map((component) => estimatedColumns(model, component))
    const quick = highsBackend({ workers: 1, budget: 'default' })
    expect(model.components.map((component) => quick.accepts(model, component))).toEqual(sizes.map((size) => size <= 30_000))
    expect(Math.max(...sizes)).toBeGreaterThan(30_000)
    expect(wholeView(model).line.length).toBe(model.pairs.count)
  })
})
