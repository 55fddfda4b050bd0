/**
 * Pages of rows of which a reader may see only some. A page is filled from what is visible alone, and goes on after a visible row: a
 * short page, a further page without anything in it, or the key in a cursor would tell of what is hidden.
 */
import type { Page, PageRequest } from '@muster/read-models/paging'

/** Rows read at once, however short the page that is asked for. */
const READ = 200

export interface VisibleRows<T> {
  readonly read: (page: PageRequest) => Promise<Page<T>>
  /** Those that the reader may see, in their order. */
  readonly visible: (rows: ReadonlyArray<T>) => Promise<ReadonlyArray<T>>
  /** What `read` goes on after. */
  readonly keyOf: (row: T) => string
}

export const visiblePage = async <T>(
  { after, limit }: PageRequest,
  { read, visible, keyOf }: VisibleRows<T>,
): Promise<Page<T>> => {
  const found: T[] = []
  for (let next: string | undefined = after; ;) {
    const rows: Page<T> = await read({ after: next, limit: Math.max(limit, READ) })
    found.push(...(await visible(rows.items)))
    const last = found[limit - 1]
    if (found.length > limit && last !== undefined) return { items: found.slice(0, limit), next: keyOf(last) }
    if (rows.next === null) return { items: found, next: null }
    next = rows.next
  }
}
