/** What is known of one pledge, and how each event changes it. */
import { payloadOf, type Of } from '@muster/contracts/message'
import type { Caveat, PledgeEvent, PledgeTerms } from '@muster/contracts/pledging'
import { same } from '@muster/kernel/same'
import type { Day } from '@muster/kernel/time'
import { evolveHolds, liveHolds, type Bookings, type Holds } from './capacity.ts'
import { offerOf } from './terms.ts'

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────
type Returned = Of<PledgeEvent, 'PledgeReturned'>

/** Where the pledge stands, with what was said about it there. */
export type Standing =
  | { readonly status: 'submitted' | 'acknowledged' | 'accepted' }
  | { readonly status: 'returned'; readonly reasons: Returned['reasons'] }
  | { readonly status: 'withdrawn'; readonly reason: string; readonly on: Day }
  | { readonly status: 'expired'; readonly on: Day }

export interface Registered {
  readonly id: string
  readonly standing: Standing
  /** As they stand now: caveats, readiness and validity are kept up to date in them. */
  readonly terms: PledgeTerms
  /** 1 as submitted, one more with each amendment. */
  readonly version: number
  /** The terms of versions 1 … version − 1, each as it stood when it was amended. */
  readonly earlier: ReadonlyArray<PledgeTerms>
  readonly submitted: PledgeTerms
  readonly lastVisit?: Day
  readonly holds: Holds
}
export interface Pledge {
  readonly registered: Registered | undefined
}

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
export const evolve = ({ registered }: Pledge, event: PledgeEvent): Pledge => {
  if (event.type === 'PledgeSubmitted') {
    const { pledge: id, ...terms } = payloadOf(event)
    return {
      registered: { id, standing: { status: 'submitted' }, terms, version: 1, earlier: [], submitted: terms, holds: new Map() },
    }
  }
  return { registered: registered && next(registered, event) }
}

const next = (now: Registered, event: Exclude<PledgeEvent, { type: 'PledgeSubmitted' }>): Registered => {
  switch (event.type) {
    case 'PledgeAcknowledged':
      return { ...now, standing: { status: 'acknowledged' } }
    case 'PledgeAccepted':
      return { ...now, standing: { status: 'accepted' } }
    case 'PledgeReturned':
      return { ...now, standing: { status: 'returned', reasons: event.reasons } }
    case 'PledgeAmended':
      return {
        ...now,
        standing: now.standing.status === 'returned' ? { status: 'submitted' } : now.standing,
        terms: event.terms,
        version: event.version,
        earlier: [...now.earlier, now.terms],
      }
    case 'PledgeReadinessRaised':
    case 'PledgeReadinessLowered':
      return { ...now, lastVisit: event.on, terms: { ...now.terms, readiness: event.level } }
    case 'PledgeCaveatDeclared':
      return withCaveats(now, [...caveatsOf(now), event.caveat])
    case 'PledgeCaveatLifted':
      return withCaveats(
        now,
        caveatsOf(now).filter((caveat) => !same(caveat, event.caveat)),
      )
    case 'PledgeRenewed':
      return { ...now, terms: { ...now.terms, validUntil: event.validUntil } }
    case 'PledgeExpired':
      return { ...now, standing: { status: 'expired', on: event.on } }
    case 'PledgeWithdrawn':
      return { ...now, standing: { status: 'withdrawn', reason: event.reason, on: event.on ?? now.terms.from } }
    case 'CapacityReserved':
    case 'CapacityDeployed':
    case 'CapacityFreed':
    case 'CapacityReleased':
      return { ...now, holds: evolveHolds(now.holds, event) }
  }
}

const withCaveats = (now: Registered, caveats: Caveat[]): Registered => ({ ...now, terms: { ...now.terms, caveats } })

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
export const isOver = ({ standing: { status } }: Registered): boolean => status === 'withdrawn' || status === 'expired'

export const caveatsOf = ({ terms }: Registered): Caveat[] => terms.caveats ?? []

/** The day from which the pledge no longer stands unless it is renewed. */
export const validUntilOf = ({ terms }: Registered): Day => terms.validUntil ?? terms.to

/** Its capacity as the holds of commitments leave it, under these terms or others. */
export const bookingsOf = ({ terms, holds, standing }: Registered, under: PledgeTerms = terms): Bookings => ({
  offer: offerOf(under),
  holds,
  endedOn: standing.status === 'withdrawn' || standing.status === 'expired' ? standing.on : undefined,
})

/** Commitments that hold some of it. */
export const holdersOf = (now: Registered): ReadonlyArray<string> => liveHolds(bookingsOf(now))

/** Who may change the terms: the contributor, and the party that leads a joint pledge. */
export const leadsOf = ({ terms: { contributor, parties = [] } }: Registered): ReadonlyArray<string> => [
  contributor,
  ...parties.flatMap((party) => (party.role === 'lead' ? party.contributor : [])),
]
