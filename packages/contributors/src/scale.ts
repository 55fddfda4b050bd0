/**
 * A scale of assessments for one period: which part of the regular and of the peacekeeping budget each state pays.
 *
 * Invariants: a state has one rate of each kind; the rates of a kind add up to no more than the whole, give or take the
 * rounding of each published rate; the period of an adopted scale is fixed, a correction changes rates only.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { ScaleCommand, ScaleEvent } from '@muster/contracts/contributors'
import { payloadOf } from '@muster/contracts/message'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type Rates = Omit<ScaleCommand, 'type'>

export interface Scale {
  readonly adopted: Rates | undefined
}

const evolve = (_: Scale, event: ScaleEvent): Scale => ({ adopted: payloadOf(event) })

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
const WHOLE_PPM = 1_000_000

const decide = ({ command }: Envelope<ScaleCommand>, { adopted }: Scale): Either<Rejection, ReadonlyArray<ScaleEvent>> => {
  const wish = payloadOf(command)
  const fault = twice(wish) ?? above(wish, 'regularPpm') ?? above(wish, 'peacekeepingPpm')
  if (fault !== undefined) return left(fault)
  if (adopted === undefined) return right([{ ...wish, type: 'ScaleAdopted' }])
  if (adopted.from !== wish.from || adopted.to !== wish.to) {
    const message = `Scale ${wish.scale} was adopted for ${adopted.from} to ${adopted.to}; adopt another scale for another period.`
    return left(rejected('scale-period-fixed', message, { pointer: '/from', details: { from: adopted.from, to: adopted.to } }))
  }
  return right(same(inOrder(adopted), inOrder(wish)) ? [] : [{ ...wish, type: 'ScaleCorrected' }])
}

const twice = ({ rates }: Rates): Rejection | undefined => {
  const seen = new Set<string>()
  for (const [index, { contributor }] of rates.entries()) {
    if (seen.has(contributor)) {
      return rejected('rate-given-twice', `${contributor} has two rates in one scale.`, {
        pointer: `/rates/${index}/contributor`,
      })
    }
    seen.add(contributor)
  }
  return undefined
}

/** Each rate was rounded by at most half a millionth when it was published, so a sum may miss the whole by half of their number. */
const above = ({ rates }: Rates, kind: 'regularPpm' | 'peacekeepingPpm'): Rejection | undefined => {
  const given = rates.flatMap((rate) => rate[kind] ?? [])
  const sum = given.reduce((total, ppm) => total + ppm, 0)
  return 2 * (sum - WHOLE_PPM) > given.length
    ? rejected('scale-above-whole', `The ${kind} rates add up to ${sum} of ${WHOLE_PPM}.`, {
        pointer: '/rates',
        details: { sum },
      })
    : undefined
}

const inOrder = (scale: Rates): Rates => ({
  ...scale,
  rates: scale.rates.toSorted((a, b) => (a.contributor < b.contributor ? -1 : 1)),
})

export const scale: Decider<ScaleCommand, Scale, ScaleEvent, Rejection> = {
  initial: { adopted: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
