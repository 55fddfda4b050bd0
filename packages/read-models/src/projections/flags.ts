/** Flags: events to the rows of the flag board. */
import type { FlagEvent } from '@muster/contracts/planning'
import { change, patch, put, type Projection, type Recorded } from '../change.ts'
import { flag, type FlagRow } from '../tables/records.ts'

type Found = Extract<FlagEvent, { readonly type: 'FlagRaised' | 'FlagEvidenceChanged' }>

const found = (event: Found, { revision, recordedAt }: Recorded): FlagRow => ({
  id: event.flag,
  kind: event.kind,
  family: event.family,
  severity: event.severity,
  status: 'raised',
  mission: event.subject.mission ?? null,
  contributor: event.subject.contributor ?? null,
  capability: event.subject.capability ?? null,
  requirement: event.subject.requirement ?? null,
  pledge: event.subject.pledge ?? null,
  commitment: event.subject.commitment ?? null,
  dimension: event.subject.dimension ?? null,
  evidence: event.evidence,
  text: event.text,
  from: event.from ?? null,
  to: event.to ?? null,
  note: null,
  clearedReason: null,
  raisedAt: recordedAt,
  changedAt: recordedAt,
  revision,
})

export const flags: Projection = (recorded) => {
  const { event, revision, recordedAt } = recorded
  switch (event.type) {
    case 'FlagRaised':
      return [put(flag, event.flag, found(event, recorded))]
    case 'FlagEvidenceChanged':
      // What people noted about it stays with it.
      return [
        change(flag, event.flag, (current) => ({
          ...found(event, recorded),
          ...(current === undefined ? {} : { status: current.status, note: current.note, raisedAt: current.raisedAt }),
        })),
      ]
    case 'FlagAcknowledged':
      return [
        patch(flag, event.flag, () => ({ status: 'acknowledged' as const, note: event.note, changedAt: recordedAt, revision })),
      ]
    case 'FlagCleared':
      return [
        patch(flag, event.flag, () => ({
          status: 'cleared' as const,
          clearedReason: event.reason,
          changedAt: recordedAt,
          revision,
        })),
      ]
    default:
      return []
  }
}
