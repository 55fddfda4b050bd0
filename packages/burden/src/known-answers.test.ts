/** Published figures of three missions, from the official monthly contributions in `data/`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composition } from './composition.ts'

const file = join(import.meta.dirname, '..', '..', '..', 'data', 'contributions_country_mission_month_2009-2014.csv')
/** month, mission and contributor come first and the total last; only the name of the country, between them, may hold commas. */
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .map((cells) => ({ month: cells[0], mission: cells[1], contributor: cells[2] ?? '', quantity: Number(cells.at(-1)) }))

const of = (mission: string, month: string) => composition(rows.filter((row) => row.mission === mission && row.month === month))

test.each([
  ['UNMIL', '2010-01', ['PAK 29.1', 'BGD 22.1', 'NGA 16.1', 'GHA 7.0', 'CHN 5.4']],
  ['UNAMID', '2011-07', ['NGA 16.0', 'RWA 14.9', 'EGY 11.6', 'ETH 10.4', 'SEN 5.7']],
  ['MINUSMA', '2014-03', ['TCD 15.4', 'TGO 14.6', 'BFA 11.7', 'SEN 11.7', 'NER 11.7']],
])('%s in %s rests on %j', (mission, month, five) => {
  const { shares } = of(mission, month)
  expect(shares.slice(0, 5).map(({ contributor, percent }) => `${contributor} ${percent.toFixed(1)}`)).toEqual(five)
})

test('five states gave 79.8 % of UNMIL in January 2010', () => {
  expect(of('UNMIL', '2010-01').top5Percent?.toFixed(1)).toBe('79.8')
})

test('every mission and month adds up to its rows, and its HHI is that of floating point', () => {
  const keys = new Set(rows.map(({ mission, month }) => `${mission}|${month}`))
  expect(keys.size).toBeGreaterThan(900)
  for (const key of keys) {
    const [mission = '', month = ''] = key.split('|')
    const present = rows.filter((row) => row.mission === mission && row.month === month && row.quantity > 0)
    const total = present.reduce((sum, { quantity }) => sum + quantity, 0)
    const made = of(mission, month)
    expect(made.total).toBe(total)
    expect(made.hhi).toBeCloseTo(
      present.reduce((sum, { quantity }) => sum + (quantity / total) ** 2, 0),
      4,
    )
  }
})
