/** Events in the client's form and in the port's. Metadata are the port's own, as JSON; the recorded time is the server's. */
import type {
  EventData as ClientEvent,
  JSONEventType,
  JSONType,
  Position,
  RecordedEvent as ClientRecord,
} from '@eventstore/db-client'
import type { EventData, EventMetadata, RecordedEvent, SettledPosition, StreamName } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import type { Actor, Role } from '@muster/kernel/actor'
import type { Instant } from '@muster/kernel/time'

/** The client types payloads more narrowly than it treats them: it serialises whatever JSON can carry. */
const isPayload = (data: unknown): data is JSONType => data !== undefined

export const proposed = (id: string, type: string, data: unknown, metadata: object): ClientEvent<JSONEventType> => {
  const payload = data ?? null
  return { id, type, contentType: 'application/json', data: isPayload(payload) ? payload : {}, metadata: { ...metadata } }
}

export const proposedEvent = ({ id, type, data, metadata }: EventData): ClientEvent<JSONEventType> =>
  proposed(id, type, data, metadata)

/** Undefined where the server gave none, or one beyond what a number holds exactly (older servers fill the field with ones). */
export const positionOf = (position: Position | undefined): SettledPosition | undefined => {
  const commit = position === undefined ? Number.NaN : Number(position.commit)
  return Number.isSafeInteger(commit) ? settledAt(commit) : undefined
}

/** The server's time, or the first one where the log has been moved here. */
export const recordedAtOf = ({ created, metadata }: Pick<ClientRecord, 'created' | 'metadata'>): Instant =>
  isMetadata(metadata) && metadata.movedFrom !== undefined ? metadata.movedFrom.recordedAt : created.toISOString()

/**
 * Throws on an event that Muster did not write, or on a server that does not say where in the log an event of a stream lies
 * (before 22.10): both mean that the store is not what it was taken for.
 */
export const recordedEvent = (stream: StreamName, record: ClientRecord): RecordedEvent => {
  const { id, type, data, metadata, revision } = record
  const position = positionOf(record.position)
  if (position === undefined) {
    throw new TypeError(`The server gives no position for ${record.streamId}; EventStoreDB 22.10 or later is needed.`)
  }
  if (!isMetadata(metadata)) {
    throw new TypeError(`Event ${revision} of ${record.streamId} was not written by Muster; choose another namespace.`)
  }
  const recordedAt = recordedAtOf(record)
  return { id, type, data, metadata, stream, revision: Number(revision), position, recordedAt }
}

const ROLES: ReadonlySet<unknown> = new Set<Role>(['officer', 'nation', 'reporting', 'auditor', 'system'])

const isText = (value: unknown): value is string => typeof value === 'string'
const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'

const isOrigin = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'position' in value && 'recordedAt' in value && isText(value.recordedAt)

const isActor = (value: unknown): value is Actor =>
  typeof value === 'object' &&
  value !== null &&
  'role' in value &&
  ROLES.has(value.role) &&
  (!('contributor' in value) || isText(value.contributor))

const isMetadata = (value: unknown): value is EventMetadata =>
  typeof value === 'object' &&
  value !== null &&
  'commandId' in value &&
  isText(value.commandId) &&
  'correlationId' in value &&
  isText(value.correlationId) &&
  'causationId' in value &&
  isText(value.causationId) &&
  'actor' in value &&
  isActor(value.actor) &&
  'effectiveOn' in value &&
  isText(value.effectiveOn) &&
  (!('fingerprint' in value) || isTextOrAbsent(value.fingerprint)) &&
  (!('traceparent' in value) || isTextOrAbsent(value.traceparent)) &&
  (!('movedFrom' in value) || isOrigin(value.movedFrom))
