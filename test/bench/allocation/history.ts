/**
 * Instances from the real monthly history (`data/`, sources in `data/README.md`): who was where, when, in what strength. What each
 * country had in a mission is read as pledges (layers of equal stay), what a mission was allowed or had at its peak as requirements.
 * The windows are real; that they may be moved between missions, and the minimum tours, are assumptions and said so in the name.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { ProblemDocument } from './synthetic.ts'

const Strength = z.object({
  month: z.string(),
  mission: z.string(),
  iso3: z.string(),
  troops: z.coerce.number(),
  eom: z.coerce.number(),
  fpu: z.coerce.number(),
  ip: z.coerce.number(),
})
type Strength = z.infer<typeof Strength>
const Ceiling = z.object({
  mission: z.string(),
  effective_date: z.string(),
  military_ceiling: z.string(),
  police_ceiling: z.string(),
})
const Country = z.object({ iso3: z.string(), population: z.coerce.number() })

const read = <T>(name: string, schema: z.ZodType<T>): ReadonlyArray<T> => {
  const text = readFileSync(new URL(`../../../data/${name}`, import.meta.url), 'utf8')
  return z.array(schema).parse(parse(text, { columns: true }))
}

/** Uniformed personnel in four kinds; sizes are the units in which history is cut, in persons. */
const KINDS = [
  { code: 'TROOPS', field: 'troops', tier: 1, weight: 8, size: 150, minTourDays: 180 },
  { code: 'FPU', field: 'fpu', tier: 2, weight: 4, size: 35, minTourDays: 180 },
  { code: 'POLICE', field: 'ip', tier: 3, weight: 2, size: 1, minTourDays: 1 },
  { code: 'OBSERVERS', field: 'eom', tier: 4, weight: 1, size: 1, minTourDays: 1 },
] as const
type Kind = (typeof KINDS)[number]

export interface History {
  /** First month, and first month after: `2011-01`, `2013-01`. */
  readonly from: string
  readonly to: string
  /** Pledges stay in the mission where they were, or may serve in any. */
  readonly movable: boolean
  /** Requirements in units of the sizes above, or in persons. */
  readonly counts: 'copies' | 'persons'
}

export const historicalProblem = ({ from, to, movable, counts }: History): ProblemDocument => {
  const rows = read('contributions_country_mission_month_2009-2014.csv', Strength).filter(
    (row) => row.month >= from && row.month < to,
  )
  const months = [...new Set(rows.map(({ month }) => month))].toSorted()
  const horizon = { from: `${from}-01`, to: `${to}-01` }
  const missions = [...new Set(rows.map(({ mission }) => mission))].toSorted()
  const populations = new Map(read('countries.csv', Country).map(({ iso3, population }) => [iso3, population]))
  const contributors = [...new Set(rows.map(({ iso3 }) => iso3))].toSorted()
  const series = seriesOf(rows, months)
  const pledges = [...series].flatMap(([key, strengths]) => pledgesOf(key, strengths, [...months, to], { movable, counts }))
  return {
    format: 'muster.problem/1',
    horizon,
    decidedAt: horizon.from,
    capabilities: KINDS.map(({ code }) => ({ code, dimension: 'personnel', measure: 'standing' })),
    contributors: contributors.map((id) => ({ id, capacity: { personnel: Math.round((populations.get(id) ?? 0) / 1_000) } })),
    missions: missions.map((id) => ({ id })),
    requirements: missions.flatMap((mission) => KINDS.flatMap((kind) => linesOf(mission, kind, series, [...months, to], counts))),
    assets: pledges.map(({ asset }) => asset),
    offers: pledges.map(({ offer }) => offer),
  }
}

const separator = '/'
const keyOf = (mission: string, code: string, country: string): string => [mission, code, country].join(separator)

/** Strength of every country in every mission and kind, month by month. */
const seriesOf = (rows: ReadonlyArray<Strength>, months: ReadonlyArray<string>): ReadonlyMap<string, number[]> => {
  const at = new Map(months.map((month, i) => [month, i]))
  const series = new Map<string, number[]>()
  for (const row of rows) {
    for (const { code, field } of KINDS) {
      if (row[field] === 0) continue
      const key = keyOf(row.mission, code, row.iso3)
      const strengths = series.get(key) ?? months.map(() => 0)
      strengths[at.get(row.month) ?? 0] = row[field]
      series.set(key, strengths)
    }
  }
  return series
}

interface Layer {
  readonly from: number
  readonly to: number
  readonly units: number
}

/** Cuts a series into layers: so many units that came and left together. */
export const layers = (units: ReadonlyArray<number>): ReadonlyArray<Layer> => {
  const found: Layer[] = []
  const open: Array<{ from: number; units: number }> = []
  let level = 0
  for (const [i, now] of [...units, 0].entries()) {
    if (now > level) open.push({ from: i, units: now - level })
    for (let excess = level - now; excess > 0;) {
      const last = open.pop()
      if (last === undefined) break
      const leaving = Math.min(excess, last.units)
      found.push({ from: last.from, to: i, units: leaving })
      if (last.units > leaving) open.push({ from: last.from, units: last.units - leaving })
      excess -= leaving
    }
    level = now
  }
  return found
}

const pledgesOf = (
  key: string,
  strengths: ReadonlyArray<number>,
  months: ReadonlyArray<string>,
  { movable }: Pick<History, 'movable' | 'counts'>,
) => {
  const [mission = '', code = '', contributor = ''] = key.split(separator)
  const kind = KINDS.find((one) => one.code === code) ?? KINDS[0]
  const units = strengths.map((persons) => (persons === 0 ? 0 : Math.max(1, Math.round(persons / kind.size))))
  return layers(units).map((layer, i) => {
    const id = `${key}/${i}`
    return {
      asset: { id, contributor, capability: kind.code, copies: layer.units, burden: kind.size, persons: kind.size },
      offer: {
        id,
        asset: id,
        from: `${months[layer.from]}-01`,
        to: `${months[layer.to]}-01`,
        minTourDays: kind.minTourDays,
        onlyIn: movable ? null : [mission],
      },
    }
  })
}

/** What a mission asks of one kind: its ceiling while one is known, else the average it had; a line per stretch of equal need. */
const linesOf = (
  mission: string,
  kind: Kind,
  series: ReadonlyMap<string, ReadonlyArray<number>>,
  months: ReadonlyArray<string>,
  counts: History['counts'],
): ProblemDocument['requirements'] => {
  const own = [...series].filter(([key]) => key.startsWith(keyOf(mission, kind.code, '')))
  if (own.length === 0) return []
  const totals = months.slice(0, -1).map((_, i) => own.reduce((sum, [, strengths]) => sum + (strengths[i] ?? 0), 0))
  const present = totals.filter((total) => total > 0)
  const average = Math.ceil(present.reduce((sum, total) => sum + total, 0) / present.length)
  const first = totals.findIndex((total) => total > 0)
  const last = totals.findLastIndex((total) => total > 0)
  const needs = totals.map((_, i) => (i < first || i > last ? 0 : (ceilingAt(mission, kind, months[i] ?? '') ?? average)))
  const stretches: Array<{ from: number; to: number; persons: number }> = []
  for (const [i, persons] of needs.entries()) {
    const before = stretches.at(-1)
    if (before !== undefined && before.persons === persons) before.to = i + 1
    else stretches.push({ from: i, to: i + 1, persons })
  }
  return stretches
    .filter(({ persons }) => persons > 0)
    .map(({ from, to, persons }) => ({
      id: `${mission}/${kind.code}/${months[from]}`,
      mission,
      capability: kind.code,
      tier: kind.tier,
      weight: kind.weight,
      counts,
      quantity: counts === 'persons' ? persons : Math.max(1, Math.round(persons / kind.size)),
      from: `${months[from]}-01`,
      to: `${months[to]}-01`,
      minTourDays: kind.minTourDays,
    }))
}

let ceilings: ReadonlyArray<z.infer<typeof Ceiling>> | undefined

/** The authorised military ceiling for troops, the police ceiling for formed units and police together (half each). */
const ceilingAt = (mission: string, kind: Kind, month: string): number | undefined => {
  if (kind.code === 'OBSERVERS') return undefined
  ceilings ??= read('authorized_ceilings.csv', Ceiling)
  const field = kind.code === 'TROOPS' ? 'military_ceiling' : 'police_ceiling'
  const latest = ceilings
    .filter((row) => row.mission === mission && row[field] !== '' && row.effective_date.slice(0, 7) <= month)
    .toSorted((a, b) => (a.effective_date < b.effective_date ? -1 : 1))
    .at(-1)
  if (latest === undefined) return undefined
  const authorised = Number(latest[field])
  return kind.code === 'TROOPS' ? authorised : Math.ceil(authorised / 2)
}
