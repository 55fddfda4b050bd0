/** Equality by content, for values that JSON can carry: it tells a repeated wish from a new one. */

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sameList = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((item, index) => same(item, b[index]))

/** A field that is absent and one that is `undefined` are the same; the order of fields does not matter, that of items does. */
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return sameList(a, b)
  if (!isRecord(a) || !isRecord(b)) return false
  for (const key in a) if (!same(a[key], b[key])) return false
  for (const key in b) if (!(key in a) && b[key] !== undefined) return false
  return true
}
