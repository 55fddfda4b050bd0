/** Commitments; each carries the classification of the pledge it draws from. */
import { sql, type SqlBool } from 'kysely'
import { DEFAULT_CLASSIFICATION } from '@muster/contracts/label'
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { commitment, type CommitmentStatus } from '../tables/pledges.ts'
import { admitted, labelFrom, tokens, tokensOf, type Visibility } from '../visibility.ts'
import { heldAt, type AsOf, type Asked } from './as-of.ts'
import type { CommitmentView } from './answers.ts'

export interface CommitmentFilter {
  readonly contributor?: string | undefined
  readonly mission?: string | undefined
  readonly pledge?: string | undefined
  readonly plan?: string | undefined
  readonly status?: CommitmentStatus | undefined
}

/** Commitments in force at a position, joined with the label of their pledge. */
export const commitmentsAt = (readModels: ReadModels, asOf: number) =>
  readModels
    .db()
    .selectFrom('commitment')
    .leftJoin('pledge', (join) => join.onRef('pledge.key', '=', 'commitment.pledge').on(heldAt('pledge', asOf)))
    .selectAll('commitment')
    .select(['pledge.owners as owners', 'pledge.classification as classification', 'pledge.releaseTo as releaseTo'])
    .where(heldAt('commitment', asOf))

export const commitmentAdmitted = (visibility: Visibility) => {
  const byPledge = admitted(visibility, {
    owners: 'pledge.owners',
    classification: 'pledge.classification',
    releaseTo: 'pledge.releaseTo',
  })
  return visibility.all || visibility.contributor === null
    ? byPledge
    : sql<SqlBool>`(${byPledge} or ${sql.ref('commitment.contributor')} = ${visibility.contributor})`
}

type Joined = Awaited<ReturnType<ReturnType<typeof commitmentsAt>['execute']>>[number]

export const commitmentView = (stored: Joined): CommitmentView => {
  const row = rowOf(commitment, stored)
  const owners = [...new Set([row.contributor, ...tokensOf(stored.owners ?? '')])]
  return {
    ...row,
    label: labelFrom({
      owners: tokens(owners),
      classification: stored.classification ?? DEFAULT_CLASSIFICATION,
      releaseTo: stored.releaseTo ?? '',
    }),
  }
}

/** A page of commitments, by id. */
export const listCommitments = async (
  readModels: ReadModels,
  { asOf, visibility, filter = {}, after, limit }: Asked & PageRequest & { readonly filter?: CommitmentFilter },
): Promise<Page<CommitmentView>> => {
  let query = commitmentsAt(readModels, asOf)
    .where(commitmentAdmitted(visibility))
    .orderBy('commitment.key')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('commitment.key', '>', after)
  if (filter.contributor !== undefined) query = query.where('commitment.contributor', '=', filter.contributor)
  if (filter.mission !== undefined) query = query.where('commitment.mission', '=', filter.mission)
  if (filter.pledge !== undefined) query = query.where('commitment.pledge', '=', filter.pledge)
  if (filter.plan !== undefined) query = query.where('commitment.plan', '=', filter.plan)
  if (filter.status !== undefined) query = query.where('commitment.status', '=', filter.status)
  return pageOf(await query.execute(), limit, ({ key }) => key, commitmentView)
}

export const commitmentById = async (
  readModels: ReadModels,
  { asOf, id }: AsOf & { readonly id: string },
): Promise<CommitmentView | undefined> => {
  const stored = await commitmentsAt(readModels, asOf).where('commitment.key', '=', id).executeTakeFirst()
  return stored && commitmentView(stored)
}
