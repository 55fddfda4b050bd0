import type { Assignment } from '@muster/contracts/allocation/problem'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { day } from '../testing.ts'
import { difference } from './difference.ts'

const rows = fc.array(
  fc.record({
    offer: fc.constantFrom('P', 'P1'),
    requirement: fc.constantFrom('R', '1R'),
    quantity: fc.integer({ min: 1, max: 3 }),
    from: fc.constantFrom(day(0), day(1)),
    to: fc.constantFrom(day(2), day(3)),
  }),
  { maxLength: 12 },
)

const copies = (list: ReadonlyArray<Assignment>): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const { offer, requirement, from, to, quantity } of list) {
    const key = [offer, requirement, from, to].join()
    sums.set(key, (sums.get(key) ?? 0) + quantity)
  }
  return sums
}

it('copies of each tour beyond those of the other list, whatever the order and however they are divided into rows', () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const [before, after] = [copies(a), copies(b)]
      const beyond = [...before]
        .map(([key, n]) => [key, Math.max(0, n - (after.get(key) ?? 0))] as const)
        .filter(([, n]) => n > 0)
      expect(copies(difference(a, b))).toEqual(new Map(beyond))
    }),
  )
})
