import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { historicalProblem, layers } from './history.ts'
import { verify } from '@muster/verifier/verify'

test('layers add up to the series they were cut from', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 12 }), (units) => {
      const cut = layers(units)
      const sums = units.map((_, i) =>
        cut.filter(({ from, to }) => from <= i && i < to).reduce((sum, layer) => sum + layer.units, 0),
      )
      expect(sums).toEqual(units)
    }),
  )
})

test('the history of 2013 makes a problem without contradictions, with the ceiling of MINUSMA in it', () => {
  const problem = historicalProblem({ from: '2013-01', to: '2014-01', movable: false, counts: 'persons' })
  const verdict = verify(problem, {})
  expect('broken' in verdict && verdict.broken.every(({ code }) => code === 'PLAN_SHAPE')).toBe(true)
  const minusma = problem.requirements.find(({ id }) => id.startsWith('MINUSMA/TROOPS'))
  expect(minusma).toMatchObject({ quantity: 11_200, from: '2013-07-01', to: '2014-01-01' })
})
