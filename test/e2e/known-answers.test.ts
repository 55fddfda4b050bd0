/** From the raw file to the API: what an independent reading of `data/` says is what every route and the command line answer. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { askAs, type Ask } from './api.ts'
import { CHECKOUT, endEverything, muster, startEngine, type Engine } from './engine.ts'
import { copyOfPreparedStore } from './prepared-store.ts'

interface Row {
  readonly month: string
  readonly mission: string
  readonly contributor: string
  readonly total: number
  readonly military: number
  readonly police: number
}

/** Cells of a line; only names of countries are quoted, and they stand before every figure. */
const cellsOf = (line: string): ReadonlyArray<string> => line.replaceAll(/"[^"]*"/g, 'quoted').split(',')

const readCsv = (name: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [header = '', ...lines] = readFileSync(join(CHECKOUT, 'data', name), 'utf8')
    .trim()
    .split(/\r?\n/)
  const columns = header.split(',')
  return lines.map((line) => {
    const cells = cellsOf(line)
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
  })
}
const number = (cell: string | undefined): number => Number(cell ?? '0')

const rows = readCsv('contributions_country_mission_month_2009-2014.csv').map((row): Row => ({
  month: row['month'] ?? '',
  mission: row['mission'] ?? '',
  contributor: row['iso3'] ?? '',
  total: number(row['total']),
  military: number(row['troops']) + number(row['eom']),
  police: number(row['fpu']) + number(row['ip']),
}))
const months = [...new Set(rows.map(({ month }) => month))].toSorted()
const missions = [...new Set(rows.map(({ mission }) => mission))].toSorted()

/** Rounds numerator ÷ denominator half up, in whole numbers, so that no float decides a digit. */
const rounded = (numerator: bigint, denominator: bigint, decimals: number): number => {
  const scale = 10n ** BigInt(decimals)
  return Number((2n * numerator * scale + denominator) / (2n * denominator)) / Number(scale)
}

const expectedComposition = (of: ReadonlyArray<Row>): object => {
  const quantities = new Map<string, number>()
  for (const { contributor, total } of of) quantities.set(contributor, (quantities.get(contributor) ?? 0) + total)
  const present = [...quantities].filter(([, quantity]) => quantity > 0).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const total = present.reduce((sum, [, quantity]) => sum + quantity, 0)
  const whole = BigInt(total)
  const percent = (part: number): number => rounded(100n * BigInt(part), whole, 2)
  const squares = present.reduce((sum, [, quantity]) => sum + BigInt(quantity) ** 2n, 0n)
  // Gini = Σ |x − y| over all ordered pairs ÷ (2 n² mean), written out over every pair.
  const differences = present.reduce((sum, [, x]) => sum + present.reduce((inner, [, y]) => inner + Math.abs(x - y), 0), 0)
  const top5 = present.slice(0, 5).reduce((sum, [, quantity]) => sum + quantity, 0)
  return {
    total,
    contributors: present.length,
    shares: present.map(([contributor, quantity]) => ({ contributor, quantity, percent: percent(quantity) })),
    hhi: rounded(squares, whole * whole, 5),
    gini: rounded(BigInt(differences), 2n * BigInt(present.length) * whole, 5),
    top5Percent: percent(top5),
  }
}

const Composition = z.looseObject({
  month: z.string(),
  mission: z.string(),
  total: z.int(),
  contributors: z.int(),
  shares: z.array(z.object({ contributor: z.string(), quantity: z.int(), percent: z.number() })),
  hhi: z.number(),
  gini: z.number(),
  top5Percent: z.number(),
  asOf: z.object({ position: z.int(), time: z.string() }),
})
const Coverage = z.object({
  items: z.array(
    z.looseObject({
      mission: z.string(),
      capability: z.string(),
      month: z.string(),
      required: z.int().nullable(),
      pledged: z.int(),
      committed: z.int(),
      deployed: z.int().nullable(),
      gap: z.int().nullable(),
    }),
  ),
})
const Mission = z.looseObject({
  totals: z.array(z.looseObject({ month: z.string(), total: z.int() })),
  peak: z
    .object({ month: z.string(), total: z.int(), ceiling: z.int().nullable(), percentOfCeiling: z.number().nullable() })
    .nullable(),
})

let engine: Engine
let officer: Ask

beforeAll(async () => {
  engine = await startEngine({ data: await copyOfPreparedStore() })
  officer = await askAs(engine, 'officer')
}, 300_000)
afterAll(endEverything)

const compositionOf = async (mission: string, month: string): Promise<z.output<typeof Composition>> =>
  Composition.parse((await officer.get(`/v1/composition?mission=${mission}&month=${month}`)).body)

/** In small groups, so that the engine is asked steadily and not all at once. */
const inGroups = async <A>(all: ReadonlyArray<A>, work: (each: A) => Promise<void>): Promise<void> => {
  for (let start = 0; start < all.length; start += 8) await Promise.all(all.slice(start, start + 8).map(work))
}

describe('the composition of the real history', () => {
  it('is read from a file of 53 months without a gap and 25 missions', () => {
    expect(rows).toHaveLength(29_688)
    expect(months).toHaveLength(53)
    expect(missions).toHaveLength(25)
  })

  it('is exact for every mission in every month, and unknown where nothing was reported', async () => {
    const groups = Map.groupBy(rows, ({ mission, month }) => `${mission} ${month}`)
    const pairs = missions.flatMap((mission) => months.map((month) => ({ mission, month })))
    let reported = 0
    await inGroups(pairs, async ({ mission, month }) => {
      const answer = await officer.get(`/v1/composition?mission=${mission}&month=${month}`)
      const of = groups.get(`${mission} ${month}`)
      if (of === undefined) {
        expect(answer.status, `${mission} ${month}`).toBe(404)
        return
      }
      reported += 1
      const { asOf: _asOf, ...composition } = Composition.parse(answer.body)
      expect(composition).toEqual({ mission, month, ...expectedComposition(of) })
    })
    expect(reported).toBe(944)
  })

  it('is exact for all missions together in every month', async () => {
    const byMonth = Map.groupBy(rows, ({ month }) => month)
    await inGroups(months, async (month) => {
      const { asOf: _asOf, ...composition } = await compositionOf('ALL', month)
      expect(composition).toEqual({ mission: 'ALL', month, ...expectedComposition(byMonth.get(month) ?? []) })
    })
    const withoutMission = Composition.parse((await officer.get('/v1/composition?month=2013-06')).body)
    expect(withoutMission).toEqual(await compositionOf('ALL', '2013-06'))
  })

  /** Per cent of the whole to one decimal, as the sources quote them. */
  const topOf = ({ shares, total }: z.output<typeof Composition>, count: number): ReadonlyArray<readonly [string, number]> =>
    shares
      .slice(0, count)
      .map(({ contributor, quantity }) => [contributor, rounded(100n * BigInt(quantity), BigInt(total), 1)] as const)

  it('shows five states giving 79.8 % of UNMIL in January 2010', async () => {
    const composition = await compositionOf('UNMIL', '2010-01')
    expect(topOf(composition, 5)).toEqual([
      ['PAK', 29.1],
      ['BGD', 22.1],
      ['NGA', 16.1],
      ['GHA', 7],
      ['CHN', 5.4],
    ])
    expect(Math.round(composition.top5Percent * 10) / 10).toBe(79.8)
  })

  it('shows the five largest of UNAMID in July 2011', async () => {
    expect(topOf(await compositionOf('UNAMID', '2011-07'), 5)).toEqual([
      ['NGA', 16],
      ['RWA', 14.9],
      ['EGY', 11.6],
      ['ETH', 10.4],
      ['SEN', 5.7],
    ])
  })

  it('shows neighbours among the five largest of MINUSMA in March 2014', async () => {
    const shares = new Map(topOf(await compositionOf('MINUSMA', '2014-03'), 5))
    expect(Object.fromEntries(shares)).toEqual({ TCD: 15.4, TGO: 14.6, BFA: 11.7, SEN: 11.7, NER: 11.7 })
  })

  it('is answered by the command line as by the route', async () => {
    for (const [mission, month] of [
      ['UNMISS', '2013-06'],
      ['ALL', '2014-03'],
    ] as const) {
      const said = await muster(['composition', '--mission', mission, '--month', month, '--json'], { data: engine.data })
      expect(said.code).toBe(0)
      const { asOf: _mine, ...fromCommand } = Composition.parse(JSON.parse(said.stdout))
      const { asOf: _theirs, ...fromRoute } = await compositionOf(mission, month)
      expect(fromCommand).toEqual(fromRoute)
    }
  })
})

describe('mission totals', () => {
  const series = readCsv('mission_strength_month_1990-2017.csv')

  it.each(['UNMIL', 'MINUSMA', 'UNAMID', 'UNTSO'])('of %s are those of the file', async (id) => {
    const { totals } = Mission.parse((await officer.get(`/v1/missions/${id}`)).body)
    const expected = series
      .filter(({ mission }) => mission === id)
      .map((row) => ({ month: row['month'] ?? '', total: number(row['total']) }))
      .toSorted((a, b) => (a.month < b.month ? -1 : 1))
    expect(expected.length).toBeGreaterThan(10)
    expect(totals.map(({ month, total }) => ({ month, total }))).toEqual(expected)
  })

  it('peak at 16,112 for UNMIL in December 2005 and at 12,338 for MINUSMA in March 2017, 81 % of its ceiling', async () => {
    const peakOf = async (id: string) => Mission.parse((await officer.get(`/v1/missions/${id}`)).body).peak
    expect(await peakOf('UNMIL')).toMatchObject({ month: '2005-12', total: 16_112 })
    const minusma = await peakOf('MINUSMA')
    expect(minusma).toMatchObject({ month: '2017-03', total: 12_338, ceiling: 13_289 + 1_920 })
    expect(Math.round(minusma?.percentOfCeiling ?? 0)).toBe(81)
  })

  it('are none, without a peak, for a mission that ended before the series begins', async () => {
    expect(Mission.parse((await officer.get('/v1/missions/UNEF-II')).body)).toMatchObject({ totals: [], peak: null })
  })
})

describe('coverage of the ceilings', () => {
  const ceilings = readCsv('authorized_ceilings.csv')
  const lastDay = (month: string): string =>
    `${month}-${new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()}`
  const ceilingOf = (mission: string, column: 'military_ceiling' | 'police_ceiling', month: string): number | null => {
    const steps = ceilings
      .filter((row) => row['mission'] === mission && row[column] !== '' && (row['effective_date'] ?? '') <= lastDay(month))
      .toSorted((a, b) => ((a['effective_date'] ?? '') < (b['effective_date'] ?? '') ? -1 : 1))
    const last = steps.at(-1)
    return last === undefined ? null : number(last[column])
  }

  it.each(missions)('of %s are the counts against the ceiling in force at the end of each month', async (mission) => {
    const { body } = await officer.get(`/v1/coverage?mission=${mission}&from=2009-11&to=2014-03&limit=1000`)
    const answered = Coverage.parse(body).items
    const expected = months.flatMap((month) => {
      const of = rows.filter((row) => row.mission === mission && row.month === month)
      if (of.length === 0) return []
      return (['military', 'police'] as const).map((category) => {
        const deployed = of.reduce((sum, row) => sum + row[category], 0)
        const required = ceilingOf(mission, `${category}_ceiling`, month)
        const gap = required === null ? null : Math.max(0, required - deployed)
        return { mission, capability: category.toUpperCase(), month, required, pledged: 0, committed: 0, deployed, gap }
      })
    })
    const seen = answered.filter(({ month }) => expected.some((row) => row.month === month))
    const key = (row: { capability: string; month: string }): string => `${row.capability} ${row.month}`
    expect(
      seen
        .map(({ mission: id, capability, month, required, pledged, committed, deployed, gap }) => ({
          mission: id,
          capability,
          month,
          required,
          pledged,
          committed,
          deployed,
          gap,
        }))
        .toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
    ).toEqual(expected.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)))
  })
})
