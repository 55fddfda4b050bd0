/** A synthetic log for the projection's benchmark: mostly monthly counts, as in the real history, and pledges and commitments through their lives. */
import type { DomainEvent } from '@muster/contracts/events'
import type { RecordedEvent } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'

const MISSIONS = 60
const CONTRIBUTORS = 190
const source = 'synthetic'

const code = (prefix: string, number: number): string => `${prefix}${String(number).padStart(4, '0')}`
const monthAt = (index: number): string => `${1990 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`

/** Counts by contributor, mission and month; every twentieth is corrected at once. */
const counted = (index: number): readonly [string, DomainEvent] => {
  const corrects = index % 20 === 19
  const nth = corrects ? index - 1 : index
  const mission = code('M', nth % MISSIONS)
  const contributor = code('C', Math.floor(nth / MISSIONS) % CONTRIBUTORS)
  const month = monthAt(Math.floor(nth / (MISSIONS * CONTRIBUTORS)))
  const some = (most: number): { readonly men: number; readonly women: number } => ({ men: index % most, women: index % 7 })
  return [
    `strength-${mission}-${contributor}`,
    {
      type: corrects ? 'StrengthCorrected' : 'StrengthReported',
      mission,
      contributor,
      month,
      troops: some(900),
      experts: some(11),
      formedPolice: some(150),
      individualPolice: some(13),
      source,
    },
  ]
}

/** Ten events: a pledge is submitted, accepted and held, its commitment proposed, accepted, signed and deployed. */
const lived = (index: number): readonly [string, DomainEvent] => {
  const number = Math.floor(index / 10)
  const [pledge, commitment] = [code('P', number), code('K', number)]
  const [contributor, mission] = [code('C', number % CONTRIBUTORS), code('M', number % MISSIONS)]
  const window = { from: '2027-01-01', to: '2028-01-01' }
  const life: ReadonlyArray<DomainEvent> = [
    {
      type: 'PledgeSubmitted',
      pledge,
      contributor,
      ownReference: `${contributor}/${number}`,
      capability: 'INF-BN',
      quantity: 3,
      ...window,
      noticeDays: 60,
      languages: ['en', 'fr'],
      earmark: [mission],
      classification: 'confidential',
      releaseTo: ['AU'],
      persons: 850,
    },
    { type: 'PledgeAcknowledged', pledge },
    { type: 'PledgeAccepted', pledge },
    {
      type: 'CommitmentProposed',
      commitment,
      kind: 'mou',
      pledge,
      contributor,
      mission,
      requirement: 'R1',
      capability: 'INF-BN',
      quantity: 2,
      ...window,
    },
    { type: 'CommitmentAccepted', commitment },
    { type: 'CapacityReserved', pledge, commitment, quantity: 2, ...window },
    { type: 'CommitmentSigned', commitment, on: '2027-01-02' },
    { type: 'CommitmentDeployed', commitment, quantity: 2, total: 2, on: '2027-02-01' },
    { type: 'CapacityDeployed', pledge, commitment, quantity: 2, on: '2027-02-01' },
    { type: 'PledgeReadinessRaised', pledge, level: 3, visit: `V-${number}`, on: '2027-02-10' },
  ]
  const event = life[index % 10] ?? life[0]
  if (event === undefined) throw new Error('a life has events')
  return [event.type.startsWith('Commitment') ? `commitment-${commitment}` : `pledge-${pledge}`, event]
}

/** One event in five belongs to a pledge or a commitment. */
export const syntheticPages = function* (events: number, pageSize: number): Generator<ReadonlyArray<RecordedEvent>, void, void> {
  const revisions = new Map<string, number>()
  let page: RecordedEvent[] = []
  for (let index = 0; index < events; index += 1) {
    const [stream, { type, ...data }] =
      index % 5 === 4 ? lived(Math.floor(index / 5)) : counted(index - Math.floor((index + 1) / 5))
    const revision = (revisions.get(stream) ?? -1) + 1
    revisions.set(stream, revision)
    const id = `synthetic-${index}`
    page.push({
      id,
      type,
      // As it comes from a store: parsed, shared with nobody.
      data,
      metadata: {
        commandId: id,
        correlationId: id,
        causationId: id,
        actor: { role: 'system' },
        effectiveOn: '2027-01-01',
      },
      stream,
      revision,
      position: settledAt(index + 1),
      recordedAt: '2027-01-01T00:00:00.000Z',
    })
    if (page.length === pageSize) {
      yield page
      page = []
    }
  }
  if (page.length > 0) yield page
}
