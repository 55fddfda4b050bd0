/** Official counts: persons of a contributor in a mission in a month, and the long series of totals that stands beside them. */
import type { Month } from '@muster/kernel/time'
import { sql } from 'kysely'
import type { ReadModels } from '../read-models.ts'
import { rowOf, type RowOf } from '../table.ts'
import { missionTotal, strength, type StrengthRow } from '../tables/missions.ts'
import { heldAt, type AsOf } from './as-of.ts'
import { militaryOf, policeOf } from './composition.ts'
import { keysOfMonths } from './months.ts'

export type MissionTotalRow = RowOf<typeof missionTotal>

export interface CountedMonth {
  readonly military: number
  readonly police: number
  /** Which of the two series the figures come from. */
  readonly by: 'counts-by-contributor' | 'mission-totals'
}
type Months = AsOf & { readonly mission: string; readonly first?: Month | undefined; readonly last?: Month | undefined }

/** Where a source gives no split, everyone stands under the military: the source itself puts them there in early years. */
const fromTotal = ({ police, total }: MissionTotalRow): CountedMonth => ({
  military: total - (police ?? 0),
  police: police ?? 0,
  by: 'mission-totals',
})

export const missionTotalsOf = async (
  readModels: ReadModels,
  { asOf, mission, first, last }: Months,
): Promise<ReadonlyArray<MissionTotalRow>> => {
  let query = readModels
    .db()
    .selectFrom('mission_total')
    .selectAll('mission_total')
    .where('mission_total.mission', '=', mission)
    .where(heldAt('mission_total', asOf))
    .orderBy('mission_total.month')
  if (first !== undefined) query = query.where('mission_total.month', '>=', first)
  if (last !== undefined) query = query.where('mission_total.month', '<=', last)
  return (await query.execute()).map((stored) => rowOf(missionTotal, stored))
}

/** Persons by month: the counts by contributor where there are any, else the mission's totals; never the two together. */
export const countsByMonth = async (readModels: ReadModels, months: Months): Promise<ReadonlyMap<Month, CountedMonth>> => {
  const counted = new Map((await missionTotalsOf(readModels, months)).map((row) => [row.month, fromTotal(row)]))
  let query = readModels
    .db()
    .selectFrom('strength as s')
    .select(['s.month', sql<number>`sum(${militaryOf})`.as('military'), sql<number>`sum(${policeOf})`.as('police')])
    .where('s.mission', '=', months.mission)
    .where(heldAt('s', months.asOf))
    .groupBy('s.month')
  if (months.first !== undefined) query = query.where('s.month', '>=', months.first)
  if (months.last !== undefined) query = query.where('s.month', '<=', months.last)
  for (const { month, military, police } of await query.execute()) {
    counted.set(month, { military, police, by: 'counts-by-contributor' })
  }
  return counted
}

export interface StrengthFilter {
  readonly mission?: string | undefined
  readonly contributor?: string | undefined
  readonly first?: Month | undefined
  readonly last?: Month | undefined
}

/** Counts as they were reported, by month, mission and contributor. */
export const strengthsOf = async (
  readModels: ReadModels,
  { asOf, filter }: AsOf & { readonly filter: StrengthFilter },
): Promise<ReadonlyArray<StrengthRow>> => {
  let query = readModels.db().selectFrom('strength').selectAll('strength').where(heldAt('strength', asOf)).orderBy('strength.key')
  if (filter.mission !== undefined) query = query.where('strength.mission', '=', filter.mission)
  if (filter.contributor !== undefined) query = query.where('strength.contributor', '=', filter.contributor)
  if (filter.mission === undefined && filter.contributor === undefined) {
    query = query.where(keysOfMonths('strength', filter.first ?? '', filter.last ?? '9999-12'))
  } else {
    if (filter.first !== undefined) query = query.where('strength.month', '>=', filter.first)
    if (filter.last !== undefined) query = query.where('strength.month', '<=', filter.last)
  }
  return (await query.execute()).map((stored) => rowOf(strength, stored))
}
