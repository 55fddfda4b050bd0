/** The known answers of the domain, from the raw file to the routes and, each of them, to the command line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { askAs, type Ask } from './api.ts'
import { sayJson } from './cli.ts'
import { endEverything, muster, startEngine, type Engine } from './engine.ts'
import { copyOfPreparedStore } from './prepared-store.ts'
import { Burden, Composition, Mission, rounded } from './real-data.ts'

let engine: Engine
let officer: Ask

beforeAll(async () => {
  engine = await startEngine({ data: await copyOfPreparedStore() })
  officer = await askAs(engine, 'officer')
}, 300_000)
afterAll(endEverything)

/** The answer of a route, which the command line must give as well. */
const both = async <S extends z.ZodType<object>>(
  schema: S,
  path: string,
  ...args: ReadonlyArray<string>
): Promise<z.output<S>> => {
  const ofRoute = schema.parse((await officer.get(path)).body)
  const ofCommand = schema.parse(await sayJson(args, { data: engine.data }))
  expect({ ...ofCommand, asOf: null }).toEqual({ ...ofRoute, asOf: null })
  return ofRoute
}
const compositionOf = (mission: string, month: string): Promise<z.output<typeof Composition>> =>
  both(Composition, `/v1/composition?mission=${mission}&month=${month}`, 'composition', '--mission', mission, '--month', month)
const missionOf = (id: string): Promise<z.output<typeof Mission>> => both(Mission, `/v1/missions/${id}`, 'mission', 'show', id)

/** The five largest in per cent of the whole to one decimal, as the sources quote them. */
const topFive = ({ shares, total }: z.output<typeof Composition>): ReadonlyArray<readonly [string, number]> =>
  shares
    .slice(0, 5)
    .map(({ contributor, quantity }) => [contributor, rounded(100n * BigInt(quantity), BigInt(total), 1)] as const)

describe('the composition', () => {
  it('of UNMIL in January 2010: five states give 79.8 %', async () => {
    const composition = await compositionOf('UNMIL', '2010-01')
    expect(topFive(composition)).toEqual([
      ['PAK', 29.1],
      ['BGD', 22.1],
      ['NGA', 16.1],
      ['GHA', 7],
      ['CHN', 5.4],
    ])
    expect(Math.round(composition.top5Percent * 10) / 10).toBe(79.8)
  })

  it('of UNAMID in July 2011', async () => {
    expect(topFive(await compositionOf('UNAMID', '2011-07'))).toEqual([
      ['NGA', 16],
      ['RWA', 14.9],
      ['EGY', 11.6],
      ['ETH', 10.4],
      ['SEN', 5.7],
    ])
  })

  it('of MINUSMA in March 2014: neighbours among the five largest', async () => {
    const shares = topFive(await compositionOf('MINUSMA', '2014-03'))
    expect(Object.fromEntries(shares)).toEqual({ TCD: 15.4, TGO: 14.6, BFA: 11.7, SEN: 11.7, NER: 11.7 })
    expect(shares.slice(0, 2).map(([contributor]) => contributor)).toEqual(['TCD', 'TGO'])
  })

  it('of all missions together', async () => {
    expect((await compositionOf('ALL', '2014-03')).total).toBe(97_811)
  })

  it('is what the binary answers too', async () => {
    const said = await muster(['composition', '--mission', 'UNMISS', '--month', '2013-06', '--json'], { data: engine.data })
    expect(said.code).toBe(0)
    expect(Composition.parse(JSON.parse(said.stdout))).toMatchObject({ mission: 'UNMISS', month: '2013-06', total: 7_590 })
  })
})

describe('the peak', () => {
  it('of UNMIL is 16,112 in December 2005', async () => {
    expect((await missionOf('UNMIL')).peak).toMatchObject({ month: '2005-12', total: 16_112 })
  })

  it('of MINUSMA is 12,338 in March 2017, 81 % of its ceiling, which it never reached', async () => {
    const { peak } = await missionOf('MINUSMA')
    expect(peak).toMatchObject({ month: '2017-03', total: 12_338, ceiling: 13_289 + 1_920 })
    expect(Math.round(peak?.percentOfCeiling ?? 0)).toBe(81)
  })

  it('of a mission that ended before the series begins is none', async () => {
    expect(await missionOf('UNEF-II')).toMatchObject({ totals: [], peak: null })
  })
})

it('ten states carry 81 % of the assessments of 2024', async () => {
  const query = { dimension: 'funding', method: 'assessed-scale', month: '2024-06' }
  const args = Object.entries(query).flatMap(([name, value]) => [`--${name}`, value])
  const { items } = await both(
    Burden,
    `/v1/burden?${new URLSearchParams({ ...query, limit: '1000' }).toString()}`,
    'burden',
    ...args,
    '--limit',
    '1000',
  )
  const own = items.map((row) => row.own).toSorted((a, b) => b - a)
  const sum = (values: ReadonlyArray<number>): number => values.reduce((all, value) => all + value, 0)
  expect(Math.round((100 * sum(own.slice(0, 10))) / sum(own))).toBe(81)
})
