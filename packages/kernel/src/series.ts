/**
 * A persistent list sorted by key, greatest key first.
 *
 * Streams that grow by date (strengths by month, rates by day, ceilings by step) are folded event by event, and each event
 * nearly always carries the newest key: putting it is one small object, and no older state changes. A copied Map would cost
 * as much as the stream is long.
 */
export interface Series<V> {
  readonly key: string
  readonly value: V
  readonly earlier: Series<V> | undefined
}
type Chain<V> = Series<V> | undefined

/** The series with the value under the key, in place of one that was there. O(number of greater keys). */
export const put = <V>(series: Chain<V>, key: string, value: V): Series<V> => {
  const greater: Array<Series<V>> = []
  let rest = series
  while (rest !== undefined && rest.key > key) {
    greater.push(rest)
    rest = rest.earlier
  }
  let result: Series<V> = { key, value, earlier: rest?.key === key ? rest.earlier : rest }
  for (const node of greater.toReversed()) result = { key: node.key, value: node.value, earlier: result }
  return result
}

/** The value under exactly this key. */
export const valueAt = <V>(series: Chain<V>, key: string): V | undefined => {
  const node = nodeUpTo(series, key)
  return node?.key === key ? node.value : undefined
}

/** The value under the greatest key that is not above the given one: the step in force on a day. */
export const valueUpTo = <V>(series: Chain<V>, key: string): V | undefined => nodeUpTo(series, key)?.value

/** All values, smallest key first. */
export const valuesOf = <V>(series: Chain<V>): ReadonlyArray<V> => {
  const values: V[] = []
  for (let node = series; node !== undefined; node = node.earlier) values.push(node.value)
  return values.toReversed()
}

const nodeUpTo = <V>(series: Chain<V>, key: string): Chain<V> => {
  let node = series
  while (node !== undefined && node.key > key) node = node.earlier
  return node
}
