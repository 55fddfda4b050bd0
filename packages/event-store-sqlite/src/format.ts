/**
 * How an event lies in its row: one JSON text, `[position, revision, recordedAt, stream, id, type, circumstances, data]`.
 * One column is the fastest thing SQLite can hand over, and an array without keys is a third leaner than an object; both
 * decide how long a replay takes. The caller's thread writes all but the first three, which only the writer knows.
 */
import type { Actor, Role } from '@muster/kernel/actor'
import type {
  EventData,
  EventMetadata,
  RecordedEvent,
  SettledPosition,
  StreamName,
  StreamRevision,
} from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'

const ROLES: ReadonlySet<unknown> = new Set<Role>(['officer', 'nation', 'reporting', 'auditor', 'system'])
/** `Array.isArray` for what JSON.parse gave: its elements stay unknown. */
export const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

const isRole = (value: unknown): value is Role => ROLES.has(value)

/** Text of the row from its stream on; `rowText` puts the place before it. */
export const textOfEvent = (stream: StreamName, event: EventData): string =>
  `${JSON.stringify(stream)},${JSON.stringify(event.id)},${JSON.stringify(event.type)},${circumstances(event.metadata)},${JSON.stringify(event.data) ?? 'null'}]`

/** A 0 stands for "the same as the command", which most ids are; trailing absences are left out. */
const circumstances = (metadata: EventMetadata): string => {
  const { commandId, correlationId, causationId, actor, effectiveOn, fingerprint, traceparent } = metadata
  const fields: unknown[] = [
    commandId,
    correlationId === commandId ? 0 : correlationId,
    causationId === commandId ? 0 : causationId,
    actor.role,
    actor.contributor ?? 0,
    effectiveOn,
  ]
  if (fingerprint !== undefined || traceparent !== undefined) fields.push(fingerprint ?? 0)
  if (traceparent !== undefined) fields.push(traceparent)
  return JSON.stringify(fields)
}

export const rowText = (position: number, revision: StreamRevision, recordedAt: string, event: string): string =>
  `[${position},${revision},"${recordedAt}",${event}`

const optionalText = (value: unknown): value is string | 0 | undefined =>
  typeof value === 'string' || value === 0 || value === undefined

const metadataOf = (fields: unknown): EventMetadata | undefined => {
  if (!isList(fields)) return undefined
  const [commandId, correlationId, causationId, role, contributor, effectiveOn, fingerprint, traceparent] = fields
  if (typeof commandId !== 'string' || !optionalText(correlationId) || !optionalText(causationId)) return undefined
  if (!isRole(role) || !optionalText(contributor) || typeof effectiveOn !== 'string') return undefined
  if (!optionalText(fingerprint) || !optionalText(traceparent)) return undefined
  const actor: Actor = contributor ? { role, contributor } : { role }
  const metadata = {
    commandId,
    correlationId: correlationId || commandId,
    causationId: causationId || commandId,
    actor,
    effectiveOn,
  }
  if (traceparent) return fingerprint ? { ...metadata, fingerprint, traceparent } : { ...metadata, traceparent }
  return fingerprint ? { ...metadata, fingerprint } : metadata
}

/** The event of a row. Throws on a row that no version of this store wrote: the file was damaged or edited by hand. */
export const eventOf = (row: string): RecordedEvent => {
  const fields: unknown = JSON.parse(row)
  if (isList(fields)) {
    const [position, revision, recordedAt, stream, id, type, circumstances, data] = fields
    const metadata = metadataOf(circumstances)
    if (
      typeof position === 'number' &&
      typeof revision === 'number' &&
      typeof recordedAt === 'string' &&
      typeof stream === 'string' &&
      typeof id === 'string' &&
      typeof type === 'string' &&
      metadata
    ) {
      return { id, type, data, metadata, stream, revision, position: settledAt(position), recordedAt }
    }
  }
  throw new TypeError(`The store holds a row that is not an event: ${row.slice(0, 200)}. Restore the file from a backup.`)
}

export const positionOf = (value: unknown): SettledPosition => settledAt(typeof value === 'number' ? value : 0)
