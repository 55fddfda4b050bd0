/** Pledges and commitments as coverage, plans and burden look at them. */
import { covers, type Day } from '@muster/kernel/time'
import { sql, type SqlBool } from 'kysely'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge, type PledgeRow } from '../tables/pledges.ts'
import { admitted, holdsToken, type LabelColumns } from '../visibility.ts'
import type { CommitmentView } from './answers.ts'
import { heldAt, type Asked } from './as-of.ts'
import { commitmentAdmitted, commitmentsAt, commitmentView } from './commitments.ts'

/** On offer: neither returned, withdrawn nor expired. */
const OPEN = ['submitted', 'acknowledged', 'accepted'] as const

const labelOf = (table: string): LabelColumns => ({
  owners: `${table}.owners`,
  classification: `${table}.classification`,
  releaseTo: `${table}.releaseTo`,
})

/** Every pledge that is on offer, by id. */
export const openPledges = async (readModels: ReadModels, { asOf, visibility }: Asked): Promise<ReadonlyArray<PledgeRow>> => {
  const rows = await readModels
    .db()
    .selectFrom('pledge')
    .selectAll('pledge')
    .where('pledge.status', 'in', OPEN)
    .where(heldAt('pledge', asOf))
    .where(admitted(visibility, labelOf('pledge')))
    .orderBy('pledge.key')
    .execute()
  return rows.map((stored) => rowOf(pledge, stored))
}

/** What coverage needs of a pledge, and no more: there are thousands of them. */
const brief = {
  name: 'pledge',
  indexes: [],
  columns: {
    id: pledge.columns.id,
    capability: pledge.columns.capability,
    currency: pledge.columns.currency,
    persons: pledge.columns.persons,
    stretches: pledge.columns.stretches,
  },
}

export interface FreePledge {
  readonly id: string
  readonly capability: string
  readonly currency: string | null
  readonly persons: number | null
  /** Free units on a day. Validity says until when the offer may be taken up, not when it serves: it is not looked at here. */
  readonly freeOn: (day: Day) => number
}

/**
 * Pledges of these capabilities that are on offer to a mission: earmarked for it or for none, and with no caveat against it.
 * Kit that another pledge on offer makes into a unit is left out, whatever that unit is for: it is on offer once.
 */
export const freePledges = async (
  readModels: ReadModels,
  { asOf, visibility, mission, capabilities }: Asked & { readonly mission: string; readonly capabilities: ReadonlyArray<string> },
): Promise<ReadonlyArray<FreePledge>> => {
  if (capabilities.length === 0) return []
  const rows = await readModels
    .db()
    .selectFrom('pledge')
    .select(['pledge.id', 'pledge.capability', 'pledge.currency', 'pledge.persons', 'pledge.stretches'])
    .where('pledge.capability', 'in', capabilities)
    .where('pledge.status', 'in', OPEN)
    .where(heldAt('pledge', asOf))
    .where(sql<SqlBool>`(${sql.ref('pledge.earmark')} = '' or ${holdsToken('pledge.earmark', mission)})`)
    .where(sql<SqlBool>`not ${holdsToken('pledge.notIn', mission)}`)
    .where(admitted(visibility, labelOf('pledge')))
    .where((pledges) =>
      pledges.not(
        pledges.exists(
          // A unit the reader may not see replaces nothing, or the missing kit would tell of it. Money is no unit.
          pledges
            .selectFrom('pledge as unit')
            .select('unit.id')
            .whereRef('unit.derivedFrom', '=', 'pledge.id')
            .where('unit.currency', 'is', null)
            .where('unit.status', 'in', OPEN)
            .where(heldAt('unit', asOf))
            .where(admitted(visibility, labelOf('unit'))),
        ),
      ),
    )
    .execute()
  return rows.map((stored) => {
    const { stretches, ...row } = rowOf(brief, stored)
    return { ...row, freeOn: (day) => stretches.find((stretch) => covers(stretch, day))?.free ?? 0 }
  })
}

/** Commitments that live or have lived: all but those declined or cancelled, with the persons in one unit of their pledge. */
export const liveCommitments = async (
  readModels: ReadModels,
  { asOf, visibility, mission }: Asked & { readonly mission?: string | undefined },
): Promise<ReadonlyArray<CommitmentView & { readonly persons: number | null }>> => {
  let query = commitmentsAt(readModels, asOf)
    .select('pledge.persons as persons')
    .where('commitment.status', 'not in', ['declined', 'cancelled'])
    .where(commitmentAdmitted(visibility))
    .orderBy('commitment.key')
  if (mission !== undefined) query = query.where('commitment.mission', '=', mission)
  return (await query.execute()).map((stored) => ({ ...commitmentView(stored), persons: stored.persons }))
}
