/**
 * A flag: one finding about one subject, raised and cleared by the engine, acknowledged by an officer. It never ends: what comes back is
 * raised again under the same id.
 *
 * Invariants: kind, family and subject of a flag never change; evidence that has not changed makes no event; an acknowledgement covers what
 * was known when it was given, so a graver finding takes it away.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { FlagCommand, FlagEvent } from '@muster/contracts/planning'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────
export type Finding = Omit<Of<FlagEvent, 'FlagRaised'>, 'type'>

export type Standing =
  | { readonly status: 'raised' }
  | { readonly status: 'acknowledged'; readonly note: string }
  | { readonly status: 'cleared'; readonly reason: string }

export interface Registered {
  readonly finding: Finding
  readonly standing: Standing
  readonly timesRaised: number
}
export interface Flag {
  readonly registered: Registered | undefined
}

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
const evolve = ({ registered }: Flag, event: FlagEvent): Flag => {
  if (event.type === 'FlagRaised') {
    const timesRaised = (registered?.timesRaised ?? 0) + 1
    return { registered: { finding: payloadOf(event), standing: { status: 'raised' }, timesRaised } }
  }
  return { registered: registered && next(registered, event) }
}

const next = (now: Registered, event: Exclude<FlagEvent, { type: 'FlagRaised' }>): Registered => {
  switch (event.type) {
    case 'FlagEvidenceChanged': {
      const finding = payloadOf(event)
      return { ...now, finding, standing: isGraver(finding, now.finding) ? { status: 'raised' } : now.standing }
    }
    case 'FlagAcknowledged':
      return { ...now, standing: { status: 'acknowledged', note: event.note } }
    case 'FlagCleared':
      return { ...now, standing: { status: 'cleared', reason: event.reason } }
  }
}

const GRAVITY = { info: 0, warning: 1, critical: 2 } as const
const isGraver = (a: Finding, b: Finding): boolean => GRAVITY[a.severity] > GRAVITY[b.severity]

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<FlagEvent>>

const decide = ({ command }: Envelope<FlagCommand>, { registered: now }: Flag): Decision => {
  if (command.type === 'RaiseFlag') return raise(payloadOf(command), now)
  if (now === undefined) return refuse('unknown-flag', `There is no flag ${command.flag}.`, { pointer: '/flag' })
  const { standing } = now
  switch (command.type) {
    case 'AcknowledgeFlag':
      if (standing.status === 'cleared') return refuse('flag-cleared', 'It is cleared; there is nothing to acknowledge.')
      return right(
        standing.status === 'acknowledged' && standing.note === command.note ? [] : [{ ...command, type: 'FlagAcknowledged' }],
      )
    case 'ClearFlag':
      return right(standing.status === 'cleared' ? [] : [{ ...command, type: 'FlagCleared' }])
  }
}

const raise = (finding: Finding, now: Registered | undefined): Decision => {
  if (now === undefined) return right([{ ...finding, type: 'FlagRaised' }])
  if (!same(identityOf(finding), identityOf(now.finding))) {
    return refuse('flag-of-something-else', `${finding.flag} stands for ${now.finding.kind}; raise another flag.`, {
      pointer: '/flag',
      details: identityOf(now.finding),
    })
  }
  if (now.standing.status === 'cleared') return right([{ ...finding, type: 'FlagRaised' }])
  return right(same(finding, now.finding) ? [] : [{ ...finding, type: 'FlagEvidenceChanged' }])
}

const identityOf = ({ kind, family, subject }: Finding): Pick<Finding, 'kind' | 'family' | 'subject'> => ({
  kind,
  family,
  subject,
})

const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))

export const flag: Decider<FlagCommand, Flag, FlagEvent, Rejection> = {
  initial: { registered: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
