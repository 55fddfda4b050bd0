/** A small seeded generator (mulberry32): the same seed gives the same exercise everywhere. Not for secrets. */
export interface Random {
  /** A whole number in [min, max]. */
  readonly int: (min: number, max: number) => number
  readonly chance: (percent: number) => boolean
  readonly pick: <T>(items: readonly [T, ...T[]]) => T
  /** Some of the items, at most `most`, in their own order. */
  readonly some: <T>(items: ReadonlyArray<T>, most: number) => ReadonlyArray<T>
}

export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  const pick = <T>(items: readonly [T, ...T[]]): T => items[int(0, items.length - 1)] ?? items[0]
  return {
    int,
    pick,
    chance: (percent) => int(1, 100) <= percent,
    some: (items, most) => {
      const wanted = Math.min(most, items.length)
      const ranked = items.map((item, index) => ({ item, index, rank: next() })).toSorted((a, b) => a.rank - b.rank)
      return ranked
        .slice(0, wanted)
        .toSorted((a, b) => a.index - b.index)
        .map(({ item }) => item)
    },
  }
}
