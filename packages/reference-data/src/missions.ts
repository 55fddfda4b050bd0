/** Missions with their mandates, ceilings and budgets, as commands. */
import { join } from 'node:path'
import { z } from 'zod'
import type { BatchLine } from '@muster/contracts/commands'
import { line } from './line.ts'
import { missionId } from './mission-id.ts'
import type { ContributionRow, TotalRow } from './strengths.ts'
import { countOrNone, readTable, text, textOrNone } from './table.ts'

const Mission = z.object({ acronym: text, name: text, host_iso3: text, start_date: textOrNone, end_date: textOrNone })
const Supplement = z.object({ acronym: text, name: text, host_iso3: text })
const Ceiling = z.object({
  mission: text,
  effective_date: text,
  military_ceiling: countOrNone,
  police_ceiling: countOrNone,
  resolution: text,
  note: textOrNone,
})
const Budget = z.object({
  fiscal_year: text,
  mission: text,
  amount_usd_thousands: z.string(),
  basis: text,
  un_document: textOrNone,
})

/**
 * Every mission that any of the files names. Dates come from the table of missions; where it has none, from the first month in
 * which the mission was counted.
 */
export const missionLines = (
  folder: string,
  contributions: ReadonlyArray<ContributionRow>,
  totals: ReadonlyArray<TotalRow>,
): ReadonlyArray<BatchLine> => {
  const firstMonth = new Map<string, string>()
  const hostOf = new Map<string, string>()
  for (const { mission, month, host_iso3: host } of totals) {
    noteFirst(firstMonth, mission, month)
    if (host !== undefined) hostOf.set(mission, host)
  }
  for (const { mission, month } of contributions) noteFirst(firstMonth, mission, month)

  const listed = readTable(join(folder, 'missions.csv'), Mission)
  const supplement = readTable(join(folder, 'missions_supplement.csv'), Supplement)
  const lines = new Map<string, BatchLine>()
  const establish = (acronym: string, name: string, hosts: string, from: string, to: string | undefined): void => {
    const mission = missionId(acronym)
    if (lines.has(mission)) return
    const window = to !== undefined && to > from ? { from, to } : { from }
    lines.set(
      mission,
      line(`mission:${mission}`, 'EstablishMission', { mission, name, hosts: hosts.split(' ').filter(Boolean), ...window }),
    )
  }
  for (const { acronym, name, host_iso3: hosts, start_date: from, end_date: to } of listed) {
    establish(acronym, name, hosts, from ?? firstDay(firstMonth.get(missionId(acronym))), to)
  }
  for (const { acronym, name, host_iso3: hosts } of supplement)
    establish(acronym, name, hosts, firstDay(firstMonth.get(acronym)), undefined)
  for (const [mission, month] of [...firstMonth].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    establish(mission, `${mission} (as named in the counts)`, hostOf.get(mission) ?? '', firstDay(month), undefined)
  return [...lines.values()]
}

const noteFirst = (first: Map<string, string>, mission: string, month: string): void => {
  const known = first.get(mission)
  if (known === undefined || month < known) first.set(mission, month)
}

const firstDay = (month: string | undefined): string => `${month ?? '1948-01'}-01`

export const ceilingLines = (folder: string): ReadonlyArray<BatchLine> =>
  readTable(join(folder, 'authorized_ceilings.csv'), Ceiling).flatMap(
    ({ mission, effective_date: from, military_ceiling, police_ceiling, resolution, note }) =>
      (
        [
          ['military', military_ceiling],
          ['police', police_ceiling],
        ] as const
      ).flatMap(([category, quantity]) =>
        quantity === undefined
          ? []
          : [
              line(`ceiling:${mission}:${category}:${from}`, 'SetCeiling', {
                mission,
                category,
                from,
                quantity,
                document: resolution,
                ...(note === undefined ? {} : { note }),
              }),
            ],
      ),
  )

/** Only budgets of missions known here; shares of the support account and the like belong to no mission. */
export const budgetLines = (folder: string, missions: ReadonlySet<string>): ReadonlyArray<BatchLine> =>
  readTable(join(folder, 'mission_budgets.csv'), Budget)
    .filter(({ mission, amount_usd_thousands: amount }) => missions.has(missionId(mission)) && /^\d+(\.\d+)?$/.test(amount))
    .map(({ fiscal_year: fiscalYear, mission, amount_usd_thousands: amount, basis, un_document: document }, index) =>
      line(`budget:${mission}:${fiscalYear}:${index}`, 'ApproveBudget', {
        mission: missionId(mission),
        fiscalYear,
        amount: { amount: String(Math.round(Number(amount) * 100_000)), currency: 'USD' },
        ...(document === undefined ? {} : { document }),
        note: basis,
      }),
    )
