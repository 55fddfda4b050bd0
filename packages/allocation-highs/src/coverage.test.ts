import { beforeAll, describe, expect, it } from 'vitest'
import type { Highs } from 'highs'
import * as E from 'fp-ts/lib/Either.js'
import { solveCoverage, type CoverageOutcome } from './coverage.ts'
import { valuesOf } from './lawful.ts'
import { loadRuntime, type Presolve } from './runtime.ts'
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
      const best = bestByTrying(result.view, 60_000)
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
      const best = bestByTrying(result.view, 60_000)
      if (best === undefined) continue
      compared += 1
      expect(valueVector(result), `seed ${seed}`).toEqual(best)
    }
    expect(compared).toBeGreaterThan(100)
  })
})
