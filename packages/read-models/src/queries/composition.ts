/** Who makes up a force, by official count, and how concentrated that is. */
import { composition, type Presence } from '@muster/burden/composition'
import type { Month } from '@muster/kernel/time'
import { sql } from 'kysely'
import type { ReadModels } from '../read-models.ts'
import { keysOfMonths } from './months.ts'
import { groupBy, heldAt, type AsOf } from './as-of.ts'
import type { ConcentrationRow, MonthComposition } from './answers.ts'

export const ALL_MISSIONS = 'ALL'

/** Persons by kind as the ceilings count them; one place says which categories are military and which are police. */
export const militaryOf = sql<number>`(s."troopsMen" + s."troopsWomen" + s."expertsMen" + s."expertsWomen")`
export const policeOf = sql<number>`(s."formedPoliceMen" + s."formedPoliceWomen" + s."individualPoliceMen" + s."individualPoliceWomen")`

/** Of one mission, or of `ALL`, in a month. Undefined when nothing was reported for that month. */
export const compositionOf = async (
  readModels: ReadModels,
  { asOf, mission, month }: AsOf & { readonly mission: string; readonly month: Month },
): Promise<MonthComposition | undefined> => {
  let query = readModels
    .db()
    .selectFrom('strength as s')
    .select(['s.contributor as contributor', (eb) => eb.fn.sum<number>('s.total').as('quantity')])
    .where(heldAt('s', asOf))
    .groupBy('s.contributor')
  query =
    mission === ALL_MISSIONS
      ? query.where(keysOfMonths('s', month, month))
      : query.where('s.mission', '=', mission).where('s.month', '=', month)
  const rows = await query.execute()
  return rows.length === 0 ? undefined : { month, mission, ...composition(rows) }
}

/** The last month for which anything was reported, of a mission or of `ALL`. */
export const latestMonth = async (
  readModels: ReadModels,
  { asOf, mission }: AsOf & { readonly mission: string },
): Promise<Month | undefined> => {
  let query = readModels.db().selectFrom('strength as s').select('s.month').where(heldAt('s', asOf)).limit(1)
  query =
    mission === ALL_MISSIONS ? query.orderBy('s.key', 'desc') : query.where('s.mission', '=', mission).orderBy('s.month', 'desc')
  return (await query.executeTakeFirst())?.month
}

const rowFor = (
  mission: string,
  capability: ConcentrationRow['capability'],
  month: Month,
  presences: ReadonlyArray<Presence>,
): ConcentrationRow => {
  const { total, contributors, shares, top5Percent, hhi, gini } = composition(presences)
  const [first] = shares
  const top1 = first === undefined ? null : { contributor: first.contributor, percent: first.percent }
  return { mission, capability, month, total, contributors, top1, top5Percent, hhi, gini }
}

interface Counted {
  readonly mission: string
  readonly contributor: string
  readonly military: number
  readonly police: number
}

const summed = (rows: ReadonlyArray<Counted>, quantityOf: (row: Counted) => number): ReadonlyArray<Presence> =>
  [...groupBy(rows, ({ contributor }) => contributor)].map(([contributor, of]) => ({
    contributor,
    quantity: of.reduce((sum, row) => sum + quantityOf(row), 0),
  }))

/** Concentration per mission (and `ALL`) and category in a month; rows of categories in which nobody is present are left out. */
export const concentrationIn = async (
  readModels: ReadModels,
  { asOf, month, mission }: AsOf & { readonly month: Month; readonly mission?: string | undefined },
): Promise<ReadonlyArray<ConcentrationRow>> => {
  let query = readModels
    .db()
    .selectFrom('strength as s')
    .select(['s.mission', 's.contributor', militaryOf.as('military'), policeOf.as('police')])
    .where(heldAt('s', asOf))
  query =
    mission === undefined || mission === ALL_MISSIONS
      ? query.where(keysOfMonths('s', month, month))
      : query.where('s.mission', '=', mission).where('s.month', '=', month)
  const rows = await query.execute()
  const groups = new Map<string, ReadonlyArray<Counted>>(groupBy(rows, (row) => row.mission))
  const wanted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (mission === undefined || mission === ALL_MISSIONS) wanted.unshift([ALL_MISSIONS, rows])
  return wanted
    .filter(([id]) => mission === undefined || id === mission)
    .flatMap(([id, of]) => [
      rowFor(
        id,
        'ALL',
        month,
        summed(of, ({ military, police }) => military + police),
      ),
      rowFor(
        id,
        'MILITARY',
        month,
        summed(of, ({ military }) => military),
      ),
      rowFor(
        id,
        'POLICE',
        month,
        summed(of, ({ police }) => police),
      ),
    ])
    .filter(({ total }) => total > 0)
}
