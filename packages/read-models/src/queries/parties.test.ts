import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { partsOf } from './parties.ts'

const names = ['NPL', 'RWA', 'GHA', 'NOR'] as const
const parties = fc
  .subarray([...names], { minLength: 2 })
  .chain((chosen) =>
    fc
      .array(fc.integer({ min: 1, max: 1_000 }), { minLength: chosen.length, maxLength: chosen.length })
      .map((parts) => chosen.map((contributor, index) => ({ contributor, part: parts[index] ?? 1 }))),
  )

it('splits what a joint pledge carries three to one', () => {
  const shares = partsOf(850n, 'NPL', [
    { contributor: 'NPL', part: 3 },
    { contributor: 'RWA', part: 1 },
  ])
  expect(shares).toEqual([
    { contributor: 'NPL', value: 638n },
    { contributor: 'RWA', value: 212n },
  ])
})

it('counts a joint pledge once: the parts add up to the whole, and none is further than one from its exact part per party', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), parties, (value, of) => {
      const shares = partsOf(value, 'NPL', of)
      const whole = of.reduce((sum, { part }) => sum + BigInt(part), 0n)
      expect(shares.reduce((sum, share) => sum + share.value, 0n)).toBe(value)
      for (const [index, { value: own }] of shares.entries()) {
        const off = own * whole - value * BigInt(of[index]?.part ?? 0)
        expect(off > -whole && off < whole * BigInt(of.length)).toBe(true)
      }
    }),
  )
})
