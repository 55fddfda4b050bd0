/** Who makes up a force: each contributor's part of those present, and how concentrated it is. */
import { gini, hhi, topShare } from './concentration.ts'
import { fraction, rounded, total, type Fraction } from './exact.ts'

export interface Presence {
  readonly contributor: string
  /** Persons or units present; those with none are left out. */
  readonly quantity: number
}

export interface Composition {
  readonly total: number
  /** How many are present. */
  readonly contributors: number
  /** Largest first, then by code; per cent of the total to 2 decimals. */
  readonly shares: ReadonlyArray<Presence & { readonly percent: number }>
  /** Σ share² on 0…1, 5 decimals; null when nobody is there. */
  readonly hhi: number | null
  /** Over those present, 5 decimals. */
  readonly gini: number | null
  /** Per cent that the five largest give, 2 decimals. */
  readonly top5Percent: number | null
}

/** Composition of a mission (or of all) in a month. One row per contributor. */
export const composition = (rows: ReadonlyArray<Presence>): Composition => {
  const present = rows.filter(({ quantity }) => quantity > 0).toSorted(byQuantityThenCode)
  const quantities = present.map(({ quantity }) => BigInt(quantity))
  const sum = total(quantities)
  return {
    total: Number(sum),
    contributors: present.length,
    shares: present.map(({ contributor, quantity }) => ({
      contributor,
      quantity,
      percent: percent(fraction(BigInt(quantity), sum)),
    })),
    hhi: orNull(hhi(quantities), (value) => rounded(value, 5)),
    gini: orNull(gini(quantities), (value) => rounded(value, 5)),
    top5Percent: orNull(topShare(quantities, 5), percent),
  }
}

/** A part of a whole in per cent, to 2 decimals. */
export const percent = ({ numerator, denominator }: Fraction): number => rounded(fraction(100n * numerator, denominator), 2)

export const orNull = <A, B>(value: A | undefined, to: (value: A) => B): B | null => (value === undefined ? null : to(value))

const byQuantityThenCode = (a: Presence, b: Presence): number =>
  b.quantity - a.quantity || (a.contributor < b.contributor ? -1 : a.contributor > b.contributor ? 1 : 0)
