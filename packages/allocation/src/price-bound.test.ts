import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { compile } from './compile.ts'
import { coverComponent } from './coverage.ts'
import { boundOfPrices } from './price-bound.ts'
import { readProblem } from './problem.ts'
import { Schedule } from './search/schedule.ts'
import { viewOf } from './search/view.ts'
import { problemOf, sketches } from './testing.ts'

it('is never below a lawful plan, whatever the prices', () => {
  fc.assert(
    fc.property(
      sketches({ lines: 3, pledges: 4 }),
      fc.array(fc.nat({ max: 80 }), { minLength: 6, maxLength: 6 }),
      (sketch, figures) => {
        const read = readProblem(problemOf(sketch))
        if (E.isLeft(read)) return expect.fail(JSON.stringify(read.left))
        const model = compile(read.right)
        for (const component of model.components) {
          const view = viewOf(model, component)
          const values = new Schedule(view, coverComponent(model, component).tours).values()
          const presence = [...component.lines].flatMap((line, i) => {
            const { from, to } = model.lines[line] ?? { from: 0, to: 0 }
            const half = Math.floor((from + to) / 2)
            return [
              { line, from, to: half, price: figures[(2 * i) % figures.length] ?? 0 },
              { line, from: half, to, price: figures[(2 * i + 1) % figures.length] ?? 0 },
            ]
          })
          const form = boundOfPrices(view, { tier: 0, grain: 16, presence, ceilings: [], floors: [] }, [...values])
          expect(form?.base).toBeGreaterThanOrEqual(values[0] ?? 0)
        }
      },
    ),
    { numRuns: 150 },
  )
})

it('proves nothing from prices that are not whole or negative', () => {
  const read = readProblem(problemOf({ lines: [{ id: 'R1' }], pledges: [{ id: 'P1' }] }))
  if (E.isLeft(read)) return expect.fail(JSON.stringify(read.left))
  const model = compile(read.right)
  const [component] = model.components
  if (component === undefined) return expect.fail('no component')
  const view = viewOf(model, component)
  for (const price of [-1, 0.5, Number.NaN])
    expect(
      boundOfPrices(view, { tier: 0, grain: 16, presence: [{ line: 0, from: 0, to: 9, price }], ceilings: [], floors: [] }, [12]),
    ).toBeUndefined()
})
