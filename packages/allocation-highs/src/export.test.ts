import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { beforeAll, expect, it } from 'vitest'
import { solveCoverage } from './coverage.ts'
import { componentModel, exportLp, exportMps } from './export.ts'
import { solveMonolith, textbookModel, wholeComponent } from './monolith.ts'
import { loadRuntime } from './runtime.ts'
import { compiled, randomProblem, wholeView, type Shape } from './testing.ts'

let highs: Highs
beforeAll(async () => {
  highs = await loadRuntime()
})

const shape: Shape = { days: 30, lines: 5, assets: 5, longestTour: 8, tiers: 1, rules: false }

const optimumOfText = (
  source: { readonly format: 'lp'; readonly data: string } | { readonly format: 'mps'; readonly data: Uint8Array },
) =>
  highs.withModel(source, (model) => {
    model.options.set({ output_flag: false })
    model.run()
    return Math.round(model.getObjectiveValue())
  })

it('another solver reads the same optimum from LP and MPS text', () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const model = compiled(randomProblem(seed, shape))
    const view = wholeView(model)
    const solved = solveCoverage(highs, { view, start: [], nodeLimit: 1_000 })
    const sparse = componentModel(model, wholeComponent(model), 0, [])
    const [lp, mps] = [exportLp(highs, sparse), exportMps(highs, sparse)]
    if (E.isLeft(solved) || E.isLeft(lp) || E.isLeft(mps)) throw new Error('HiGHS broke')
    const value = solved.right.tiers[0]?.value ?? 0
    expect(optimumOfText({ format: 'lp', data: lp.right }), `seed ${seed}`).toBe(value)
    // MPS files minimise: the writer turns the signs.
    const ofMps = optimumOfText({ format: 'mps', data: new TextEncoder().encode(mps.right) })
    expect(Math.abs(ofMps), `seed ${seed}`).toBe(value)
  }
})

it('the textbook form, the monolithic jump arcs and the decomposed solve agree, tier by tier', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const model = compiled(randomProblem(seed, { ...shape, tiers: 2 }))
    const solved = solveCoverage(highs, { view: wholeView(model), start: [], nodeLimit: 1_000 })
    const [textbook, arcs] = (['textbook', 'jump arcs'] as const).map((form) => solveMonolith(highs, model, form, 1_000))
    if (E.isLeft(solved) || textbook === undefined || arcs === undefined || E.isLeft(textbook) || E.isLeft(arcs))
      throw new Error('HiGHS broke')
    const values = model.tiers.map((_, tier) => solved.right.tiers.find((t) => t.tier === tier)?.value ?? 0)
    expect(arcs.right.values, `seed ${seed}`).toEqual(values)
    expect(textbook.right.values, `seed ${seed}`).toEqual(values)
  }
})

it('the textbook form has as many columns as its presence, starts and covers', () => {
  const view = wholeView(compiled(randomProblem(1, shape)))
  const names = textbookModel(view, 0, []).columnNames()
  expect(new Set(names.map((name) => name[0]))).toEqual(new Set(['x', 's', 'y']))
  expect(new Set(names).size).toBe(names.length)
})
