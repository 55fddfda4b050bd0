/**
 * Totals that contain what the reader may not see. Withheld parts stay in the total; when the total would give one of them
 * away, the total itself is suppressed, which is neither zero nor unknown.
 *
 * The reader knows the parts it may see and can subtract them, so the rules look at the withheld rest alone: at least three
 * contributors in it, none of them dominating it ((n, k) rule with n = 1), and the second largest must not be able to
 * estimate the largest too closely (p % rule). Source: Hundepool et al., Statistical Disclosure Control, Wiley 2012, ch. 4.
 */
import { CONFIDENTIAL_CONTRIBUTOR } from './view.ts'

export const MINIMUM_CONTRIBUTORS = 3
/** The largest withheld contributor may have at most this part of the withheld rest. */
export const DOMINANCE_PERCENT = 70
/** What remains beside the two largest must be at least this part of the largest. */
export const P_PERCENT = 15

/** One contributor's share in a total, in the total's unit. */
export interface Part {
  readonly contributor: string
  readonly quantity: number
  readonly visible: boolean
}

/** A total as the reader may see it; `null` is suppressed. */
export type Disclosed = number | null

const withheldByContributor = (parts: ReadonlyArray<Part>): ReadonlyArray<number> => {
  const sums = new Map<string, number>()
  for (const part of parts) {
    if (!part.visible && part.quantity !== 0) sums.set(part.contributor, (sums.get(part.contributor) ?? 0) + part.quantity)
  }
  return [...sums.values()].toSorted((a, b) => b - a)
}

/** May the sum of what is withheld be known without giving one contributor away? */
export const isSafe = (parts: ReadonlyArray<Part>): boolean => {
  const withheld = withheldByContributor(parts)
  if (withheld.length === 0) return true
  if (withheld.length < MINIMUM_CONTRIBUTORS) return false
  const [largest = 0, second = 0] = withheld
  const sum = withheld.reduce((total, quantity) => total + quantity, 0)
  return largest * 100 <= sum * DOMINANCE_PERCENT && (sum - largest - second) * 100 >= largest * P_PERCENT
}

export const disclosedTotal = (parts: ReadonlyArray<Part>): Disclosed =>
  isSafe(parts) ? parts.reduce((total, part) => total + part.quantity, 0) : null

/**
 * Totals along a line together with its grand total. Where exactly one of them is suppressed, the others and the grand
 * total would give it back: then the next smallest is suppressed as well (secondary suppression).
 */
export const suppressAlong = (totals: ReadonlyArray<Disclosed>): ReadonlyArray<Disclosed> => {
  if (totals.filter((total) => total === null).length !== 1) return totals
  const smallest = totals.reduce<number>(
    (best, total, index) => (total !== null && total > 0 && (best < 0 || total < (totals[best] ?? 0)) ? index : best),
    -1,
  )
  return smallest < 0 ? totals : totals.map((total, index) => (index === smallest ? null : total))
}

/** The parts by contributor, with everything withheld in one share under one name; its quantity is suppressed unless safe. */
export const disclosedShares = (
  parts: ReadonlyArray<Part>,
): ReadonlyArray<{ readonly contributor: string; readonly quantity: Disclosed }> => {
  const seen = new Map<string, number>()
  for (const part of parts) {
    if (part.visible) seen.set(part.contributor, (seen.get(part.contributor) ?? 0) + part.quantity)
  }
  const shares = [...seen].map(([contributor, quantity]) => ({ contributor, quantity }))
  const hidden = parts.filter((part) => !part.visible)
  if (hidden.length === 0) return shares
  return [...shares, { contributor: CONFIDENTIAL_CONTRIBUTOR, quantity: disclosedTotal(hidden) }]
}
