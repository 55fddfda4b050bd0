/** The digest by which a plan names its problem: the document exactly as given (no defaults filled in), its arrays sorted. */
import { canonicalJson, digestOf } from '@muster/codec/canonical-json'
import { compareText } from './order.ts'

/** Objects sort by id, code or offer, whichever they have; those with none of them, and equals, by their canonical text. */
const keyOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  for (const name of ['id', 'code', 'offer'] as const) {
    const key: unknown = Reflect.get(value, name)
    if (typeof key === 'string') return key
  }
  return ''
}

const compareItems = (a: unknown, b: unknown): number =>
  compareText(keyOf(a), keyOf(b)) ||
  (typeof a === 'string' && typeof b === 'string' ? 0 : compareText(canonicalJson(a), canonicalJson(b)))

/** The same document with every array sorted, at every depth. */
export const withSortedArrays = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withSortedArrays).toSorted(compareItems)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, withSortedArrays(item)]])),
  )
}

/** SHA-256 over RFC 8785 text of the problem with its arrays sorted; independent of the order in which anything was listed. */
export const digestOfProblem = (document: unknown): string => digestOf(withSortedArrays(document))
