/** Money in one currency, for sums; the original amount and currency stay where they were given. */
import type { Day } from '@muster/kernel/time'
import type { ExchangeRateRow } from './queries/ground.ts'

/** US cents of an amount in minor units on a day; undefined where no rate of the currency is known. */
export type ToCents = (amount: bigint, currency: string, day: Day) => bigint | undefined

const MILLION = 1_000_000n

/** The latest rate that is not after the day counts; before the first one, the first. Rounded half up. */
export const converter = (rates: ReadonlyArray<ExchangeRateRow>): ToCents => {
  const byCurrency = Map.groupBy(
    rates.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)),
    ({ currency }) => currency,
  )
  return (amount, currency, day) => {
    if (currency === 'USD') return amount
    const known = byCurrency.get(currency)
    const rate = known?.findLast(({ on }) => on <= day) ?? known?.[0]
    return rate === undefined ? undefined : (amount * BigInt(rate.centsPerMillion) + MILLION / 2n) / MILLION
  }
}
