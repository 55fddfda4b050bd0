/** Pages of a list that is computed as a whole: a few hundred rows, cut after the last key shown. */
import { pageOf, type Page, type PageRequest } from '@muster/read-models/paging'

/** `keyOf` names each row; the order of the rows is kept, whatever it is. */
export const oncePaged = <T>(rows: ReadonlyArray<T>, { after, limit }: PageRequest, keyOf: (row: T) => string): Page<T> => {
  const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1
  return pageOf(rows.slice(start, start + limit + 1), limit, keyOf, (row) => row)
}
