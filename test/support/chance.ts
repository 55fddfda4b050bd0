/** Chance that repeats itself: the same numbers for the same seed (Mulberry32). */
export interface Chance {
  /** In [0, 1). */
  readonly next: () => number
  /** In [from, to). */
  readonly between: (from: number, to: number) => number
  /** One of them; there must be one. */
  readonly of: <T>(things: ReadonlyArray<T>) => T
}

export const chance = (seed: number): Chance => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    of: (things) => {
      const thing = things[Math.floor(next() * things.length)]
      if (thing === undefined) throw new Error('nothing to choose from')
      return thing
    },
  }
}
