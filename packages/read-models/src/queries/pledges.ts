/** The pledge register. */
import { sql, type SqlBool } from 'kysely'
import { covers, type Day } from '@muster/kernel/time'
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge, type PledgeRow, type PledgeStatus } from '../tables/pledges.ts'
import { admitted, holdsToken, labelFrom } from '../visibility.ts'
import { heldAt, type AsOf, type Asked } from './as-of.ts'
import type { Capacity, PledgeView } from './answers.ts'

export interface PledgeFilter {
  /** As contributor or as party of a joint pledge. */
  readonly contributor?: string | undefined
  readonly capability?: string | undefined
  readonly status?: PledgeStatus | undefined
  /** Earmarked for this mission. */
  readonly mission?: string | undefined
  readonly ownReference?: string | undefined
  /** Words of reference, capability, announcement or note. */
  readonly search?: string | undefined
}

const NOTHING: Capacity = { pledged: 0, free: 0, reserved: 0, deployed: 0, released: 0 }

/** Figures of a pledge on a day; before its window those of its first day, afterwards nothing. */
export const capacityOn = ({ stretches }: Pick<PledgeRow, 'stretches'>, day: Day): Capacity => {
  const [first] = stretches
  const stretch = first !== undefined && day < first.from ? first : stretches.find((each) => covers(each, day))
  if (stretch === undefined) return NOTHING
  const { from: _from, to: _to, ...figures } = stretch
  return figures
}

export const pledgeView = (row: PledgeRow, day: Day): PledgeView => ({
  ...row.terms,
  id: row.id,
  status: row.status,
  version: row.version,
  revision: row.revision,
  readiness: row.readiness,
  classification: row.classification,
  submittedAt: row.submittedAt,
  reasons: row.reasons,
  holds: row.holds,
  capacity: capacityOn(row, day),
  label: labelFrom(row),
})

const PLEDGE_LABEL = {
  owners: 'pledge.owners',
  classification: 'pledge.classification',
  releaseTo: 'pledge.releaseTo',
}

/** A page of the register, by id. `day`: the day on which capacity is looked at. */
export const listPledges = async (
  readModels: ReadModels,
  {
    asOf,
    visibility,
    filter = {},
    day,
    after,
    limit,
  }: Asked & PageRequest & { readonly filter?: PledgeFilter; readonly day: Day },
): Promise<Page<PledgeView>> => {
  let query = readModels
    .db()
    .selectFrom('pledge')
    .selectAll('pledge')
    .where(heldAt('pledge', asOf))
    .where(admitted(visibility, PLEDGE_LABEL))
    .orderBy('pledge.key')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('pledge.key', '>', after)
  if (filter.contributor !== undefined) query = query.where(holdsToken('pledge.owners', filter.contributor))
  if (filter.capability !== undefined) query = query.where('pledge.capability', '=', filter.capability)
  if (filter.status !== undefined) query = query.where('pledge.status', '=', filter.status)
  if (filter.mission !== undefined) query = query.where(holdsToken('pledge.earmark', filter.mission))
  if (filter.ownReference !== undefined) query = query.where('pledge.ownReference', '=', filter.ownReference)
  if (filter.search !== undefined) {
    // `like` has its own signs; a search means them literally.
    const words = filter.search.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)
    query = query.where(sql<SqlBool>`${sql.ref('pledge.words')} like ${`%${words}%`} escape '\\'`)
  }
  const rows = await query.execute()
  return pageOf(
    rows,
    limit,
    ({ key }) => key,
    (stored) => pledgeView(rowOf(pledge, stored), day),
  )
}

/** One pledge with its label; who may see it is decided by whoever asked. */
export const pledgeById = async (
  readModels: ReadModels,
  { asOf, id, day }: AsOf & { readonly id: string; readonly day: Day },
): Promise<PledgeView | undefined> => {
  const stored = await readModels
    .db()
    .selectFrom('pledge')
    .selectAll('pledge')
    .where('pledge.key', '=', id)
    .where(heldAt('pledge', asOf))
    .executeTakeFirst()
  return stored && pledgeView(rowOf(pledge, stored), day)
}
