/**
 * Digests of the two documents. They may be larger than the longest string there can be, so their canonical text is
 * hashed piece by piece, one item of a top-level array at a time; the bytes are those of RFC 8785.
 */
import { createHash, type Hash } from 'node:crypto'
import { canonicalJson } from '@muster/codec/canonical-json'
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
  (typeof a === 'string' && typeof b === 'string'
    ? 0
    : compareText(canonicalJson(withSortedArrays(a)), canonicalJson(withSortedArrays(b))))

/** The same value with every array sorted, at every depth. */
export const withSortedArrays = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withSortedArrays).toSorted(compareItems)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, withSortedArrays(item)]])),
  )
}

/** SHA-256 over RFC 8785 text of the problem with its arrays sorted; the document exactly as given, no defaults filled in. */
export const digestOfProblem = (document: unknown): string =>
  digestByPieces(document, (items) => items.toSorted(compareItems), withSortedArrays)

/** SHA-256 over RFC 8785 text of a plan (without its own digest). */
export const digestOfPlan = (plan: unknown): string =>
  digestByPieces(
    plan,
    (items) => items,
    (item) => item,
  )

const digestByPieces = (
  document: unknown,
  order: (items: ReadonlyArray<unknown>) => ReadonlyArray<unknown>,
  prepare: (item: unknown) => unknown,
): string => {
  const hash = createHash('sha256')
  if (typeof document !== 'object' || document === null || Array.isArray(document)) hash.update(canonicalJson(prepare(document)))
  else writeObject(hash, document, order, prepare)
  return `sha256:${hash.digest('hex')}`
}

const writeObject = (
  hash: Hash,
  document: object,
  order: (items: ReadonlyArray<unknown>) => ReadonlyArray<unknown>,
  prepare: (item: unknown) => unknown,
): void => {
  const fields = Object.entries(document)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => compareText(a, b))
  hash.update('{')
  for (const [i, [key, value]] of fields.entries()) {
    hash.update(`${i === 0 ? '' : ','}${JSON.stringify(key)}:`)
    if (!Array.isArray(value)) hash.update(canonicalJson(prepare(value)))
    else writeItems(hash, order(value), prepare)
  }
  hash.update('}')
}

const ITEMS_AT_ONCE = 256

const writeItems = (hash: Hash, items: ReadonlyArray<unknown>, prepare: (item: unknown) => unknown): void => {
  hash.update('[')
  for (let i = 0; i < items.length; i += ITEMS_AT_ONCE) {
    const text = items
      .slice(i, i + ITEMS_AT_ONCE)
      .map((item) => canonicalJson(prepare(item)))
      .join(',')
    hash.update(i === 0 ? text : `,${text}`)
  }
  hash.update(']')
}
