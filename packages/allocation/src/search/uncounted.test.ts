import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { day, problemOf } from '../testing.ts'

const rowsOf = (document: unknown) => {
  const plan = allocateNow(document)
  return E.isLeft(plan) ? expect.fail(JSON.stringify(plan.left)) : plan.right.assignments
}
const helicopters = { id: 'R1', capability: 'AVN', more: { needs: ['R2'] } }

it('sends nothing on days on which what a line needs is not there', () => {
  const pledges = [
    { id: 'P1', capability: 'AVN', tour: 2 },
    { id: 'P2', window: [4, 9] as const },
  ]
  expect(rowsOf(problemOf({ lines: [helicopters, { id: 'R2' }], pledges }))).toEqual([
    { offer: 'P1', requirement: 'R1', quantity: 1, from: day(4), to: day(9) },
    { offer: 'P2', requirement: 'R2', quantity: 1, from: day(4), to: day(9) },
  ])
})

it('sends nothing at all where the need is never met', () => {
  expect(
    rowsOf(
      problemOf({
        lines: [
          { id: 'R0', window: [0, 6], tier: 1, weight: 9 },
          { ...helicopters, tier: 2 },
          { id: 'R2', window: [0, 6], tier: 3 },
        ],
        pledges: [{ id: 'P1', capability: 'AVN' }, { id: 'P2' }],
      }),
    ).map(({ requirement }) => requirement),
  ).toEqual(['R0'])
})
