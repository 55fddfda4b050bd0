/** Synthetic pledges of the size and shape of real ones, for measuring alone. */
import { eventId } from '@muster/codec/event-id'
import type { EventData } from '@muster/event-store/event'

const STATES = ['NPL', 'RWA', 'BGD', 'IND', 'ETH', 'PAK', 'GHA', 'URY'] as const

const commandIdOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/** The `n`-th synthetic event: the same for the same number. */
export const syntheticEvent = (n: number): EventData => {
  const contributor = STATES[n % STATES.length] ?? 'NPL'
  const commandId = commandIdOf(n)
  return {
    id: eventId(commandId, 0),
    type: 'PledgeSubmitted',
    data: {
      pledge: `P-${n}`,
      contributor,
      ownReference: `${contributor}/2027/${n}`,
      capability: 'INF-BN',
      quantity: 1 + (n % 5),
      unitSize: 1,
      divisible: n % 2 === 0,
      from: '2027-03-01',
      to: '2028-03-01',
      noticeDays: 30 * (n % 6),
      readiness: 1 + (n % 4),
      languages: ['en', 'fr'],
      persons: 850,
      classification: 'unclassified',
    },
    metadata: {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: { role: 'nation', contributor },
      effectiveOn: '2027-03-01',
      fingerprint: `sha256:${n.toString(16).padStart(64, '0')}`,
    },
  }
}
