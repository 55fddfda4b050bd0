/** Sets of small whole numbers, one bit each: what is asked of thousands of offers at once is asked of 32 in one step. */
export type Bits = Int32Array

/** No bit set, room for `size` of them. */
export const noBits = (size: number): Bits => new Int32Array(Math.ceil(size / 32))

export const wordOf = (bit: number): number => bit >> 5

export const maskOf = (bit: number): number => 1 << (bit & 31)

export const setBit = (bits: Bits, bit: number): void => {
  bits[wordOf(bit)] = (bits[wordOf(bit)] ?? 0) | maskOf(bit)
}

export const clearBit = (bits: Bits, bit: number): void => {
  bits[wordOf(bit)] = (bits[wordOf(bit)] ?? 0) & ~maskOf(bit)
}

/** Calls `use` with every bit set in the word at `index`, ascending. */
export const eachBit = (index: number, word: number, use: (bit: number) => void): void => {
  for (let left = word; left !== 0; left &= left - 1) use(index * 32 + 31 - Math.clz32(left & -left))
}
