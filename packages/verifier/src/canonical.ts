/**
 * RFC 8785 canonical JSON and the two digests of the allocator's documents, written here again on purpose:
 * a verifier that shared this code with the engine would share its mistakes.
 */
import { createHash, type Hash } from 'node:crypto'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// RFC 8785 orders by UTF-16 code units, which is what `<` on strings compares.
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** RFC 8785 text of a parsed JSON value: numbers and strings in ECMAScript's own form, object keys by code unit. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isRecord(value)) return JSON.stringify(value)
  const fields = Object.keys(value)
    .toSorted(byText)
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${fields.join(',')}}`
}

/** What an entry of an array is sorted by: a string by itself, an object by its id, code or offer. */
const sortKey = (entry: unknown): string => {
  if (typeof entry === 'string') return entry
  if (!isRecord(entry)) return ''
  const key = entry['id'] ?? entry['code'] ?? entry['offer']
  return typeof key === 'string' ? key : ''
}

/** The same document with every array sorted; equal keys (and entries without one) by their canonical text. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value
      .map((entry) => ({ entry: sorted(entry), key: sortKey(entry) }))
      .toSorted((a, b) => byText(a.key, b.key) || byText(canonical(a.entry), canonical(b.entry)))
      .map(({ entry }) => entry)
  }
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, sorted(field)]))
}

/** Entries of the document's lists go in one by one: a large plan as a whole is longer than a string may be. */
const sha256 = (document: unknown): string => {
  const hash = createHash('sha256')
  if (isRecord(document)) feedFields(hash, document)
  else hash.update(canonical(document))
  return `sha256:${hash.digest('hex')}`
}

const feedFields = (hash: Hash, document: Readonly<Record<string, unknown>>): void => {
  let before = '{'
  for (const key of Object.keys(document).toSorted(byText)) {
    const value = document[key]
    hash.update(`${before}${JSON.stringify(key)}:`)
    before = ','
    if (Array.isArray(value)) {
      hash.update('[')
      for (const [i, entry] of value.entries()) hash.update(`${i === 0 ? '' : ','}${canonical(entry)}`)
      hash.update(']')
    } else hash.update(canonical(value))
  }
  hash.update(before === '{' ? '{}' : '}')
}

/** Digest of a problem: the order of its arrays does not matter. */
export const problemDigest = (problem: unknown): string => sha256(sorted(problem))

/** Digest of a plan: everything but its own `digest`. */
export const planDigest = (plan: unknown): string => {
  if (!isRecord(plan)) return sha256(plan)
  const { digest: _, ...rest } = plan
  return sha256(rest)
}
