/** Keyset pages: a list goes on after the last key it gave, so that rows coming and going never shift it. */

export interface PageRequest {
  /** `next` of the page before; absent for the first page. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface Page<T> {
  readonly items: ReadonlyArray<T>
  /** Where the next page begins; null when this was the last one. */
  readonly next: string | null
}

/** Makes a page of what was read with `limit + 1`: the row too many only tells that there is more. */
export const pageOf = <R, T>(
  rows: ReadonlyArray<R>,
  limit: number,
  keyOf: (row: R) => string,
  itemOf: (row: R) => T,
): Page<T> => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(itemOf), next: rows.length > limit && last !== undefined ? keyOf(last) : null }
}
