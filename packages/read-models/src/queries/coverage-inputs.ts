/** Pledges and commitments as coverage, plans and flags look at them. */
import { covers, type Day } from '@muster/kernel/time'
import { z } from 'zod'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge, type PledgeRow } from '../tables/pledges.ts'
import { admitted, tokensOf } from '../visibility.ts'
import type { CommitmentView } from './answers.ts'
import { heldAt, type Asked } from './as-of.ts'
import { commitmentAdmitted, commitmentsAt, commitmentView } from './commitments.ts'

/** A pledge that is on offer: neither returned, withdrawn nor expired. */
export interface OpenPledge {
  readonly id: string
  readonly capability: string
  readonly currency: string | null
  readonly persons: number | null
  readonly earmark: ReadonlyArray<string>
  readonly notIn: ReadonlyArray<string>
  /** Free units on a day. Validity says until when the offer may be taken up, not when it serves: it is not looked at here. */
  readonly freeOn: (day: Day) => number
  readonly row: PledgeRow
}

const OPEN = ['submitted', 'acknowledged', 'accepted'] as const

const openPledge = (row: PledgeRow): OpenPledge => ({
  id: row.id,
  capability: row.capability,
  currency: row.currency,
  persons: row.terms.persons ?? null,
  earmark: tokensOf(row.earmark),
  notIn: tokensOf(row.notIn),
  freeOn: (day) => row.stretches.find((stretch) => covers(stretch, day))?.free ?? 0,
  row,
})

export const openPledges = async (readModels: ReadModels, { asOf, visibility }: Asked): Promise<ReadonlyArray<OpenPledge>> => {
  const rows = await readModels
    .db()
    .selectFrom('pledge')
    .selectAll('pledge')
    .where('pledge.status', 'in', OPEN)
    .where(heldAt('pledge', asOf))
    .where(
      admitted(visibility, {
        owners: 'pledge.owners',
        classification: 'pledge.classification',
        releaseTo: 'pledge.releaseTo',
      }),
    )
    .orderBy('pledge.key')
    .execute()
  return rows.map((stored) => openPledge(rowOf(pledge, stored)))
}

const Persons = z.object({ persons: z.number().optional() })

/** Commitments that live or have lived: all but those declined or cancelled, with the persons in one unit of their pledge. */
export const liveCommitments = async (
  readModels: ReadModels,
  { asOf, visibility, mission }: Asked & { readonly mission?: string | undefined },
): Promise<ReadonlyArray<CommitmentView & { readonly persons: number | null }>> => {
  let query = commitmentsAt(readModels, asOf)
    .select('pledge.terms as pledgeTerms')
    .where('commitment.status', 'not in', ['declined', 'cancelled'])
    .where(commitmentAdmitted(visibility))
    .orderBy('commitment.key')
  if (mission !== undefined) query = query.where('commitment.mission', '=', mission)
  return (await query.execute()).map((stored) => {
    const terms: unknown = stored.pledgeTerms === null ? {} : JSON.parse(stored.pledgeTerms)
    return { ...commitmentView(stored), persons: Persons.parse(terms).persons ?? null }
  })
}
