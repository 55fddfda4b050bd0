/** Synthetic logs for tests: events with their places, and a plain fold to check the store against. */
import type { DomainEvent } from '@muster/contracts/events'
import type { Projection, Recorded } from '../change.ts'
import type { Row } from '../table.ts'

const idOf = (event: DomainEvent): string => {
  switch (event.type) {
    case 'ContributorRegistered':
    case 'ContributorDescribed':
    case 'ContributorAffiliated':
    case 'AffiliationEnded':
    case 'CapacityFigureAdopted':
      return `contributor-${event.contributor}`
    case 'CapabilityDefined':
    case 'CapabilityRevised':
      return `capability-${event.capability}`
    case 'ScaleAdopted':
    case 'ScaleCorrected':
      return `scale-${event.scale}`
    case 'PolicyAdopted':
      return `policy-${event.policy}`
    case 'ExchangeRateRecorded':
      return `rate-${event.currency}`
    case 'StrengthReported':
    case 'StrengthCorrected':
      return `strength-${event.mission}-${event.contributor}`
    case 'MissionTotalReported':
    case 'MissionTotalCorrected':
      return `total-${event.mission}`
    case 'StreamParked':
    case 'StreamReleased':
      return `subscription-${event.subscription}`
    default:
      return 'pledge' in event && !('commitment' in event && event.type.startsWith('Commitment'))
        ? `pledge-${event.pledge}`
        : 'commitment' in event
          ? `commitment-${event.commitment}`
          : 'plan' in event
            ? `plan-${event.plan}`
            : 'flag' in event
              ? `flag-${event.flag}`
              : `mission-${event.mission}`
  }
}

/** Positions 2, 4, 6 …: gaps are allowed, so tests must not depend on there being none. */
export const logOf = (events: ReadonlyArray<DomainEvent>, start = 0): ReadonlyArray<Recorded> => {
  const revisions = new Map<string, number>()
  return events.map((event, index) => {
    const stream = idOf(event)
    const revision = (revisions.get(stream) ?? -1) + 1
    revisions.set(stream, revision)
    return {
      event,
      stream,
      revision,
      position: start + 2 * (index + 1),
      recordedAt: `2027-01-01T00:00:${String(index % 60).padStart(2, '0')}.000Z`,
      effectiveOn: '2027-01-01',
    }
  })
}

/** Rows by `table key` after a prefix of the log: the store's answer must be the same. */
export const foldOf = (
  projection: Projection,
  log: ReadonlyArray<Recorded>,
  upTo = Number.POSITIVE_INFINITY,
): ReadonlyMap<string, Row> => {
  const rows = new Map<string, Row>()
  for (const recorded of log) {
    if (recorded.position > upTo) break
    for (const change of projection(recorded)) {
      const at = `${change.table.name} ${change.key}`
      const next = change.next(rows.get(at))
      if (next === undefined) rows.delete(at)
      else rows.set(at, next)
    }
  }
  return rows
}
