/**
 * Rank correlations. In burden sharing they test whether the able carry more than the less able: a positive correlation of
 * burden with capacity was read as "exploitation of the large by the small" (H. Shimizu and T. Sandler, "Peacekeeping and
 * Burden-Sharing, 1994–2000", Journal of Peace Research 39 (2002) 651–668, with Kendall's coefficient).
 */
import { fraction, roundedRoot } from './exact.ts'

/**
 * Spearman's ρ: Pearson's correlation of ranks, tied values taking the mean of their ranks. 5 decimals; null when either list
 * has no two different values. Source: C. Spearman, American Journal of Psychology 15 (1904) 72–101.
 *
 * (10, 20, 30, 40) with (1, 3, 2, 4): 1 − 6 · (0 + 1 + 1 + 0) ÷ (4 · 15) = 0.8.
 */
export const spearman = (xs: ReadonlyArray<bigint>, ys: ReadonlyArray<bigint>): number | null => {
  const [a, b] = [centredRanks(xs), centredRanks(ys)]
  return correlation(dot(a, b), dot(a, a), dot(b, b))
}

/**
 * Kendall's τ_b = (C − D) ÷ √((n₀ − n₁)(n₀ − n₂)): concordant less discordant pairs, over all pairs n₀ less those tied in either
 * list. 5 decimals; null when either list has no two different values. Source: M. G. Kendall, Biometrika 33 (1945) 239–251.
 *
 * (10, 20, 30, 40) with (1, 3, 2, 4): five pairs agree, one does not, (5 − 1) ÷ 6 = 0.66667.
 */
export const kendall = (xs: ReadonlyArray<bigint>, ys: ReadonlyArray<bigint>): number | null => {
  let [balance, untiedX, untiedY] = [0n, 0n, 0n]
  for (const [i, x] of xs.entries()) {
    const y = ys[i] ?? 0n
    for (let j = 0; j < i; j++) {
      const [across, up] = [sign(x - (xs[j] ?? 0n)), sign(y - (ys[j] ?? 0n))]
      balance += across * up
      untiedX += across * across
      untiedY += up * up
    }
  }
  return correlation(balance, untiedX, untiedY)
}

/** `covariance ÷ √(a · b)` */
const correlation = (covariance: bigint, a: bigint, b: bigint): number | null =>
  a === 0n || b === 0n ? null : roundedRoot(covariance < 0n ? -1 : 1, fraction(covariance * covariance, a * b), 5)

/** Twice the rank less its mean, so that half ranks of ties and the mean of an even number stay whole. */
const centredRanks = (values: ReadonlyArray<bigint>): ReadonlyArray<bigint> =>
  values.map((value) => {
    let rank = 0n
    for (const other of values) rank += sign(value - other)
    return rank
  })

const dot = (a: ReadonlyArray<bigint>, b: ReadonlyArray<bigint>): bigint =>
  a.reduce((sum, x, index) => sum + x * (b[index] ?? 0n), 0n)

const sign = (value: bigint): bigint => (value < 0n ? -1n : value > 0n ? 1n : 0n)
