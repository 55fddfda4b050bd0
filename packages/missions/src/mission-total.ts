/**
 * The long official series of one mission's total strength, month by month, without saying who was there.
 *
 * Rule: one figure a month; the same figure again is already so, another one corrects it and the old one stays in the log.
 */
import { left, right } from 'fp-ts/lib/Either.js'
import type { MissionTotalCommand, MissionTotalEvent } from '@muster/contracts/missions'
import type { Decider } from '@muster/kernel/decider'
import { uncountableMonth } from '@muster/kernel/plausible'
import type { Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { put, valueAt, type Series } from '@muster/kernel/series'

type Figures = Omit<MissionTotalCommand, 'type'>
export type MissionTotal = Series<Figures> | undefined

export const missionTotal: Decider<MissionTotalCommand, MissionTotal, MissionTotalEvent, Rejection> = {
  initial: undefined,
  evolve: (state, { type: _type, ...figures }) => put(state, figures.month, figures),
  decide: ({ command: { type: _type, ...figures }, at, effectiveOn }, state) => {
    const fault = uncountableMonth(figures.month, { at, effectiveOn })
    if (fault !== undefined) return left(fault)
    const known = valueAt(state, figures.month)
    if (known === undefined) return right([{ type: 'MissionTotalReported', ...figures }])
    return right(same(known, figures) ? [] : [{ type: 'MissionTotalCorrected', ...figures }])
  },
  isTerminal: () => false,
}
