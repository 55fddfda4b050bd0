/** Exact arithmetic with fractions of whole numbers; rounding happens once, at the end, half away from zero. */

export interface Fraction {
  readonly numerator: bigint
  /** Positive. */
  readonly denominator: bigint
}

export const fraction = (numerator: bigint, denominator: bigint): Fraction => ({ numerator, denominator })

export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export const compare = (a: Fraction, b: Fraction): number => {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The nearest decimal, as the number that prints it. */
export const rounded = ({ numerator, denominator }: Fraction, decimals: number): number => {
  const magnitude = numerator < 0n ? -numerator : numerator
  const scaled = (2n * magnitude * 10n ** BigInt(decimals) + denominator) / (2n * denominator)
  return Number(numerator < 0n ? -scaled : scaled) / 10 ** decimals
}

/** The nearest decimal of `sign · √radicand`, computed in whole numbers throughout. */
export const roundedRoot = (sign: -1 | 1, radicand: Fraction, decimals: number): number => {
  const doubled = integerRoot((4n * radicand.numerator * 100n ** BigInt(decimals)) / radicand.denominator)
  const scaled = Number((doubled + 1n) / 2n)
  return scaled === 0 ? 0 : (sign * scaled) / 10 ** decimals
}

/** ⌊√n⌋ by Newton's method. */
const integerRoot = (n: bigint): bigint => {
  if (n < 2n) return n
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (root + n / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

export const total = (values: ReadonlyArray<bigint>): bigint => values.reduce((sum, value) => sum + value, 0n)
