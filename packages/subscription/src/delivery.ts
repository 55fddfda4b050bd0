/**
 * The seam between a subscription and what it feeds: pages of the log arrive as deliveries, and whoever takes them writes
 * their effects and the checkpoint in one transaction of its own.
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { RecordedEvent, SettledPosition, StreamName, StreamRevision } from '@muster/event-store/event'

/** Consecutive events of one stream. */
export interface Span {
  readonly stream: StreamName
  /** Revision of the first event. */
  readonly first: StreamRevision
  readonly events: ReadonlyNonEmptyArray<RecordedEvent>
}

/** Everything between two positions, without the streams that are parked. */
export interface Delivery {
  /** At most one span of a stream, in the order of their first events. The order *between* streams is not kept inside a delivery. */
  readonly spans: ReadonlyArray<Span>
  /** Where the checkpoint must still stand for the delivery to be taken; 0 before the first. */
  readonly after: SettledPosition
  /** Where it stands then. */
  readonly through: SettledPosition
}

/**
 * Why a delivery was not taken. Whatever the reason, nothing of it was written.
 */
export type DeliveryError =
  /** The checkpoint did not stand at `after`: another instance has taken over. The subscription stops. */
  | { readonly _tag: 'Superseded'; readonly found: SettledPosition }
  /** One stream's span cannot be handled (malformed event, broken rule); tried a few times, then the stream is parked. */
  | { readonly _tag: 'SpanFailed'; readonly stream: StreamName; readonly reason: string }
  /** The store behind it is out of reach; tried again with growing pauses, for ever. */
  | { readonly _tag: 'Unavailable'; readonly reason: string }

/**
 * The next revision wanted of a stream, for streams where that is not simply the one after the span: a subscriber that has
 * read ahead by itself names a later one, and events before it are dropped before anyone decodes them.
 */
export type Wanted = ReadonlyMap<StreamName, StreamRevision>

/** Takes deliveries. One instance of a name is at work at a time; compare-and-set on the checkpoint enforces it. */
export interface Subscriber {
  /** The stored checkpoint; 0 before the first delivery. */
  readonly checkpoint: TaskEither<DeliveryError, SettledPosition>
  /** In one transaction: the effects of all spans and the checkpoint moved from `after` to `through`, or nothing at all. */
  readonly deliver: (delivery: Delivery) => TaskEither<DeliveryError, Wanted>
}

/** What most deliveries are answered with: just the events that follow. */
export const NEXT: Wanted = new Map()
