import type { Tour } from '@muster/allocation/model'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { beforeAll, describe, expect, it } from 'vitest'
import { balanceLevels, relaxedLevels } from './balance.ts'
import type { Lock } from './balance-model.ts'
import { approximate, carriedBy, compareFairness, yardstickOf, type Elsewhere } from './burden.ts'
import { coverOf, isLawful, valuesOf } from './lawful.ts'
import { loadRuntime } from './runtime.ts'
import { solveCoverage } from './coverage.ts'
import { compiled, day, everyPlan, randomProblem, wholeView, type Shape } from './testing.ts'
import type { View } from '@muster/allocation/search/view'

let highs: Highs
beforeAll(async () => {
  highs = await loadRuntime()
})

const elsewhere: Elsewhere = { scale: 3n, burdens: new Map() }

const locksOf = (view: View, tours: ReadonlyArray<Tour>): ReadonlyArray<Lock> =>
  [...coverOf(view, tours)].flatMap(([line, spans]) => spans.map(({ from, to, value }) => ({ line, from, to, quantity: value })))

const covered = (document: unknown) => {
  const view = wholeView(compiled(document))
  const outcome = solveCoverage(highs, { view, start: [], nodeLimit: 1_000 })
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return { view, start: outcome.right.tours, locked: locksOf(view, outcome.right.tours) }
}

const worst = (view: View, start: ReadonlyArray<Tour>, tours: ReadonlyArray<Tour>): number => {
  const yardstick = yardstickOf(view, carriedBy(view, elsewhere, start))
  const carried = carriedBy(view, elsewhere, tours)
  return Math.max(0, ...yardstick.bearers.map(({ key }) => approximate(yardstick, key, carried.get(key) ?? 0n)))
}

const isAsCovered = (view: View, locked: ReadonlyArray<Lock>, tours: ReadonlyArray<Tour>): boolean => {
  const cover = coverOf(view, tours)
  return locked.every((lock) => {
    for (let at = lock.from; at < lock.to; at += 1) {
      const have = (cover.get(lock.line) ?? []).find((span) => span.from <= at && at < span.to)?.value ?? 0
      if (have < lock.quantity) return false
    }
    return true
  })
}

const small: Shape = { days: 6, lines: 2, assets: 3, longestTour: 3, tiers: 1, rules: false }

describe('the worst relative burden', () => {
  it('is the least that trying every plan finds, with every day as covered as before', () => {
    let compared = 0
    let improved = 0
    for (let seed = 1; seed <= 150; seed += 1) {
      const { view, start, locked } = covered(randomProblem(seed, small))
      const plans = everyPlan(view, 15_000)
      if (plans === undefined || start.length === 0) continue
      const least = Math.min(
        ...plans.filter((tours) => isAsCovered(view, locked, tours)).map((tours) => worst(view, start, tours)),
      )
      const balanced = balanceLevels(highs, { view, start, locked, elsewhere, levels: 3, nodeLimit: 1_000 })
      if (E.isLeft(balanced)) throw new Error(JSON.stringify(balanced.left))
      compared += 1
      if (least < worst(view, start, start) - 1e-6) improved += 1
      expect(isLawful(view, balanced.right)).toBe(true)
      expect(isAsCovered(view, locked, balanced.right), `seed ${seed}`).toBe(true)
      expect(worst(view, start, balanced.right), `seed ${seed}`).toBeCloseTo(least, 4)
    }
    expect(compared).toBeGreaterThan(60)
    expect(improved).toBeGreaterThan(15)
  })

  it('is bounded from below by the first level of the relaxation', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const { view, start, locked } = covered(randomProblem(seed, { ...small, days: 20, lines: 4, assets: 5 }))
      const task = { view, start, locked, elsewhere, levels: 3, nodeLimit: 1_000 }
      const [bounds, balanced] = [relaxedLevels(highs, task), balanceLevels(highs, task)]
      if (E.isLeft(bounds) || E.isLeft(balanced)) throw new Error('HiGHS broke')
      expect(worst(view, start, balanced.right), `seed ${seed}`).toBeGreaterThanOrEqual((bounds.right[0] ?? 0) - 1e-5)
    }
  })
})

describe('balance', () => {
  it('never loses value, rules or fairness, with ceilings, parts, needs, persons and joint assets', () => {
    for (let seed = 1; seed <= 80; seed += 1) {
      const { view, start, locked } = covered(randomProblem(seed, { ...small, days: 12, lines: 4, assets: 4, rules: true }))
      const balanced = balanceLevels(highs, { view, start, locked, elsewhere, levels: 2, nodeLimit: 1_000 })
      if (E.isLeft(balanced)) throw new Error(JSON.stringify(balanced.left))
      const yardstick = yardstickOf(view, carriedBy(view, elsewhere, start))
      expect(isLawful(view, balanced.right)).toBe(true)
      expect(valuesOf(view, balanced.right), `seed ${seed}`).toEqual(valuesOf(view, start))
      const [after, before] = [carriedBy(view, elsewhere, balanced.right), carriedBy(view, elsewhere, start)]
      expect(compareFairness(yardstick, after, before)).toBeLessThanOrEqual(0)
    }
  })

  it('gives the task to the one who carries less elsewhere', () => {
    const offer = (asset: string) => ({ id: `P-${asset}`, asset, from: day(0), to: day(10) })
    const asset = (id: string, contributor: string) => ({ id, contributor, capability: 'UNIT', copies: 1, burden: 1 })
    const view = wholeView(
      compiled({
        format: 'muster.problem/1',
        horizon: { from: day(0), to: day(10) },
        decidedAt: day(0),
        capabilities: [{ code: 'UNIT', dimension: 'personnel', measure: 'standing' }],
        contributors: [
          { id: 'A', capacity: { personnel: 1 } },
          { id: 'B', capacity: { personnel: 1 } },
        ],
        missions: [{ id: 'M' }],
        requirements: [
          {
            id: 'R',
            mission: 'M',
            capability: 'UNIT',
            tier: 1,
            weight: 1,
            quantity: 1,
            from: day(0),
            to: day(10),
            minTourDays: 10,
          },
        ],
        assets: [asset('A1', 'A'), asset('B1', 'B')],
        offers: [offer('A1'), offer('B1')],
      }),
    )
    const pairOf = (contributor: number) => [...view.asset].findIndex((a) => view.assets[a]?.contributor === contributor)
    const from = view.lineFrom[0] ?? 0
    const start = [{ pair: pairOf(0), quantity: 1, from, to: from + 10 }]
    const busy: Elsewhere = { scale: 1n, burdens: new Map([['0/personnel', 5n]]) }
    const task = { view, start, locked: locksOf(view, start), elsewhere: busy, levels: 1, nodeLimit: 100 }
    expect(balanceLevels(highs, task)).toEqual(E.right([{ pair: pairOf(1), quantity: 1, from, to: from + 10 }]))
  })
})
