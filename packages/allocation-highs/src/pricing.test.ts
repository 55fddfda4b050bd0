import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { between, grainFor, noPrices, priced, spread, type DayPrices } from './pricing.ts'
import { bestByTrying, compiled, numbersFrom, randomProblem, wholeView } from './testing.ts'
import type { View } from '@muster/allocation/search/view'

const randomPrices = (view: View, tier: number, seed: number): DayPrices => {
  const pick = numbersFrom(seed)
  const prices = noPrices(
    view,
    tier,
    16,
    Array.from({ length: tier }, () => pick(0, 64)),
  )
  for (const days of [...prices.presence, ...prices.ceilings]) for (const i of days.keys()) days[i] = pick(0, 3) * pick(0, 32)
  return prices
}

describe('spread', () => {
  it('adds up to the dual in whole grains, whatever the number of days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 5_000 }), (days, sixteenths) => {
        const prices = new Float64Array(days)
        spread(prices, 16, 100, { from: 100, to: 100 + days, dual: sixteenths / 16 })
        expect(prices.reduce((sum, price) => sum + price, 0)).toBe(sixteenths)
        expect(Math.max(...prices) - Math.min(...prices)).toBeLessThanOrEqual(1)
      }),
      { seed: 1 },
    )
  })

  it('keeps to the days it is given', () => {
    const prices = new Float64Array(5)
    spread(prices, 16, 10, { from: 8, to: 12, dual: 1 })
    expect([...prices]).toEqual([8, 8, 0, 0, 0])
  })
})

it('takes grains as fine as exact sums allow', () => {
  expect(grainFor(1_000)).toBe(5_040)
  expect(grainFor(2 ** 50)).toBe(2)
  expect(grainFor(2 ** 60)).toBe(1)
})

it('mixes prices in whole grains', () => {
  const view = wholeView(compiled(randomProblem(3, { days: 6, lines: 2, assets: 2, longestTour: 2, tiers: 1, rules: false })))
  const dear = { ...randomPrices(view, 0, 5), floors: [7] }
  const mixed = between(randomPrices(view, 0, 6), dear, 30)
  expect(mixed.presence.every((days) => days.every((price) => Number.isInteger(price) && price >= 0))).toBe(true)
})

describe('the bound', () => {
  it('is never below the best plan, whatever the prices', () => {
    let compared = 0
    for (let seed = 1; seed <= 120; seed += 1) {
      const shape = { days: 6, lines: 4, assets: 2, longestTour: 3, tiers: 2, rules: seed % 2 === 0 }
      const view = wholeView(compiled(randomProblem(seed, shape)))
      const best = bestByTrying(view, 20_000)
      if (best === undefined) continue
      compared += 1
      for (const tier of best.keys()) {
        const prices = randomPrices(view, tier, seed)
        expect(priced(view, prices, best).bound, `seed ${seed}, tier ${tier}`).toBeGreaterThanOrEqual((best[tier] ?? 0) * 16)
      }
    }
    expect(compared).toBeGreaterThan(60)
  })

  it('names paths whose tours are lawful by themselves and follow one another', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const view = wholeView(
        compiled(randomProblem(seed, { days: 9, lines: 3, assets: 2, longestTour: 4, tiers: 1, rules: true })),
      )
      for (const path of priced(view, randomPrices(view, 0, seed), []).paths) {
        let free = Number.NEGATIVE_INFINITY
        for (const { pair, from, to } of path.toReversed()) {
          expect(from).toBeGreaterThanOrEqual(Math.max(free, view.from[pair] ?? 0))
          expect(to).toBeLessThanOrEqual(view.to[pair] ?? 0)
          expect(to - from).toBeGreaterThanOrEqual(view.tour[pair] ?? 1)
          free = to
        }
      }
    }
  })
})
