/**
 * Consent of the host: to a mission as a whole, or to one contributor in it.
 *
 * A mission is established with the host's consent, so nothing need be said until the host speaks. What was never granted is
 * refused; what was granted, or relied upon, is withdrawn; either may be granted (again) later. Steps are dated and come in order.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Of } from '@muster/contracts/message'
import type { MissionCommand, MissionEvent } from '@muster/contracts/missions'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import type { Day } from '@muster/kernel/time'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
export type Stance = 'granted' | 'refused' | 'withdrawn'
type ConsentEvent = Of<MissionEvent, 'HostConsentGranted' | 'HostConsentRefused' | 'HostConsentWithdrawn'>
type ConsentCommand = Of<MissionCommand, 'GrantConsent' | 'RefuseConsent' | 'WithdrawConsent'>

export interface ConsentStep {
  /** Absent: the mission as a whole. */
  readonly contributor: string | undefined
  readonly stance: Stance
  readonly from: Day
}
/** In the order of their days. */
export type Consents = ReadonlyArray<ConsentStep>

const stanceOf = {
  HostConsentGranted: 'granted',
  HostConsentRefused: 'refused',
  HostConsentWithdrawn: 'withdrawn',
} as const satisfies Record<ConsentEvent['type'], Stance>

export const evolveConsent = (consents: Consents, event: ConsentEvent): Consents => [
  ...consents,
  { contributor: event.contributor, stance: stanceOf[event.type], from: event.from },
]

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
export const decideConsent = (command: ConsentCommand, consents: Consents): Either<Rejection, ReadonlyArray<ConsentEvent>> => {
  const latest = consents.findLast((step) => step.contributor === command.contributor)
  if (latest !== undefined && command.from < latest.from) {
    const message = `The host spoke on this from ${latest.from} (${latest.stance}); a later word must not begin earlier.`
    return left(rejected('consent-out-of-order', message, { pointer: '/from', details: { ...latest } }))
  }
  switch (command.type) {
    case 'GrantConsent':
      return right(latest?.stance === 'granted' ? [] : [{ ...command, type: 'HostConsentGranted' }])
    case 'RefuseConsent':
      if (latest === undefined) return right([{ ...command, type: 'HostConsentRefused' }])
      return latest.stance === 'refused' ? right([]) : left(notRefusable(latest))
    case 'WithdrawConsent':
      if (latest?.stance === 'withdrawn') return right([])
      return latest?.stance === 'refused' ? left(neverGiven(latest)) : right([{ ...command, type: 'HostConsentWithdrawn' }])
  }
}

const notRefusable = (latest: ConsentStep): Rejection =>
  latest.stance === 'granted'
    ? rejected('consent-was-granted', `Consent was granted from ${latest.from}; withdraw it instead.`, { details: { ...latest } })
    : rejected('consent-already-withdrawn', `Consent is withdrawn from ${latest.from} already.`, { details: { ...latest } })

const neverGiven = (latest: ConsentStep): Rejection =>
  rejected('consent-never-given', `Consent is refused from ${latest.from}; there is none to withdraw.`, {
    details: { ...latest },
  })

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** What the host has said about a contributor (or, without one, the mission), in force on a day; nothing said is consent. */
const stanceOn = (consents: Consents, contributor: string | undefined, day: Day): Stance =>
  consents.findLast((step) => step.contributor === contributor && step.from <= day)?.stance ?? 'granted'

/** Whether a contributor may serve on a day: neither it nor the whole mission may be refused or withdrawn. */
export const consentsTo = (consents: Consents, contributor: string, day: Day): boolean =>
  stanceOn(consents, undefined, day) === 'granted' && stanceOn(consents, contributor, day) === 'granted'
