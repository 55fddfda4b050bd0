/** What happened to a record, in plain words, event by event. */
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import { timelineKey } from '../projections/all.ts'
import type { ReadModels } from '../read-models.ts'
import type { AsOf } from './as-of.ts'
import type { TimelineEntry } from './answers.ts'

/** Entries of one stream in the order of the log; `after` is a position as text. */
export const timelineOf = async (
  readModels: ReadModels,
  { asOf, stream, after, limit }: AsOf & PageRequest & { readonly stream: string },
): Promise<Page<TimelineEntry>> => {
  let query = readModels
    .db()
    .selectFrom('timeline')
    .select(['timeline.key', 'timeline.position', 'timeline.time', 'timeline.type', 'timeline.text'])
    .where('timeline.stream', '=', stream)
    .where('timeline.position', '<=', asOf)
    .orderBy('timeline.position')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('timeline.position', '>', Number(after))
  return pageOf(
    await query.execute(),
    limit,
    ({ position }) => String(position),
    ({ position, time, type, text }) => ({ position, time, type, text }),
  )
}

/** The entry of one position, whatever its stream. */
export const timelineAt = async (readModels: ReadModels, position: number): Promise<TimelineEntry | undefined> =>
  readModels
    .db()
    .selectFrom('timeline')
    .select(['timeline.position', 'timeline.time', 'timeline.type', 'timeline.text'])
    .where('timeline.key', '=', timelineKey(position))
    .executeTakeFirst()
