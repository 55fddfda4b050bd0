/** A seeded generator of pseudo-random numbers (sfc32 by Chris Doty-Humphrey, public domain): the same seed, the same instance. */

export interface Random {
  /** Uniform in [0, 1). */
  readonly unit: () => number
  /** Uniform whole number from the first to the last, both included. */
  readonly whole: (first: number, last: number) => number
  readonly chance: (percent: number) => boolean
  readonly pick: <T>(list: ReadonlyArray<T>) => T
  /** So many different entries of the list, in its order. */
  readonly some: <T>(list: ReadonlyArray<T>, count: number) => ReadonlyArray<T>
  /** Standard normal, by Box and Muller. */
  readonly normal: () => number
}

export const seeded = (seed: number): Random => {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1]
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 15; i += 1) bits()
  const unit = (): number => bits() / 4_294_967_296
  const whole = (first: number, last: number): number => first + Math.floor(unit() * (last - first + 1))
  const pick = <T>(list: ReadonlyArray<T>): T => {
    const item = list[whole(0, list.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
  return {
    unit,
    whole,
    pick,
    chance: (percent) => unit() * 100 < percent,
    some: (list, count) => {
      const chosen = new Set<number>()
      while (chosen.size < Math.min(count, list.length)) chosen.add(whole(0, list.length - 1))
      return list.filter((_, i) => chosen.has(i))
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  }
}
