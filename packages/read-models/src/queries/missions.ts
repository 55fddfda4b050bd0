/** The mission board, and one mission with everything about it. */
import { percent } from '@muster/burden/composition'
import { fraction } from '@muster/burden/exact'
import { daysIn, firstDayOf, monthOf, type Day, type Month } from '@muster/kernel/time'
import { sql } from 'kysely'
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import {
  ceiling,
  consent,
  mission,
  missionBudget,
  requirement,
  type BudgetRow,
  type CeilingRow,
  type ConsentRow,
  type MissionRow,
  type RequirementRow,
} from '../tables/missions.ts'
import type { MissionBoardRow, MissionDocument, PeakStrength } from './answers.ts'
import { groupBy, heldAt, type AsOf } from './as-of.ts'
import { militaryOf, policeOf } from './composition.ts'
import { missionTotalsOf, type MissionTotalRow } from './strengths.ts'

type Missions = AsOf & { readonly missions?: ReadonlyArray<string> | undefined }

export const ceilingsOf = async (readModels: ReadModels, { asOf, missions }: Missions): Promise<ReadonlyArray<CeilingRow>> => {
  let query = readModels.db().selectFrom('ceiling').selectAll('ceiling').where(heldAt('ceiling', asOf)).orderBy('ceiling.key')
  if (missions !== undefined) query = query.where('ceiling.mission', 'in', missions)
  return (await query.execute()).map((stored) => rowOf(ceiling, stored))
}

/** Requirement lines that stand, by mission and id. */
export const requirementsOf = async (
  readModels: ReadModels,
  { asOf, missions }: Missions,
): Promise<ReadonlyArray<RequirementRow>> => {
  let query = readModels
    .db()
    .selectFrom('requirement')
    .selectAll('requirement')
    .where('requirement.status', '=', 'issued')
    .where(heldAt('requirement', asOf))
    .orderBy('requirement.key')
  if (missions !== undefined) query = query.where('requirement.mission', 'in', missions)
  return (await query.execute()).map((stored) => rowOf(requirement, stored))
}

export const budgetsOf = async (readModels: ReadModels, { asOf, missions }: Missions): Promise<ReadonlyArray<BudgetRow>> => {
  let query = readModels
    .db()
    .selectFrom('mission_budget')
    .selectAll('mission_budget')
    .where(heldAt('mission_budget', asOf))
    .orderBy('mission_budget.key')
  if (missions !== undefined) query = query.where('mission_budget.mission', 'in', missions)
  return (await query.execute()).map((stored) => rowOf(missionBudget, stored))
}

export const consentsOf = async (readModels: ReadModels, { asOf, missions }: Missions): Promise<ReadonlyArray<ConsentRow>> => {
  let query = readModels.db().selectFrom('consent').selectAll('consent').where(heldAt('consent', asOf)).orderBy('consent.key')
  if (missions !== undefined) query = query.where('consent.mission', 'in', missions)
  return (await query.execute()).map((stored) => rowOf(consent, stored))
}

export const allMissions = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<MissionRow>> =>
  (
    await readModels
      .db()
      .selectFrom('mission')
      .selectAll('mission')
      .where(heldAt('mission', asOf))
      .orderBy('mission.key')
      .execute()
  ).map((stored) => rowOf(mission, stored))

/** The step in force on a day; undefined before the first one. */
export const ceilingOn = (ceilings: ReadonlyArray<CeilingRow>, category: CeilingRow['category'], day: Day): number | undefined =>
  ceilings
    .filter((step) => step.category === category && step.from <= day)
    .reduce<CeilingRow | undefined>(
      (latest, step) => (latest === undefined || step.from > latest.from ? step : latest),
      undefined,
    )?.quantity

interface LastStrength {
  readonly mission: string
  readonly month: Month
  readonly military: number
  readonly police: number
  readonly contributors: number
}

/** The last month reported for each mission, not after the given one. */
const lastStrengths = async (
  readModels: ReadModels,
  { asOf, missions, month }: AsOf & { readonly missions: ReadonlyArray<string>; readonly month: Month },
): Promise<ReadonlyArray<LastStrength>> =>
  readModels
    .db()
    .with('latest', (db) =>
      db
        .selectFrom('mission as m')
        .select([
          'm.id as of',
          (eb) =>
            eb
              .selectFrom('strength as l')
              .select('l.month')
              .whereRef('l.mission', '=', 'm.id')
              .where('l.month', '<=', month)
              .where(heldAt('l', asOf))
              .orderBy('l.month', 'desc')
              .limit(1)
              .as('last'),
        ])
        .where('m.key', 'in', missions)
        .where(heldAt('m', asOf)),
    )
    .selectFrom('latest')
    .innerJoin('strength as s', (join) => join.onRef('s.mission', '=', 'latest.of').onRef('s.month', '=', 'latest.last'))
    .select([
      's.mission',
      's.month',
      sql<number>`sum(${militaryOf})`.as('military'),
      sql<number>`sum(${policeOf})`.as('police'),
      sql<number>`count(*)`.as('contributors'),
    ])
    .where(heldAt('s', asOf))
    .where('s.total', '>', 0)
    .groupBy(['s.mission', 's.month'])
    .execute()

const boardRows = async (
  readModels: ReadModels,
  { asOf, day, rows }: AsOf & { readonly day: Day; readonly rows: ReadonlyArray<MissionRow> },
): Promise<ReadonlyArray<MissionBoardRow>> => {
  if (rows.length === 0) return []
  const missions = rows.map(({ id }) => id)
  const ceilings = groupBy(await ceilingsOf(readModels, { asOf, missions }), (row) => row.mission)
  const lines = groupBy(await requirementsOf(readModels, { asOf, missions }), (row) => row.mission)
  const strengths = new Map(
    (await lastStrengths(readModels, { asOf, missions, month: monthOf(day) })).map((row) => [row.mission, row]),
  )
  return rows.map((row) => {
    const steps = ceilings.get(row.id) ?? []
    const last = strengths.get(row.id)
    return {
      ...row,
      ceiling: { military: ceilingOn(steps, 'military', day) ?? null, police: ceilingOn(steps, 'police', day) ?? null },
      strength: last
        ? { month: last.month, military: last.military, police: last.police, contributors: last.contributors }
        : null,
      requirements: lines.get(row.id)?.length ?? 0,
    }
  })
}

/** A page of missions, by acronym, with what stands on a day. */
export const missionBoard = async (
  readModels: ReadModels,
  { asOf, day, after, limit }: AsOf & PageRequest & { readonly day: Day },
): Promise<Page<MissionBoardRow>> => {
  let query = readModels
    .db()
    .selectFrom('mission')
    .selectAll('mission')
    .where(heldAt('mission', asOf))
    .orderBy('mission.key')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('mission.key', '>', after)
  const page = pageOf(
    await query.execute(),
    limit,
    ({ key }) => key,
    (stored) => rowOf(mission, stored),
  )
  return { items: await boardRows(readModels, { asOf, day, rows: page.items }), next: page.next }
}

export const missionById = async (
  readModels: ReadModels,
  { asOf, id, day }: AsOf & { readonly id: string; readonly day: Day },
): Promise<MissionDocument | undefined> => {
  const db = readModels.db()
  const stored = await db
    .selectFrom('mission')
    .selectAll('mission')
    .where('mission.key', '=', id)
    .where(heldAt('mission', asOf))
    .executeTakeFirst()
  if (stored === undefined) return undefined
  const [board] = await boardRows(readModels, { asOf, day, rows: [rowOf(mission, stored)] })
  if (board === undefined) return undefined
  const missions = [id]
  const ceilings = await ceilingsOf(readModels, { asOf, missions })
  const totals = await missionTotalsOf(readModels, { asOf, mission: id })
  const steps = await db
    .selectFrom('mandate_step')
    .select(['mandate_step.step', 'mandate_step.day', 'mandate_step.document'])
    .where('mandate_step.mission', '=', id)
    .where('mandate_step.since', '<=', asOf)
    .orderBy('mandate_step.key')
    .execute()
  return {
    ...board,
    mandate: steps,
    ceilings: ceilings
      .map(({ category, from, quantity, document }) => ({ category, from, quantity, document }))
      .toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)),
    budgets: (await budgetsOf(readModels, { asOf, missions })).map(({ fiscalYear, budget, cutPermille, cash }) => ({
      fiscalYear,
      budget,
      cutPermille,
      cash,
    })),
    consents: (await consentsOf(readModels, { asOf, missions })).map(({ contributor, decisions }) => ({
      contributor,
      decisions,
    })),
    requirementLines: await requirementsOf(readModels, { asOf, missions }),
    totals: totals.map(({ month, total, contributors, troops, police, observers }) => ({
      month,
      total,
      contributors,
      troops,
      police,
      observers,
    })),
    peak: peakOf(totals, ceilings),
  }
}

/** The first of the months with the largest total, against both ceilings in force at its end. */
const peakOf = (totals: ReadonlyArray<MissionTotalRow>, ceilings: ReadonlyArray<CeilingRow>): PeakStrength | null => {
  const [first, ...others] = totals
  if (first === undefined) return null
  const { month, total } = others.reduce((peak, row) => (row.total > peak.total ? row : peak), first)
  const lastDay = `${month}-${daysIn(month)}`
  const military = ceilingOn(ceilings, 'military', lastDay)
  const police = ceilingOn(ceilings, 'police', lastDay)
  const ceiling = military === undefined || police === undefined ? null : military + police
  const percentOfCeiling = ceiling === null || ceiling === 0 ? null : percent(fraction(BigInt(total), BigInt(ceiling)))
  return { month, total, ceiling, percentOfCeiling }
}

/** The first day of the fiscal year `2025/26`: 1 July. */
export const fiscalYearStart = (fiscalYear: string): Day => firstDayOf(`${fiscalYear.slice(0, 4)}-07`)

/** The fiscal year in which a month lies: July to June. */
export const fiscalYearOf = (month: Month): string => {
  const year = Number(month.slice(0, 4)) - (month.slice(5) < '07' ? 1 : 0)
  return `${year}/${String((year + 1) % 100).padStart(2, '0')}`
}
