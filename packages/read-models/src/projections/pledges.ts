/** Pledges: events to the row of the register. The pledge's own `evolve` decides what an event means; this only lays it out. */
import { labelOfPledge } from '@muster/contracts/label'
import type { DomainEvent } from '@muster/contracts/events'
import { pledgeEvents, type PledgeEvent, type PledgeTerms } from '@muster/contracts/pledging'
import { stretchesOf } from '@muster/pledging/capacity'
import { bookingsOf, evolve, type Registered, type Standing } from '@muster/pledging/record'
import { quantityOf, readinessOf } from '@muster/pledging/terms'
import { change, type Projection } from '../change.ts'
import { pledge, type PledgeRow } from '../tables/pledges.ts'
import { tokens } from '../visibility.ts'

const isOfPledge = (event: DomainEvent): event is PledgeEvent => Object.hasOwn(pledgeEvents, event.type)

const standingOf = ({ status, reasons, endedOn }: PledgeRow): Standing => {
  switch (status) {
    case 'returned':
      return { status, reasons: [...reasons] }
    case 'withdrawn':
      return { status, reason: reasons[0] ?? '', on: endedOn ?? '' }
    case 'expired':
      return { status, on: endedOn ?? '' }
    default:
      return { status }
  }
}

/** Earlier versions are the row's own past; `evolve` only ever adds to them. */
const registeredOf = (row: PledgeRow): Registered => ({
  id: row.id,
  standing: standingOf(row),
  terms: row.terms,
  version: row.version,
  earlier: [],
  submitted: row.terms,
  ...(row.lastVisit === null ? {} : { lastVisit: row.lastVisit }),
  holds: new Map(row.holds.map(({ commitment, ...hold }) => [commitment, hold])),
})

const reasonsOf = (standing: Standing): ReadonlyArray<string> =>
  standing.status === 'returned' ? standing.reasons : standing.status === 'withdrawn' ? [standing.reason] : []

/** What a search looks at, in lower case. */
const wordsOf = ({ ownReference, capability, announcedAt, note }: PledgeTerms): string =>
  [ownReference, capability, announcedAt, note]
    .filter((word) => word !== undefined)
    .join(' ')
    .toLowerCase()

type Since = Pick<PledgeRow, 'submittedOn' | 'submittedAt' | 'revision'>

const rowOf = (now: Registered, since: Since): PledgeRow => {
  const { id, standing, terms, version, holds } = now
  const label = labelOfPledge(terms)
  return {
    id,
    contributor: terms.contributor,
    ownReference: terms.ownReference,
    capability: terms.capability,
    quantity: quantityOf(terms),
    currency: terms.amount?.currency ?? null,
    from: terms.from,
    to: terms.to,
    status: standing.status,
    readiness: readinessOf(terms),
    persons: terms.persons ?? null,
    validUntil: terms.validUntil ?? null,
    derivedFrom: terms.derivedFrom ?? null,
    version,
    owners: tokens(label.owners),
    classification: label.classification,
    releaseTo: tokens(label.releaseTo),
    earmark: tokens(terms.earmark ?? []),
    notIn: tokens((terms.caveats ?? []).flatMap((caveat) => (caveat.kind === 'not-in-mission' ? [caveat.mission] : []))),
    words: wordsOf(terms),
    terms,
    holds: [...holds].map(([commitment, hold]) => ({ commitment, ...hold })),
    stretches: stretchesOf(bookingsOf(now)),
    reasons: reasonsOf(standing),
    endedOn: standing.status === 'withdrawn' || standing.status === 'expired' ? standing.on : null,
    lastVisit: now.lastVisit ?? null,
    ...since,
  }
}

export const pledges: Projection = ({ event, revision, effectiveOn, recordedAt }) => {
  if (!isOfPledge(event)) return []
  return [
    change(pledge, event.pledge, (current) => {
      const { registered } = evolve({ registered: current && registeredOf(current) }, event)
      const since = {
        submittedOn: current?.submittedOn ?? effectiveOn,
        submittedAt: current?.submittedAt ?? recordedAt,
        revision,
      }
      return registered && rowOf(registered, since)
    }),
  ]
}
