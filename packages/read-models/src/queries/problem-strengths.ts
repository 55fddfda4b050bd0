/** Official counts as parts of an allocation problem: who is there, against what the Council authorised. */
import type { ProblemAsset, ProblemOffer, ProblemRequirement, Assignment } from '@muster/contracts/allocation/problem'
import { monthOf, type Month } from '@muster/kernel/time'
import type { ReadModels } from '../read-models.ts'
import type { StrengthRow } from '../tables/missions.ts'
import { groupBy } from './as-of.ts'
import { ALL_MISSIONS, latestMonth } from './composition.ts'
import { ceilingOn, ceilingsOf } from './missions.ts'
import { keysOfMonths } from './months.ts'
import type { PartsQuestion, ProblemParts } from './problem.ts'
import { strengthsOf } from './strengths.ts'

const CATEGORIES = [
  {
    code: 'MILITARY',
    category: 'military',
    of: (row: StrengthRow) => row.troopsMen + row.troopsWomen + row.expertsMen + row.expertsWomen,
  },
  {
    code: 'POLICE',
    category: 'police',
    of: (row: StrengthRow) => row.formedPoliceMen + row.formedPoliceWomen + row.individualPoliceMen + row.individualPoliceWomen,
  },
] as const

const countedMonth = async (readModels: ReadModels, asOf: number, wanted: Month): Promise<Month | undefined> => {
  const rows = await readModels
    .db()
    .selectFrom('strength as s')
    .select('s.month')
    .where(keysOfMonths('s', '', wanted))
    .where('s.since', '<=', asOf)
    .where('s.until', '>', asOf)
    .orderBy('s.key', 'desc')
    .limit(1)
    .execute()
  return rows[0]?.month ?? latestMonth(readModels, { asOf, mission: ALL_MISSIONS })
}

/**
 * The last month reported by the day of decision (else the last one there is). A contributor's persons of one category in
 * all missions are one divisible offer; a line is a mission's ceiling on that day. Undefined when nothing was ever reported.
 */
export const countedParts = async (
  readModels: ReadModels,
  { asOf, horizon, decidedAt }: PartsQuestion,
): Promise<ProblemParts | undefined> => {
  const month = await countedMonth(readModels, asOf, monthOf(decidedAt))
  if (month === undefined) return undefined
  const counted = (await strengthsOf(readModels, { asOf, filter: { first: month, last: month } })).filter(
    ({ total }) => total > 0,
  )
  const byContributor = groupBy(counted, ({ contributor }) => contributor)
  const byMission = groupBy(counted, ({ mission }) => mission)
  const ceilings = groupBy(await ceilingsOf(readModels, { asOf }), ({ mission }) => mission)
  const { from, to } = horizon
  const assets: ProblemAsset[] = []
  const offers: ProblemOffer[] = []
  const requirements: ProblemRequirement[] = []
  const published: Assignment[] = []
  for (const { code, category, of } of CATEGORIES) {
    for (const [contributor, rows] of byContributor) {
      const copies = rows.reduce((sum, row) => sum + of(row), 0)
      if (copies === 0) continue
      const id = `${contributor}:${code}`
      assets.push({ id, contributor, capability: code, copies, burden: 1, persons: 1 })
      offers.push({
        id,
        asset: id,
        from,
        to,
        noticeDays: 0,
        readiness: 1,
        languages: [],
        standards: [],
        notIn: [],
        onlyIn: null,
        minTourDays: 1,
      })
    }
    for (const [mission, rows] of byMission) {
      const there = rows.reduce((sum, row) => sum + of(row), 0)
      const quantity = ceilingOn(ceilings.get(mission) ?? [], category, decidedAt) ?? there
      if (quantity === 0) continue
      const id = `${mission}:${code}`
      requirements.push({
        id,
        mission,
        capability: code,
        accepts: [],
        tier: 1,
        weight: 1,
        counts: 'copies',
        quantity,
        from,
        to,
        minTourDays: 1,
        minReadiness: 1,
        maxNoticeDays: null,
        languages: [],
        standards: [],
        excludes: [],
        needs: [],
      })
      for (const row of rows) {
        const present = of(row)
        if (present > 0) published.push({ offer: `${row.contributor}:${code}`, requirement: id, quantity: present, from, to })
      }
    }
  }
  const missions = [...byMission.keys()].toSorted().map((id) => ({ id, ceilings: [] }))
  return { missions, requirements, assets, offers, published }
}
