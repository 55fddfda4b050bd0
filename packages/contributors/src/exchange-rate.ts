/**
 * The exchange rates of one currency to the US dollar, by day.
 *
 * Invariant: the rate of a day never changes, since amounts have been converted at it.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { ExchangeRateCommand, ExchangeRateEvent } from '@muster/contracts/contributors'
import { payloadOf } from '@muster/contracts/message'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { put, valueAt, valueUpTo, type Series } from '@muster/kernel/series'
import type { Day } from '@muster/kernel/time'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type Rate = Omit<ExchangeRateCommand, 'type'>

export interface ExchangeRates {
  readonly byDay: Series<Rate> | undefined
}

const evolve = ({ byDay }: ExchangeRates, event: ExchangeRateEvent): ExchangeRates => ({
  byDay: put(byDay, event.on, payloadOf(event)),
})

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
const decide = (
  { command }: Envelope<ExchangeRateCommand>,
  { byDay }: ExchangeRates,
): Either<Rejection, ReadonlyArray<ExchangeRateEvent>> => {
  const wish = payloadOf(command)
  if (wish.currency === 'USD') {
    return left(rejected('rate-of-the-dollar', 'Rates are to the US dollar; it has none itself.', { pointer: '/currency' }))
  }
  const recorded = valueAt(byDay, wish.on)
  if (recorded === undefined) return right([{ ...wish, type: 'ExchangeRateRecorded' }])
  if (same(recorded, wish)) return right([])
  const message = `The rate of ${wish.currency} on ${wish.on} is recorded as ${recorded.centsPerMillion} and stays so.`
  const details = { centsPerMillion: recorded.centsPerMillion, source: recorded.source }
  return left(rejected('rate-already-recorded', message, { pointer: '/on', details }))
}

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** The latest rate that is not after the day. */
export const rateOn = ({ byDay }: ExchangeRates, day: Day): Rate | undefined => valueUpTo(byDay, day)

/** US cents for minor units of the currency at a rate, to the nearest cent, half a cent up. */
export const inUsCents = (minorUnits: bigint, { centsPerMillion }: Pick<Rate, 'centsPerMillion'>): bigint =>
  (2n * minorUnits * BigInt(centsPerMillion) + 1_000_000n) / 2_000_000n

export const exchangeRate: Decider<ExchangeRateCommand, ExchangeRates, ExchangeRateEvent, Rejection> = {
  initial: { byDay: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
