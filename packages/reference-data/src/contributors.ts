/** Contributors, their blocs, neighbours and capacity figures, as commands. */
import { join } from 'node:path'
import { z } from 'zod'
import type { BatchLine } from '@muster/contracts/commands'
import { line } from './line.ts'
import { count, countOrNone, figureOrNone, flag, readTable, text } from './table.ts'

/** Columns of countries.csv by organisation. */
const BLOCS = {
  m_au: ['AU', 'African Union'],
  m_eu: ['EU', 'European Union'],
  m_nato: ['NATO', 'North Atlantic Treaty Organization'],
  m_asean: ['ASEAN', 'Association of Southeast Asian Nations'],
  m_ecowas: ['ECOWAS', 'Economic Community of West African States'],
  m_arab_league: ['LAS', 'League of Arab States'],
  m_oic: ['OIC', 'Organisation of Islamic Cooperation'],
  m_cis: ['CIS', 'Commonwealth of Independent States'],
  m_oas: ['OAS', 'Organization of American States'],
  m_sadc: ['SADC', 'Southern African Development Community'],
  m_eac: ['EAC', 'East African Community'],
  m_igad: ['IGAD', 'Intergovernmental Authority on Development'],
  m_eccas: ['ECCAS', 'Economic Community of Central African States'],
  m_gcc: ['GCC', 'Gulf Cooperation Council'],
} as const

const PERMANENT_MEMBERS = new Set(['CHN', 'FRA', 'GBR', 'RUS', 'USA'])
/** The blocs are given as lists without dates; they are taken to hold from the first month of the counts by contributor. */
const BLOCS_SINCE = '2009-11-01'

const Country = z.object({
  iso3: text,
  name: text,
  region: text,
  subregion: text,
  population: countOrNone,
  population_year: countOrNone,
  m_au: flag,
  m_eu: flag,
  m_nato: flag,
  m_asean: flag,
  m_ecowas: flag,
  m_arab_league: flag,
  m_oic: flag,
  m_cis: flag,
  m_oas: flag,
  m_sadc: flag,
  m_eac: flag,
  m_igad: flag,
  m_eccas: flag,
  m_gcc: flag,
})
const Border = z.object({ iso3_a: text, iso3_b: text })
const Indicators = z.object({
  year: count,
  iso3: text,
  gdp_current_usd: figureOrNone,
  military_expenditure_current_usd: figureOrNone,
  armed_forces_personnel: figureOrNone,
})

export const contributorLines = (folder: string): ReadonlyArray<BatchLine> => {
  const countries = readTable(join(folder, 'countries.csv'), Country)
  const known = new Set(countries.map(({ iso3 }) => iso3))
  const neighbours = neighboursOf(folder, known)
  const blocs = Object.entries(BLOCS)
  return [
    ...blocs.map(([, [id, name]]) =>
      line(`contributor:${id}`, 'RegisterContributor', { contributor: id, kind: 'organisation', name }),
    ),
    ...countries.map(({ iso3, name, region, subregion }) =>
      line(`contributor:${iso3}`, 'RegisterContributor', {
        contributor: iso3,
        kind: 'state',
        name,
        region,
        subregion,
        ...(PERMANENT_MEMBERS.has(iso3) ? { permanentMember: true } : {}),
        ...(neighbours.has(iso3) ? { neighbours: neighbours.get(iso3) } : {}),
      }),
    ),
    ...countries.flatMap((country) =>
      blocs
        .filter(([column]) => new Map<string, unknown>(Object.entries(country)).get(column) === true)
        .map(([, [id]]) =>
          line(`affiliation:${country.iso3}:${id}`, 'AffiliateContributor', {
            contributor: country.iso3,
            organisation: id,
            from: BLOCS_SINCE,
          }),
        ),
    ),
    ...countries.flatMap(({ iso3, population, population_year: year }) =>
      population === undefined || year === undefined
        ? []
        : [figureLine(iso3, 'population', year, population, 'World Bank, population')],
    ),
    ...readTable(join(folder, 'country_year_wdi_2010-2020.csv'), Indicators)
      .filter(({ iso3 }) => known.has(iso3))
      .flatMap(
        ({ year, iso3, gdp_current_usd: gdp, military_expenditure_current_usd: expenditure, armed_forces_personnel: forces }) => [
          ...(gdp === undefined ? [] : [figureLine(iso3, 'gdp', year, gdp, 'World Bank WDI, March 2021')]),
          ...(expenditure === undefined
            ? []
            : [figureLine(iso3, 'military-expenditure', year, expenditure, 'SIPRI through World Bank WDI, March 2021')]),
          ...(forces === undefined ? [] : [figureLine(iso3, 'armed-forces', year, forces, 'World Bank WDI, March 2021')]),
        ],
      ),
  ]
}

const figureLine = (contributor: string, key: string, year: number, value: number, source: string): BatchLine =>
  line(`figure:${contributor}:${key}:${year}`, 'AdoptCapacityFigure', { contributor, key, year, value, source })

/** Territories that are no contributors have borders too; they are left out. */
const neighboursOf = (folder: string, known: ReadonlySet<string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const neighbours = new Map<string, string[]>()
  for (const { iso3_a: a, iso3_b: b } of readTable(join(folder, 'land_borders.csv'), Border)) {
    if (!known.has(a) || !known.has(b)) continue
    neighbours.set(a, [...(neighbours.get(a) ?? []), b].toSorted())
    neighbours.set(b, [...(neighbours.get(b) ?? []), a].toSorted())
  }
  return neighbours
}
