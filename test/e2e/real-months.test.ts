/** Every month of the real history, from the raw file to the routes: composition, totals, coverage and burden, recomputed here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { seeded } from '@muster/reference-data/random'
import { askAs, type Ask } from './api.ts'
import { CHECKOUT, endEverything, startEngine, type Engine } from './engine.ts'
import { copyOfPreparedStore } from './prepared-store.ts'
import {
  Burden,
  Composition,
  Coverage,
  expectedComposition,
  Flags,
  Mission,
  missions,
  months,
  number,
  Policy,
  readCsv,
  rounded,
  rows,
} from './real-data.ts'

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

describe('burden', () => {
  /** Columns by key of capacity; the file of countries knows one year of population, that of indicators eleven years. */
  const indicators = readCsv('country_year_wdi_2010-2020.csv')
  const countries = readCsv('countries.csv')
  const figuresOf: Readonly<Record<string, (iso3: string) => ReadonlyArray<{ year: number; value: bigint }>>> = {
    population: (iso3) => given(countries, iso3, 'population_year', 'population'),
    gdp: (iso3) => given(indicators, iso3, 'year', 'gdp_current_usd'),
    'armed-forces': (iso3) => given(indicators, iso3, 'year', 'armed_forces_personnel'),
    'military-expenditure': (iso3) => given(indicators, iso3, 'year', 'military_expenditure_current_usd'),
    equal: () => [{ year: 0, value: 1n }],
  }
  const given = (table: typeof countries, iso3: string, year: string, value: string) =>
    table
      .filter((row) => row['iso3'] === iso3 && (row[value] ?? '') !== '' && (row[year] ?? '') !== '')
      .map((row) => ({ year: number(row[year]), value: BigInt(Math.round(number(row[value]))) }))
      .toSorted((a, b) => a.year - b.year)

  /** ρ = (own ÷ Σ own) ÷ (capacity ÷ Σ capacity), over every state, those who carry nothing counted. */
  const expectedBurden = (own: ReadonlyMap<string, bigint>, capacityOf: (iso3: string) => bigint) => {
    const states = countries.map((row) => row['iso3'] ?? '').toSorted()
    const loads = states.map((contributor) => ({
      contributor,
      own: own.get(contributor) ?? 0n,
      capacity: capacityOf(contributor),
    }))
    const owned = loads.reduce((sum, load) => sum + load.own, 0n)
    const able = loads.reduce((sum, load) => sum + load.capacity, 0n)
    return loads.map((load) => ({
      contributor: load.contributor,
      own: Number(load.own),
      capacity: Number(load.capacity),
      fairShare: rounded(owned * load.capacity, able, 6),
      rho: load.capacity === 0n ? null : rounded(load.own * able, owned * load.capacity, 6),
    }))
  }
  const burdenOf = async (dimension: string, method: string, month: string) => {
    const { unit, items } = Burden.parse(
      (await officer.get(`/v1/burden?dimension=${dimension}&method=${method}&month=${month}&limit=1000`)).body,
    )
    const rows = items.map(({ contributor, own, capacity, fairShare, rho }) => ({ contributor, own, capacity, fairShare, rho }))
    return { unit, rows }
  }
  const sample = seeded(53).some(months, 12)

  it.each(Object.keys(figuresOf))('of personnel under the key %s is exact for months drawn by lot', async (method) => {
    await inGroups(sample, async (month) => {
      const own = new Map<string, bigint>()
      for (const row of rows) {
        if (row.month === month) own.set(row.contributor, (own.get(row.contributor) ?? 0n) + BigInt(row.total))
      }
      const capacityOf = (iso3: string): bigint => {
        const figures = figuresOf[method]?.(iso3) ?? []
        return (figures.findLast(({ year }) => year <= number(month.slice(0, 4))) ?? figures[0])?.value ?? 0n
      }
      expect(await burdenOf('personnel', method, month), `in ${month}`).toEqual({
        unit: 'persons',
        rows: expectedBurden(own, capacityOf),
      })
    })
  })

  it('of money is each part of the budgets of the fiscal year after the scale, a month’s worth of it', async () => {
    const known = new Set(
      [
        ...readCsv('missions.csv').map((row) => row['acronym'] ?? ''),
        ...readCsv('missions_supplement.csv').map((row) => row['acronym'] ?? ''),
        ...missions,
      ].map((acronym) => acronym.replaceAll(' ', '-')),
    )
    for (const row of readCsv('mission_strength_month_1990-2017.csv')) known.add((row['mission'] ?? '').replaceAll(' ', '-'))
    const ppm = new Map(
      readCsv('scale_of_assessments.csv').map((row) => [
        row['iso3'] ?? '',
        BigInt(Math.round(10_000 * number(row['regular_pct_2013_15']))),
      ]),
    )
    const budgets = readCsv('mission_budgets.csv').filter((row) => known.has((row['mission'] ?? '').replaceAll(' ', '-')))
    await inGroups(sample, async (month) => {
      const begins = number(month.slice(0, 4)) - (number(month.slice(5)) < 7 ? 1 : 0)
      const year = `${begins}/${String((begins + 1) % 100).padStart(2, '0')}`
      const cents = budgets
        .filter((row) => row['fiscal_year'] === year)
        .reduce((sum, row) => sum + BigInt(Math.round(number(row['amount_usd_thousands']) * 100_000)), 0n)
      const own = new Map([...ppm].map(([iso3, part]) => [iso3, cents === 0n ? part : (cents * part) / 12_000_000n]))
      expect(await burdenOf('funding', 'assessed-scale', month), `in ${month}`).toEqual({
        unit: cents === 0n ? 'ppm' : 'cents-per-month',
        rows: expectedBurden(own, (iso3) => ppm.get(iso3) ?? 0n),
      })
    })
  })
})

describe('flags of the last month of the real history', () => {
  const last = rows.filter(({ month }) => month === months.at(-1))
  const byMission = [...Map.groupBy(last, ({ mission }) => mission)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const { thresholds } = Policy.parse(JSON.parse(readFileSync(join(CHECKOUT, 'data', 'policy.json'), 'utf8'))).terms
  let flags: z.output<typeof Flags>['items'] = []
  const of = (kind: string) => flags.filter((flag) => flag.kind === kind)

  beforeAll(async () => {
    flags = Flags.parse((await officer.get('/v1/flags?status=raised&limit=1000')).body).items
  })

  it('are of the kinds for which the history has evidence', () => {
    expect([...new Set(flags.map(({ kind }) => kind))].toSorted()).toEqual([
      'concentration',
      'gender-target-missed',
      'neighbour-of-host',
      'over-burdened',
      'partly-filled',
      'permanent-member',
      'single-contributor-dependence',
      'stale-capacity-figure',
      'under-contributing',
    ])
  })

  it('name the neighbours of every host with the persons they sent', () => {
    const hosts = new Map(
      [...readCsv('missions_supplement.csv'), ...readCsv('missions.csv')].map((row) => [
        row['acronym'],
        (row['host_iso3'] ?? '').split(' '),
      ]),
    )
    const borders = readCsv('land_borders.csv').map((row) => [row['iso3_a'] ?? '', row['iso3_b'] ?? ''])
    const borderOn = (state: string, host: string): boolean =>
      borders.some((pair) => pair.includes(state) && pair.includes(host) && state !== host)
    const expected = byMission.flatMap(([mission, there]) => {
      const neighbours = there.filter(
        (row) => row.total > 0 && (hosts.get(mission) ?? []).some((host) => borderOn(row.contributor, host)),
      )
      const persons = neighbours.reduce((sum, { total }) => sum + total, 0)
      const contributors = neighbours.map(({ contributor }) => contributor).toSorted()
      return contributors.length === 0 ? [] : [{ mission, contributors, persons }]
    })
    expect(expected.find(({ mission }) => mission === 'MINUSMA')?.contributors).toEqual(
      expect.arrayContaining(['BFA', 'NER', 'SEN']),
    )
    expect(
      of('neighbour-of-host').map(({ mission, evidence: { contributors, persons } }) => ({ mission, contributors, persons })),
    ).toEqual(expected)
  })

  it('call a mission concentrated, or dependent on one contributor, by the thresholds of the policy', () => {
    const made = byMission.map(([mission, there]) => [mission, expectedComposition(there)] as const)
    const concentrated = made.flatMap(([mission, { contributors, shares, hhi, gini, top5Percent }]) => {
      const exceeded =
        10 * (shares[0]?.percent ?? 0) > thresholds.top1Permille ||
        (contributors > 5 && 10 * top5Percent > thresholds.top5Permille) ||
        1000 * hhi > thresholds.hhiPermille ||
        1000 * gini > thresholds.giniPermille
      return contributors > 1 && exceeded ? [[mission, hhi, gini, top5Percent]] : []
    })
    expect(
      of('concentration').map(({ mission, evidence: { hhi, gini, top5Percent } }) => [mission, hhi, gini, top5Percent]),
    ).toEqual(concentrated)
    const dependent = made.flatMap(([mission, { shares, total }]) =>
      shares.flatMap(({ contributor, quantity }) =>
        1000 * quantity > thresholds.cliffPermille * total ? [`${mission} ${contributor} ${quantity}`] : [],
      ),
    )
    expect(
      of('single-contributor-dependence')
        .map(({ mission, contributor, evidence }) => `${mission} ${contributor} ${String(evidence['own'])}`)
        .toSorted(),
    ).toEqual(dependent.toSorted())
  })

  it('find old the figures that end in 2020, and missing what neither the indicators nor the scales give', () => {
    const states = readCsv('countries.csv').map((row) => row['iso3'] ?? '')
    const assessed = new Set(
      readCsv('scale_of_assessments.csv').flatMap((row) =>
        Object.entries(row).some(([column, cell]) => /^(regular|pk)_pct/.test(column) && cell !== '') ? [row['iso3']] : [],
      ),
    )
    const funding = of('stale-capacity-figure').find(({ evidence }) => evidence['key'] === 'assessed-scale')
    expect(funding?.evidence).toMatchObject({ stale: [], missing: states.filter((state) => !assessed.has(state)).toSorted() })
    const personnel = of('stale-capacity-figure').find(({ evidence }) => evidence['key'] === 'armed-forces')
    const counted = new Set(
      readCsv('country_year_wdi_2010-2020.csv').flatMap((row) => (row['armed_forces_personnel'] === '' ? [] : [row['iso3']])),
    )
    expect(personnel?.evidence).toMatchObject({
      stale: states.filter((state) => counted.has(state)).toSorted(),
      missing: states.filter((state) => !counted.has(state)).toSorted(),
    })
  })

  it('say which gender targets are missed over all missions', () => {
    const file = readCsv('contributions_country_mission_month_2009-2014.csv').filter((row) => row['month'] === months.at(-1))
    const targets = [
      ['troops', 'troops', thresholds.womenTroopsPermille],
      ['experts', 'eom', thresholds.womenExpertsPermille],
      ['formedPolice', 'fpu', thresholds.womenFormedPolicePermille],
      ['individualPolice', 'ip', thresholds.womenIndividualPolicePermille],
    ] as const
    const expected = targets.flatMap(([category, column, targetPermille]) => {
      const women = file.reduce((sum, row) => sum + number(row[`${column}_f`]), 0)
      const persons = file.reduce((sum, row) => sum + number(row[column]), 0)
      return 1000 * women < targetPermille * persons ? [{ month: months.at(-1), category, women, persons, targetPermille }] : []
    })
    const told = of('gender-target-missed').filter(({ mission }) => mission === null)
    expect(told.map(({ evidence }) => evidence)).toEqual(expected.toSorted((a, b) => (a.category < b.category ? -1 : 1)))
  })
})
