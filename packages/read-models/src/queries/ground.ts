/** Contributors, the catalogue, scales, policies and rates: what other figures are measured against. */
import type { CapacityKey } from '@muster/contracts/contributors'
import { covers, type Day } from '@muster/kernel/time'
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf, type RowOf } from '../table.ts'
import {
  affiliation,
  capability,
  capacityFigure,
  contributor,
  exchangeRate,
  policy,
  scale,
  type CapabilityRow,
  type ContributorRow,
  type Period,
  type PolicyRow,
  type ScaleRow,
} from '../tables/ground.ts'
import { heldAt, type AsOf } from './as-of.ts'

export type CapacityFigureRow = RowOf<typeof capacityFigure>
export type ExchangeRateRow = RowOf<typeof exchangeRate>
export type AffiliationRow = RowOf<typeof affiliation>

export interface ContributorDocument extends ContributorRow {
  readonly affiliations: ReadonlyArray<{ readonly organisation: string; readonly periods: ReadonlyArray<Period> }>
  readonly figures: ReadonlyArray<CapacityFigureRow>
}

/** A page of contributors, by code. */
export const listContributors = async (
  readModels: ReadModels,
  { asOf, after, limit }: AsOf & PageRequest,
): Promise<Page<ContributorRow>> => {
  let query = readModels
    .db()
    .selectFrom('contributor')
    .selectAll('contributor')
    .where(heldAt('contributor', asOf))
    .orderBy('contributor.key')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('contributor.key', '>', after)
  return pageOf(
    await query.execute(),
    limit,
    ({ key }) => key,
    (stored) => rowOf(contributor, stored),
  )
}

export const allContributors = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<ContributorRow>> =>
  (
    await readModels
      .db()
      .selectFrom('contributor')
      .selectAll('contributor')
      .where(heldAt('contributor', asOf))
      .orderBy('contributor.key')
      .execute()
  ).map((stored) => rowOf(contributor, stored))

const affiliationsWhere = async (
  readModels: ReadModels,
  asOf: number,
  column: 'affiliation.contributor' | 'affiliation.organisation',
  id: string,
): Promise<ReadonlyArray<AffiliationRow>> =>
  (
    await readModels
      .db()
      .selectFrom('affiliation')
      .selectAll('affiliation')
      .where(column, '=', id)
      .where(heldAt('affiliation', asOf))
      .orderBy('affiliation.key')
      .execute()
  ).map((stored) => rowOf(affiliation, stored))

const runsOn = ({ periods }: AffiliationRow, day: Day): boolean =>
  periods.some(({ from, to }) => covers({ from, to: to ?? '9999-12-31' }, day))

/** Organisations to which a contributor belongs on a day: what a nation's clearance is made of. */
export const organisationsOf = async (
  readModels: ReadModels,
  { asOf, contributor: id, day }: AsOf & { readonly contributor: string; readonly day: Day },
): Promise<ReadonlyArray<string>> =>
  (await affiliationsWhere(readModels, asOf, 'affiliation.contributor', id))
    .filter((row) => runsOn(row, day))
    .map(({ organisation }) => organisation)

export const membersOf = async (
  readModels: ReadModels,
  { asOf, organisation, day }: AsOf & { readonly organisation: string; readonly day: Day },
): Promise<ReadonlyArray<string>> =>
  (await affiliationsWhere(readModels, asOf, 'affiliation.organisation', organisation))
    .filter((row) => runsOn(row, day))
    .map((row) => row.contributor)

export const contributorById = async (
  readModels: ReadModels,
  { asOf, id }: AsOf & { readonly id: string },
): Promise<ContributorDocument | undefined> => {
  const stored = await readModels
    .db()
    .selectFrom('contributor')
    .selectAll('contributor')
    .where('contributor.key', '=', id)
    .where(heldAt('contributor', asOf))
    .executeTakeFirst()
  if (stored === undefined) return undefined
  const affiliations = await affiliationsWhere(readModels, asOf, 'affiliation.contributor', id)
  const figures = await readModels
    .db()
    .selectFrom('capacity_figure')
    .selectAll('capacity_figure')
    .where('capacity_figure.contributor', '=', id)
    .where(heldAt('capacity_figure', asOf))
    .orderBy('capacity_figure.key')
    .execute()
  return {
    ...rowOf(contributor, stored),
    affiliations: affiliations.map(({ organisation, periods }) => ({ organisation, periods })),
    figures: figures.map((figure) => rowOf(capacityFigure, figure)),
  }
}

/** Capacity figures of these kinds, of all kinds unless given; by contributor, kind and year. */
export const capacityFiguresOf = async (
  readModels: ReadModels,
  { asOf, keys }: AsOf & { readonly keys?: ReadonlyArray<CapacityKey> },
): Promise<ReadonlyArray<CapacityFigureRow>> => {
  if (keys?.length === 0) return []
  let query = readModels
    .db()
    .selectFrom('capacity_figure as f')
    .select(['f.contributor', 'f.figure', 'f.year', 'f.value', 'f.source'])
    .where(heldAt('f', asOf))
    .orderBy('f.key')
  if (keys !== undefined) query = query.where('f.figure', 'in', keys)
  return query.execute()
}

/** The whole catalogue, by code. */
export const allCapabilities = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<CapabilityRow>> =>
  (
    await readModels
      .db()
      .selectFrom('capability')
      .selectAll('capability')
      .where(heldAt('capability', asOf))
      .orderBy('capability.key')
      .execute()
  ).map((stored) => rowOf(capability, stored))

/** Every scale of assessments, oldest period first. */
export const allScales = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<ScaleRow>> =>
  (await readModels.db().selectFrom('scale').selectAll('scale').where(heldAt('scale', asOf)).orderBy('scale.from').execute()).map(
    (stored) => rowOf(scale, stored),
  )

/** Every policy, in the order in which they come into force. */
export const allPolicies = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<PolicyRow>> =>
  (
    await readModels
      .db()
      .selectFrom('policy')
      .selectAll('policy')
      .where(heldAt('policy', asOf))
      .orderBy('policy.from')
      .orderBy('policy.since')
      .execute()
  ).map((stored) => rowOf(policy, stored))

/** The policy in force on a day; before the first one, none. */
export const policyOn = async (
  readModels: ReadModels,
  { asOf, day }: AsOf & { readonly day: Day },
): Promise<PolicyRow | undefined> => (await allPolicies(readModels, { asOf })).findLast(({ from }) => from <= day)

export const allExchangeRates = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<ExchangeRateRow>> =>
  (
    await readModels
      .db()
      .selectFrom('exchange_rate')
      .selectAll('exchange_rate')
      .where(heldAt('exchange_rate', asOf))
      .orderBy('exchange_rate.key')
      .execute()
  ).map((stored) => rowOf(exchangeRate, stored))
