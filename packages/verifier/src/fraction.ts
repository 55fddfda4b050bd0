/** Exact fractions over BigInt, for burdens that are divided between the parties of a joint asset. */

export interface Fraction {
  readonly over: bigint
  /** Always positive. */
  readonly under: bigint
}

export const ZERO: Fraction = { over: 0n, under: 1n }

const gcd = (a: bigint, b: bigint): bigint => {
  let x = a < 0n ? -a : a
  let y = b
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

export const fraction = (over: bigint, under: bigint): Fraction => {
  if (under === 1n) return { over, under }
  const divisor = gcd(over, under)
  return divisor > 1n ? { over: over / divisor, under: under / divisor } : { over, under }
}

export const add = (a: Fraction, b: Fraction): Fraction =>
  a.under === b.under ? fraction(a.over + b.over, a.under) : fraction(a.over * b.under + b.over * a.under, a.under * b.under)

export const times = (a: Fraction, factor: bigint): Fraction => fraction(a.over * factor, a.under)

export const isGreater = (a: Fraction, b: Fraction): boolean => a.over * b.under > b.over * a.under

/** Whether the whole number is a nearest one to the fraction (at a half both neighbours are). */
export const isNearest = (whole: bigint, { over, under }: Fraction): boolean => {
  const distance = whole * under - over
  return 2n * (distance < 0n ? -distance : distance) <= under
}

/** The doubles nearest to the fraction rounded to so many decimals: one, or both neighbours when it lies exactly between them. */
export const roundings = ({ over, under }: Fraction, decimals: number): ReadonlyArray<number> => {
  const scaled = over * 10n ** BigInt(decimals)
  const below = scaled / under
  const twiceRest = 2n * (scaled % under)
  const nearest = twiceRest < under ? [below] : twiceRest > under ? [below + 1n] : [below, below + 1n]
  return nearest.map((whole) => {
    const digits = whole.toString().padStart(decimals + 1, '0')
    return Number(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`)
  })
}
