import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Steps } from './steps.ts'

const DAYS = 12
const range = fc
  .tuple(fc.nat({ max: DAYS }), fc.nat({ max: DAYS }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))

it('says what a plain list of days would say', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(range, fc.integer({ min: -3, max: 5 })), { maxLength: 12 }),
      range,
      fc.integer({ min: -2, max: 6 }),
      (changes, { from, to }, limit) => {
        const steps = new Steps()
        const plain = Array.from({ length: DAYS }, () => 0)
        for (const [window, delta] of changes) {
          steps.add(window.from, window.to, delta)
          for (let d = window.from; d < window.to; d += 1) plain[d] = (plain[d] ?? 0) + delta
        }
        const part = plain.slice(from, to)
        expect([...steps.within(from, to)].flatMap((s) => Array.from({ length: s.to - s.from }, () => s.value))).toEqual(part)
        if (part.length === 0) return
        expect(steps.most(from, to)).toBe(Math.max(...part))
        expect(steps.least(from, to)).toBe(Math.min(...part))
        expect(steps.sumUpTo(limit, from, to)).toBe(part.reduce((sum, v) => sum + Math.min(limit, v), 0))
        expect(steps.roomBelow(limit, from, to, 2)).toBe(part.reduce((sum, v) => sum + Math.max(0, Math.min(2, limit - v)), 0))
        const first = part.findIndex((v) => v >= limit)
        expect(steps.firstAtLeast(limit, from, to)).toBe(first < 0 ? to : from + first)
        const below = part.findIndex((v) => v < limit)
        expect(steps.firstBelow(limit, from, to)).toBe(below < 0 ? to : from + below)
      },
    ),
  )
})

it('keeps no step that changes nothing', () => {
  const steps = new Steps()
  steps.add(2, 6, 3)
  steps.add(6, 9, 3)
  steps.add(2, 9, -3)
  expect(steps.days).toEqual([])
})
