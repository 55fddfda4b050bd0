/** What lies in the log: the stored form of an event and the position at which it lies. */
import type { Brand } from '@muster/kernel/brand'
import type { Actor } from '@muster/kernel/actor'
import type { Day, Instant } from '@muster/kernel/time'

/** `pledge-P-17`: kind of stream, dash, id. */
export type StreamName = string
/** Revision of a stream: 0 for its first event. */
export type StreamRevision = number
/**
 * A place in the log behind which nothing can still appear. Only a store mints it, after it has proved that.
 * One numbering for feed, answers, checkpoints and `asOf`; positions rise, gaps are allowed.
 */
export type SettledPosition = Brand<number, 'SettledPosition'>

/** Circumstances of an event, kept apart from its payload. */
export interface EventMetadata {
  readonly commandId: string
  readonly correlationId: string
  readonly causationId: string
  readonly actor: Actor
  /** The day on which it takes effect in the world; the recorded time is the store's. */
  readonly effectiveOn: Day
  /** SHA-256 of the command that caused it: the same id with another payload is recognised. */
  readonly fingerprint?: string
  /** W3C trace context of the request, if there was one. */
  readonly traceparent?: string
  /** Where and when it was recorded first, if its log has been moved here from another store. */
  readonly movedFrom?: { readonly position: number; readonly recordedAt: Instant }
}

/** An event on its way into the log. `id` is deterministic (`uuidv5(commandId, ordinal)`), so that an append can be repeated. */
export interface EventData {
  readonly id: string
  readonly type: string
  readonly data: unknown
  readonly metadata: EventMetadata
}

export interface RecordedEvent extends EventData {
  readonly stream: StreamName
  readonly revision: StreamRevision
  readonly position: SettledPosition
  readonly recordedAt: Instant
}

/** Kind of a stream: `pledge` of `pledge-P-17`. */
export const streamKind = (stream: StreamName): string => {
  const dash = stream.indexOf('-')
  return dash < 0 ? stream : stream.slice(0, dash)
}

export const streamId = (stream: StreamName): string => stream.slice(stream.indexOf('-') + 1)
