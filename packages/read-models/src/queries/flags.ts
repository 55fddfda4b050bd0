/** The flag board. */
import { sql, type SqlBool } from 'kysely'
import { DEPARTMENT, type Label } from '@muster/contracts/label'
import type { FlagKind } from '@muster/contracts/planning'
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { flag, type FlagRow } from '../tables/records.ts'
import { EVERYTHING, type Visibility } from '../visibility.ts'
import { heldAt, type AsOf, type Asked } from './as-of.ts'
import type { FlagView } from './answers.ts'

export interface FlagFilter {
  readonly kind?: FlagKind | undefined
  readonly family?: FlagRow['family'] | undefined
  readonly status?: FlagRow['status'] | undefined
  readonly mission?: string | undefined
  readonly contributor?: string | undefined
  readonly severity?: FlagRow['severity'] | undefined
}

/** A finding about one contributor is that contributor's business too; any other is the department's. */
export const flagLabel = (contributor: string | null): Label =>
  contributor === null ? DEPARTMENT : { ...DEPARTMENT, owners: [contributor] }

const flagAdmitted = (visibility: Visibility) => {
  if (visibility.all) return sql<SqlBool>`1 = 1`
  return visibility.contributor === null
    ? sql<SqlBool>`1 = 0`
    : sql<SqlBool>`${sql.ref('flag.contributor')} = ${visibility.contributor}`
}

const viewOf = (stored: Parameters<typeof rowOf>[1]): FlagView => {
  const row = rowOf(flag, stored)
  return { ...row, label: flagLabel(row.contributor) }
}

/** A page of flags, by id. */
export const listFlags = async (
  readModels: ReadModels,
  { asOf, visibility, filter = {}, after, limit }: Asked & PageRequest & { readonly filter?: FlagFilter },
): Promise<Page<FlagView>> => {
  let query = readModels
    .db()
    .selectFrom('flag')
    .selectAll('flag')
    .where(heldAt('flag', asOf))
    .where(flagAdmitted(visibility))
    .orderBy('flag.key')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('flag.key', '>', after)
  if (filter.kind !== undefined) query = query.where('flag.kind', '=', filter.kind)
  if (filter.family !== undefined) query = query.where('flag.family', '=', filter.family)
  if (filter.status !== undefined) query = query.where('flag.status', '=', filter.status)
  if (filter.mission !== undefined) query = query.where('flag.mission', '=', filter.mission)
  if (filter.contributor !== undefined) query = query.where('flag.contributor', '=', filter.contributor)
  if (filter.severity !== undefined) query = query.where('flag.severity', '=', filter.severity)
  return pageOf(await query.execute(), limit, ({ key }) => key, viewOf)
}

export const flagById = async (
  readModels: ReadModels,
  { asOf, id }: AsOf & { readonly id: string },
): Promise<FlagView | undefined> => {
  const stored = await readModels
    .db()
    .selectFrom('flag')
    .selectAll('flag')
    .where('flag.key', '=', id)
    .where(heldAt('flag', asOf))
    .executeTakeFirst()
  return stored && viewOf(stored)
}

/** Flags that are up (raised or acknowledged), for detectors that compare them with what they find. */
export const standingFlags = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<FlagView>> => {
  const all = await readModels
    .db()
    .selectFrom('flag')
    .selectAll('flag')
    .where(heldAt('flag', asOf))
    .where(flagAdmitted(EVERYTHING))
    .where('flag.status', '<>', 'cleared')
    .orderBy('flag.key')
    .execute()
  return all.map(viewOf)
}
