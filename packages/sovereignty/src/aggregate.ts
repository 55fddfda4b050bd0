/**
 * Totals that contain what the reader may not see. Withheld parts stay in the total; where the total would give one of them
 * away, it is suppressed, which is neither zero nor unknown.
 *
 * The reader knows the parts it may see and can subtract them, so the rules look at the withheld rest alone: at least three
 * contributors in it, none of them dominating it ((n, k) rule with n = 1), and the second largest must not be able to
 * estimate the largest too closely (p % rule). Source: Hundepool et al., Statistical Disclosure Control, Wiley 2012, ch. 4.
 * What passes is rounded to two digits, because the same total can be asked for as of any two positions, and their difference
 * would be the one record that came between.
 */

const MINIMUM_CONTRIBUTORS = 3
/** The largest withheld contributor may have at most this part of the withheld rest. */
const DOMINANCE_PERCENT = 70
/** What remains beside the two largest must be at least this part of the largest. */
const P_PERCENT = 15
const SIGNIFICANT_DIGITS = 2

/** What one contributor has in a total and the reader may not see, in the total's unit. */
export interface Withheld {
  readonly contributor: string
  readonly quantity: number
}

const byContributor = (parts: ReadonlyArray<Withheld>): ReadonlyArray<number> => {
  const sums = new Map<string, number>()
  for (const { contributor, quantity } of parts) sums.set(contributor, (sums.get(contributor) ?? 0) + quantity)
  return [...sums.values()].filter((sum) => sum !== 0).toSorted((a, b) => b - a)
}

const isSafe = (sums: ReadonlyArray<number>, total: number): boolean => {
  const [largest = 0, second = 0] = sums
  return (
    sums.length >= MINIMUM_CONTRIBUTORS &&
    largest * 100 <= total * DOMINANCE_PERCENT &&
    (total - largest - second) * 100 >= largest * P_PERCENT
  )
}

/** The withheld rest of a total: 0 when there is none, rounded when it may be known, `null` when it is suppressed. */
export const withheldTotal = (parts: ReadonlyArray<Withheld>): number | null => {
  const sums = byContributor(parts)
  const total = sums.reduce((sum, quantity) => sum + quantity, 0)
  if (sums.length === 0) return 0
  return isSafe(sums, total) ? Number(total.toPrecision(SIGNIFICANT_DIGITS)) : null
}
