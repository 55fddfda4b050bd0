import { beforeAll, describe, expect, it } from 'vitest'
import type { Highs } from 'highs'
import * as E from 'fp-ts/lib/Either.js'
import { coverageModel, solveCoverage, type CoverageOutcome } from './coverage.ts'
import { valuesOf } from './lawful.ts'
import { loadRuntime, solveInteger, type Presolve } from './runtime.ts'
import { bestByTrying, compiled, randomProblem, wholeView, type Shape } from './testing.ts'

let highs: Highs
beforeAll(async () => {
  highs = await loadRuntime()
})

const solved = (document: unknown, presolve: Presolve = 'on') => {
  const view = wholeView(compiled(document))
  const outcome = solveCoverage(highs, { view, start: [], nodeLimit: 10_000, presolve })
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return { view, outcome: outcome.right }
}

const valueVector = ({ view, outcome }: { view: ReturnType<typeof wholeView>; outcome: CoverageOutcome }) =>
  valuesOf(view, outcome.tours)

const plain: Shape = { days: 8, lines: 3, assets: 2, longestTour: 3, tiers: 2, rules: false }
const ruled: Shape = { days: 6, lines: 4, assets: 3, longestTour: 3, tiers: 2, rules: true }

describe('coverage on small synthetic problems', () => {
  it('is what trying every plan finds, when only windows, copies and tours matter', () => {
    let compared = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const result = solved(randomProblem(seed, plain))
      const best = bestByTrying(result.view, 30_000)
      if (best === undefined) continue
      compared += 1
      expect(valueVector(result), `seed ${seed}`).toEqual(best)
    }
    expect(compared).toBeGreaterThan(150)
  })

  it('is what trying every plan finds, with ceilings, parts, missions, needs, persons and stock', () => {
    let compared = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const result = solved(randomProblem(seed, ruled))
      const best = bestByTrying(result.view, 30_000)
      if (best === undefined) continue
      compared += 1
      expect(valueVector(result), `seed ${seed}`).toEqual(best)
    }
    expect(compared).toBeGreaterThan(100)
  })

  it('is the same with presolve on and off', () => {
    for (let seed = 1; seed <= 250; seed += 1) {
      const document = randomProblem(seed, seed % 2 === 0 ? { ...plain, days: 14, lines: 4, assets: 4 } : { ...ruled, days: 12 })
      const [on, off] = [solved(document, 'on'), solved(document, 'off')]
      expect(valueVector(on), `seed ${seed}`).toEqual(valueVector(off))
    }
  })
})

describe('days', () => {
  const wide: Shape = { days: 60, lines: 5, assets: 6, longestTour: 17, tiers: 1, rules: false }

  it('are chosen so well that the model on every single day finds nothing better', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { view, outcome } = solved(randomProblem(seed, wide))
      const everyDay = { ofAsset: view.assets.map(() => Array.from({ length: 61 }, (_, i) => view.model.horizon.from + i)) }
      const whole = solveInteger(highs, coverageModel(view, 0, [], everyDay).sparse, { nodeLimit: 10_000 })
      if (E.isLeft(whole)) throw new Error(JSON.stringify(whole.left))
      expect(valuesOf(view, outcome.tours)[0], `seed ${seed}`).toBe(Math.round(whole.right.objective))
    }
  })

  it('come with a bound that needs no solver and is met', () => {
    let met = 0
    for (let seed = 1; seed <= 30; seed += 1) {
      const { outcome } = solved(randomProblem(seed, wide))
      for (const { value, bound } of outcome.tiers) {
        expect(bound).toBeGreaterThanOrEqual(value)
        if (bound === value) met += 1
      }
    }
    expect(met).toBeGreaterThanOrEqual(28)
  })
})

describe('the plan to start from', () => {
  it('is never worsened, and kept when it is best already', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const first = solved(randomProblem(seed, ruled))
      const again = solveCoverage(highs, { view: first.view, start: first.outcome.tours, nodeLimit: 10_000 })
      if (E.isLeft(again)) throw new Error(JSON.stringify(again.left))
      expect(again.right.tours, `seed ${seed}`).toEqual(first.outcome.tours)
    }
  })

  it('is kept when HiGHS finds nothing within its limits', () => {
    const view = wholeView(compiled(randomProblem(7, ruled)))
    const best = solved(randomProblem(7, ruled)).outcome.tours
    const limited = solveCoverage(highs, { view, start: best, nodeLimit: 0 })
    if (E.isLeft(limited)) throw new Error(JSON.stringify(limited.left))
    expect(valuesOf(view, limited.right.tours)).toEqual(valuesOf(view, best))
  })
})
