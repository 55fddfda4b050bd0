/** Labels of whole streams: what the feed asks before it shows an event. */
import { labelOfKind, UNKNOWN, type Label } from '@muster/contracts/label'
import type { ReadModels } from '../read-models.ts'
import { labelFrom } from '../visibility.ts'
import { heldAt, type AsOf } from './as-of.ts'
import { commitmentsAt, commitmentView } from './commitments.ts'
import { flagLabel } from './flags.ts'

const kindOf = (stream: string): string => stream.slice(0, Math.max(0, stream.indexOf('-')))
const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1)

/** SQL takes a bounded number of parameters; so many ids are asked for at once. */
const CHUNK = 500
const inChunks = (ids: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) => ids.slice(index * CHUNK, (index + 1) * CHUNK))

/**
 * The label of each stream as of a position. Pledges and commitments: owner, classification and release list of the
 * pledge; flags: the contributor they are about, else the department; plans and subscriptions: the department; all others
 * are public.
 */
export const labelsOf = async (
  readModels: ReadModels,
  { asOf, streams }: AsOf & { readonly streams: Iterable<string> },
): Promise<ReadonlyMap<string, Label>> => {
  const labels = new Map<string, Label>()
  const wanted = new Map<string, string[]>([
    ['pledge', []],
    ['commitment', []],
    ['flag', []],
  ])
  for (const stream of new Set(streams)) {
    const kind = kindOf(stream)
    wanted.get(kind)?.push(idOf(stream))
    labels.set(stream, labelOfKind(kind) ?? UNKNOWN)
  }
  const db = readModels.db()
  for (const ids of inChunks(wanted.get('pledge') ?? [])) {
    const rows = await db
      .selectFrom('pledge')
      .select(['pledge.id', 'pledge.owners', 'pledge.classification', 'pledge.releaseTo'])
      .where('pledge.key', 'in', ids)
      .where(heldAt('pledge', asOf))
      .execute()
    for (const row of rows) labels.set(`pledge-${row.id}`, labelFrom(row))
  }
  for (const ids of inChunks(wanted.get('commitment') ?? [])) {
    const rows = await commitmentsAt(readModels, asOf).where('commitment.key', 'in', ids).execute()
    for (const row of rows) labels.set(`commitment-${row.id}`, commitmentView(row).label)
  }
  for (const ids of inChunks(wanted.get('flag') ?? [])) {
    const rows = await db
      .selectFrom('flag')
      .select(['flag.id', 'flag.contributor'])
      .where('flag.key', 'in', ids)
      .where(heldAt('flag', asOf))
      .execute()
    for (const row of rows) labels.set(`flag-${row.id}`, flagLabel(row.contributor))
  }
  return labels
}
