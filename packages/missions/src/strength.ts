/**
 * Strength of one contributor in one mission, month by month, as the mission reported it: who was there, neither a pledge
 * nor a commitment.
 *
 * Invariant: one report a month is in force; another count of the same month corrects it and says so. Nothing is counted before its month has begun.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { payloadOf } from '@muster/contracts/message'
import type { StrengthCommand, StrengthEvent, StrengthFigures } from '@muster/contracts/missions'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { uncountableMonth } from '@muster/kernel/plausible'
import type { Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { put, valueAt, type Series } from '@muster/kernel/series'
import type { Month } from '@muster/kernel/time'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
/** Reports come month after month, so folding one costs the same however long the stream is. */
export interface Strength {
  readonly byMonth: Series<StrengthEvent> | undefined
}

const evolve = ({ byMonth }: Strength, event: StrengthEvent): Strength => ({ byMonth: put(byMonth, event.month, event) })

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
const decide = (
  { command, at, effectiveOn }: Envelope<StrengthCommand>,
  { byMonth }: Strength,
): Either<Rejection, ReadonlyArray<StrengthEvent>> => {
  const report = payloadOf(command)
  const fault = uncountableMonth(report.month, { at, effectiveOn })
  if (fault !== undefined) return left(fault)
  const known = valueAt(byMonth, report.month)
  if (known === undefined) return right([{ ...report, type: 'StrengthReported' }])
  return right(same(payloadOf(known), report) ? [] : [{ ...report, type: 'StrengthCorrected' }])
}

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** The figures in force for a month. */
export const strengthIn = ({ byMonth }: Strength, month: Month): StrengthFigures | undefined => {
  const event = valueAt(byMonth, month)
  return event && payloadOf(event)
}

/** Everyone in uniform, of all categories. */
export const uniformed = (figures: Pick<StrengthFigures, 'troops' | 'experts' | 'formedPolice' | 'individualPolice'>): number =>
  [figures.troops, figures.experts, figures.formedPolice, figures.individualPolice].reduce(
    (sum, { men, women }) => sum + men + women,
    0,
  )

export const strength: Decider<StrengthCommand, Strength, StrengthEvent, Rejection> = {
  initial: { byMonth: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
