/** What happened to a record, in plain words, event by event. */
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import { timelineKey } from '../projections/all.ts'
import type { ReadModels } from '../read-models.ts'
import type { AsOf } from './as-of.ts'
import type { TimelineEntry } from './answers.ts'

/** Entries of one stream in the order of the log. Counts are not told: they are read as figures. */
export const timelineOf = async (
  readModels: ReadModels,
  { asOf, stream, after, limit }: AsOf & PageRequest & { readonly stream: string },
): Promise<Page<TimelineEntry>> => {
  const rows = await readModels
    .db()
    .selectFrom('timeline')
    .select(['timeline.key', 'timeline.position', 'timeline.time', 'timeline.type', 'timeline.text'])
    .where('timeline.key', '>', after ?? timelineKey(stream, 0))
    .where('timeline.key', '<=', timelineKey(stream, asOf))
    .orderBy('timeline.key')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows,
    limit,
    ({ key }) => key,
    ({ position, time, type, text }) => ({ position, time, type, text }),
  )
}
