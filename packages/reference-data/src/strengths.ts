/** Official monthly counts: by contributor and mission (2009-11 to 2014-03), and totals of missions (1990-11 to 2017-03). */
import { z } from 'zod'
import type { BatchLine } from '@muster/contracts/commands'
import { line } from './line.ts'
import { missionId } from './mission-id.ts'
import { count, countOrNone, text, textOrNone } from './table.ts'

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month as YYYY-MM')

export const ContributionRow = z.object({
  month,
  mission: text,
  iso3: text,
  troops_m: count,
  troops_f: count,
  eom_m: count,
  eom_f: count,
  fpu_m: count,
  fpu_f: count,
  ip_m: count,
  ip_f: count,
  total: count,
})
export type ContributionRow = z.output<typeof ContributionRow>

export const TotalRow = z.object({
  month,
  mission: text,
  host_iso3: textOrNone,
  n_contributors: countOrNone,
  troops: countOrNone,
  police: countOrNone,
  observers: countOrNone,
  total: count,
})
export type TotalRow = z.output<typeof TotalRow>

const COUNTS = 'UN monthly contributor reports through the IPI Providing for Peacekeeping database'

/** A row of the history: who was there, as the mission reported it. It is neither a pledge nor a commitment. */
export const strengthLine = (row: ContributionRow): BatchLine =>
  line(
    `strength:${row.mission}:${row.iso3}:${row.month}`,
    'ReportStrength',
    {
      mission: missionId(row.mission),
      contributor: row.iso3,
      month: row.month,
      troops: { men: row.troops_m, women: row.troops_f },
      experts: { men: row.eom_m, women: row.eom_f },
      formedPolice: { men: row.fpu_m, women: row.fpu_f },
      individualPolice: { men: row.ip_m, women: row.ip_f },
      source: COUNTS,
    },
    `${row.month}-01`,
  )

export const totalLine = (row: TotalRow): BatchLine =>
  line(
    `total:${row.mission}:${row.month}`,
    'ReportMissionTotal',
    {
      mission: missionId(row.mission),
      month: row.month,
      total: row.total,
      source: COUNTS,
      ...(row.n_contributors === undefined ? {} : { contributors: row.n_contributors }),
      ...(row.troops === undefined ? {} : { troops: row.troops }),
      ...(row.police === undefined ? {} : { police: row.police }),
      ...(row.observers === undefined ? {} : { observers: row.observers }),
    },
    `${row.month}-01`,
  )
