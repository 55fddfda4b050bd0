import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { readProblem } from './problem.ts'
import { problemOf, type Sketch } from './testing.ts'

const sketch: Sketch = { lines: [{ id: 'R1' }], pledges: [{ id: 'P1' }] }

const refusal = (document: unknown): unknown => {
  const read = readProblem(document)
  return E.isLeft(read) ? (read.left._tag === 'RefusedProblem' ? read.left.code : read.left._tag) : 'accepted'
}

describe('a problem is refused', () => {
  it.each([
    ['MalformedProblem', { format: 'muster.problem/1' }],
    ['MalformedProblem', problemOf({ ...sketch, lines: [{ id: 'R1', quantity: 0 }] })],
    ['DUPLICATE_ID', problemOf({ ...sketch, lines: [{ id: 'R1' }, { id: 'R1' }] })],
    ['UNKNOWN_REFERENCE', problemOf({ ...sketch, lines: [{ id: 'R1', mission: 'NOWHERE' }] })],
    ['UNKNOWN_REFERENCE', problemOf({ ...sketch, lines: [{ id: 'R1', more: { needs: ['R9'] } }] })],
    ['EMPTY_WINDOW', problemOf({ ...sketch, pledges: [{ id: 'P1', window: [5, 5] }] })],
    ['EMPTY_WINDOW', problemOf({ ...sketch, lines: [{ id: 'R1', window: [6, 2] }] })],
    ['WINDOW_OUTSIDE_HORIZON', problemOf({ ...sketch, lines: [{ id: 'R1', window: [0, 13] }] })],
    ['HORIZON_TOO_LONG', problemOf({ ...sketch, days: 40_000 })],
    ['MIXED_MEASURE', problemOf({ ...sketch, lines: [{ id: 'R1', more: { accepts: ['FUNDING'] } }] })],
    [
      'OVERFLOW',
      problemOf({
        ...sketch,
        lines: [
          { id: 'R1', weight: 1 },
          { id: 'R2', weight: Number.MAX_SAFE_INTEGER },
        ],
      }),
    ],
  ])('%s', (code, document) => {
    expect(refusal(document)).toBe(code)
  })
})

it('a weight without equals is only a unit: it cannot overflow', () => {
  expect(refusal(problemOf({ ...sketch, lines: [{ id: 'R1', weight: Number.MAX_SAFE_INTEGER }] }))).toBe('accepted')
})

it('offers may reach beyond the horizon', () => {
  expect(refusal(problemOf({ ...sketch, pledges: [{ id: 'P1', window: [-100, 400] }] }))).toBe('accepted')
})

it('names what is wrong and where', () => {
  const read = readProblem(problemOf({ ...sketch, lines: [{ id: 'R1' }, { id: 'R2', mission: 'NOWHERE' }] }))
  expect(read).toEqual(
    E.left({
      _tag: 'RefusedProblem',
      code: 'UNKNOWN_REFERENCE',
      violations: [{ pointer: '/requirements/1/mission', message: 'NOWHERE is not in the problem' }],
    }),
  )
})
