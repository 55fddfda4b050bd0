import { describe, expect, test } from 'vitest'
import type { BurdenMethod } from '@muster/contracts/contributors'
import { assessedFigures, capacities, figureFor, methods, type Bearer } from './capacity.ts'

/** Synthetic figures. */
const bearers: ReadonlyArray<Bearer> = [
  { contributor: 'RWA', region: 'Africa', figures: [{ key: 'population', year: 2010, value: 10 }] },
  {
    contributor: 'NPL',
    region: 'Asia',
    figures: [
      { key: 'population', year: 2010, value: 27 },
      { key: 'gdp', year: 2012, value: 22 },
    ],
  },
  { contributor: 'GHA', region: 'Africa', figures: [{ key: 'armed-forces', year: 2011, value: 5 }] },
  { contributor: 'AU', figures: [] },
]
const keys = { personnel: 'armed-forces', equipment: 'military-expenditure', funding: 'assessed-scale' } as const
const under = (method: BurdenMethod) =>
  Object.fromEntries(
    capacities(bearers, { method, dimension: 'personnel', keys, year: 2013 }).map(({ contributor, capacity }) => [
      contributor,
      Number(capacity),
    ]),
  )

describe('capacity', () => {
  test('is the figure of the named key, nothing where none is known', () => {
    expect(under('population')).toEqual({ AU: 0, GHA: 0, NPL: 27, RWA: 10 })
    expect(under('gdp')).toEqual({ AU: 0, GHA: 0, NPL: 22, RWA: 0 })
  })
  test('under the policy is that of the key it names for the dimension', () => {
    expect(under('policy')).toEqual(under('armed-forces'))
  })
  test('is the same for all, or the same for every region', () => {
    expect(under('equal')).toEqual({ AU: 1, GHA: 1, NPL: 1, RWA: 1 })
    expect(under('regional')).toEqual({ AU: 0, GHA: 1, NPL: 2, RWA: 1 })
  })
  test('is known under every published method', () => {
    expect(methods.map((method) => Object.keys(under(method)).length)).toEqual(methods.map(() => 4))
  })
  test('is that of the latest year known by then, or of the first year known at all', () => {
    const figures = [2011, 2014].map((year) => ({ key: 'gdp' as const, year, value: year }))
    expect([2009, 2011, 2013, 2020].map((year) => figureFor(figures, 'gdp', year)?.year)).toEqual([2011, 2011, 2011, 2014])
    expect(figureFor(figures, 'population', 2013)).toBeUndefined()
  })
})

test('a scale gives peacekeeping rates where it has them, and never mixes them with regular ones', () => {
  const rates = [
    { contributor: 'USA', regularPpm: 220_000, peacekeepingPpm: 261_584 },
    { contributor: 'NPL', regularPpm: 100 },
  ]
  expect(assessedFigures({ from: '2025-01-01', rates })).toEqual([
    { contributor: 'USA', figure: { key: 'assessed-scale', year: 2025, value: 261_584 } },
  ])
  const regular = rates.map(({ contributor, regularPpm }) => ({ contributor, regularPpm }))
  expect(assessedFigures({ from: '2025-01-01', rates: regular }).map(({ figure }) => figure.value)).toEqual([220_000, 100])
})
