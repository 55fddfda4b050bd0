/** The ground that belongs to no contributor and no mission: catalogue, scales of assessments, the default policy. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { BatchLine } from '@muster/contracts/commands'
import { policyCommands } from '@muster/contracts/contributors'
import { line } from './line.ts'
import { countOrNone, flag, percentAsPpmOrNone, readTable, text } from './table.ts'

const Capability = z.object({
  capability: text,
  name: text,
  category: text,
  dimension: text,
  measure: text,
  unit: text,
  typical_persons: countOrNone,
  divisible: flag,
  source: text,
})

/** Per person and month since 2018-07-01: what a person's month is worth while a policy names no other value. */
const Rate = z.object({ effective_date: text, usd_per_person_month: countOrNone, resolution: text })

export const capabilityLines = (folder: string): ReadonlyArray<BatchLine> => {
  const rates = readTable(join(folder, 'personnel_reimbursement_rates.csv'), Rate)
  const verified = rates.filter(({ effective_date: from }) => from === '2018-07-01')
  const perPerson = verified[0]?.usd_per_person_month
  return readTable(join(folder, 'capabilities.csv'), Capability).map(
    ({ capability, name, category, dimension, measure, unit, typical_persons: persons, divisible, source }) =>
      line(`capability:${capability}`, 'DefineCapability', {
        capability,
        name,
        category,
        dimension,
        measure,
        unit,
        divisible,
        source,
        ...(persons === undefined ? {} : { typicalPersons: persons }),
        ...(persons === undefined || perPerson === undefined ? {} : { monthValueUsd: persons * perPerson }),
      }),
  )
}

const Scale = z.object({
  iso3: text,
  regular_pct_2013_15: percentAsPpmOrNone,
  regular_pct_2016_18: percentAsPpmOrNone,
  regular_pct_2019_21: percentAsPpmOrNone,
  regular_pct_2022_24: percentAsPpmOrNone,
  regular_pct_2025_27: percentAsPpmOrNone,
  pk_pct_2019_21_from_ceb2021: percentAsPpmOrNone,
  pk_pct_2022_24_from_ceb2024: percentAsPpmOrNone,
  pk_pct_2025_27_computed_same_level: percentAsPpmOrNone,
})
type ScaleRow = z.output<typeof Scale>

/** The approximate peacekeeping column for 2016–18 mixes years and is left out. */
const PERIODS: ReadonlyArray<
  readonly [
    scale: string,
    from: string,
    to: string,
    regular: keyof ScaleRow,
    peacekeeping: keyof ScaleRow | undefined,
    note: string,
  ]
> = [
  [
    '2013-2015',
    '2013-01-01',
    '2016-01-01',
    'regular_pct_2013_15',
    undefined,
    'regular scale; no peacekeeping rates in the source',
  ],
  [
    '2016-2018',
    '2016-01-01',
    '2019-01-01',
    'regular_pct_2016_18',
    undefined,
    'regular scale; no reliable peacekeeping rates in the source',
  ],
  [
    '2019-2021',
    '2019-01-01',
    '2022-01-01',
    'regular_pct_2019_21',
    'pk_pct_2019_21_from_ceb2021',
    'peacekeeping rates as shares of all assessed in 2021',
  ],
  [
    '2022-2024',
    '2022-01-01',
    '2025-01-01',
    'regular_pct_2022_24',
    'pk_pct_2022_24_from_ceb2024',
    'peacekeeping rates as shares of all assessed in 2024',
  ],
  [
    '2025-2027',
    '2025-01-01',
    '2028-01-01',
    'regular_pct_2025_27',
    'pk_pct_2025_27_computed_same_level',
    'peacekeeping rates computed from the levels of 2022-24, not the official table',
  ],
]

export const scaleLines = (folder: string): ReadonlyArray<BatchLine> => {
  const rows = readTable(join(folder, 'scale_of_assessments.csv'), Scale)
  return PERIODS.map(([scale, from, to, regular, peacekeeping, note]) =>
    line(`scale:${scale}`, 'AdoptScale', {
      scale,
      from,
      to,
      note,
      source: 'General Assembly scales of assessments; see data/README.md',
      rates: rows.map((row) => ({
        contributor: row.iso3,
        ...(row[regular] === undefined ? {} : { regularPpm: row[regular] }),
        ...(peacekeeping === undefined || row[peacekeeping] === undefined ? {} : { peacekeepingPpm: row[peacekeeping] }),
      })),
    }),
  )
}

export const policyLines = (folder: string): ReadonlyArray<BatchLine> => {
  const policy = policyCommands.AdoptPolicy.parse(JSON.parse(readFileSync(join(folder, 'policy.json'), 'utf8')))
  return [line(`policy:${policy.policy}`, 'AdoptPolicy', policy)]
}
