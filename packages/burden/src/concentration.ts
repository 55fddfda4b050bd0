/** How unevenly a total is spread over those who give it. All exact; undefined where there is nothing to measure. */
import { fraction, total, type Fraction } from './exact.ts'

/**
 * Herfindahl–Hirschman index, Σ share², on 0…1: 1/n when n give the same, 1 when one gives everything.
 * Source: A. O. Hirschman, "The Paternity of an Index", American Economic Review 54 (1964) 761.
 *
 * 60, 30 and 10 give 0.36 + 0.09 + 0.01 = 0.46.
 */
export const hhi = (quantities: ReadonlyArray<bigint>): Fraction | undefined => {
  const sum = total(quantities)
  return sum === 0n ? undefined : fraction(total(quantities.map((q) => q * q)), sum * sum)
}

/**
 * Gini coefficient, Σᵢ Σⱼ |xᵢ − xⱼ| ÷ (2 n² x̄), computed from the sorted values as (2 Σ i·xᵢ − (n + 1) Σ xᵢ) ÷ (n Σ xᵢ).
 * Whether those who give nothing belong to the values is the caller's choice. Source: A. Sen, On Economic Inequality (1973) ch. 2.
 *
 * 10, 30 and 60: (2 · (10 + 60 + 180) − 4 · 100) ÷ 300 = 0.33333.
 */
export const gini = (quantities: ReadonlyArray<bigint>): Fraction | undefined => {
  const sum = total(quantities)
  if (sum === 0n) return undefined
  const n = BigInt(quantities.length)
  const ranked = total(ascending(quantities).map((q, index) => BigInt(index + 1) * q))
  return fraction(2n * ranked - (n + 1n) * sum, n * sum)
}

/**
 * Part of the total that the k largest give together (concentration ratio CR_k).
 *
 * 60, 30 and 10: the two largest give 0.9.
 */
export const topShare = (quantities: ReadonlyArray<bigint>, k: number): Fraction | undefined => {
  const sum = total(quantities)
  return sum === 0n ? undefined : fraction(total(ascending(quantities).slice(-k)), sum)
}

const ascending = (quantities: ReadonlyArray<bigint>): ReadonlyArray<bigint> =>
  quantities.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
