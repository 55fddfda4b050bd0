import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from './compile.ts'
import { coverComponent } from './coverage.ts'
import { readProblem } from './problem.ts'
import { Schedule } from './search/schedule.ts'
import { viewOf } from './search/view.ts'
import { problemOf, sketches } from './testing.ts'
import { floorTo, valueSteps } from './value-step.ts'

const modelOf = (document: unknown) => {
  const read = readProblem(document)
  return E.isLeft(read) ? expect.fail(JSON.stringify(read.left)) : compile(read.right)
}

it('every value of a tier is a multiple of its step, in copies and in persons', () => {
  const persons = fc.record({
    each: fc.integer({ min: 2, max: 5 }),
    asked: fc.integer({ min: 1, max: 4 }),
    isCounted: fc.boolean(),
  })
  fc.assert(
    fc.property(sketches({ pledges: 5 }), persons, (sketch, { each, asked, isCounted }) => {
      const lines = sketch.lines.map((line, i) =>
        isCounted && i === 0 ? { ...line, quantity: asked * each, more: { counts: 'persons' } } : line,
      )
      const document = problemOf({ ...sketch, lines })
      const model = modelOf({ ...document, assets: document.assets.map((asset) => ({ ...asset, persons: each })) })
      for (const component of model.components) {
        const view = viewOf(model, component)
        const steps = valueSteps(view)
        for (const [k, value] of new Schedule(view, coverComponent(model, component).tours).values().entries())
          expect(floorTo(steps[k] ?? 1, value)).toBe(value)
      }
    }),
    { numRuns: 200 },
  )
})

it('a battalion of 850 on a line of 1,700 persons moves its value by 850 persons at a time', () => {
  const document = problemOf({
    lines: [{ id: 'R1', quantity: 1_700, more: { counts: 'persons' } }],
    pledges: [{ id: 'P1', copies: 2 }],
  })
  const model = modelOf({ ...document, assets: document.assets.map((asset) => ({ ...asset, persons: 850 })) })
  expect(model.components.map((component) => valueSteps(viewOf(model, component)))).toEqual([[850]])
})
