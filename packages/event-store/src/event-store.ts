/** The port every event store implements; `contract.ts` is the suite that every one of them must pass. */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Instant } from '@muster/kernel/time'
import type { EventData, RecordedEvent, SettledPosition, StreamName, StreamRevision } from './event.ts'

export type Expected =
  | { readonly _tag: 'NoStream' | 'Exists' | 'Any' }
  | { readonly _tag: 'Exactly'; readonly revision: StreamRevision }

export type AppendError =
  | { readonly _tag: 'RevisionConflict'; readonly expected: Expected; readonly actual: StreamRevision | undefined }
  /** Timed out: repeat with the same event ids, never with `Any`. */
  | { readonly _tag: 'OutcomeUnknown'; readonly cause: unknown }
  | { readonly _tag: 'StoreUnavailable'; readonly cause: unknown }

export interface Appended {
  /** Position of the last event written. */
  readonly position: SettledPosition
  /** Revision of the last event written. */
  readonly revision: StreamRevision
}

/** One stream's share of a batch: written whole or not at all, whatever becomes of the others. */
export interface Append {
  readonly stream: StreamName
  readonly expected: Expected
  readonly events: ReadonlyNonEmptyArray<EventData>
  /**
   * Answers to the commands behind these events. Each is found by its key if and only if the events are in the log, whenever the
   * writing process dies. A key is used for one stream: a store without transactions over streams relies on it.
   */
  readonly receipts?: ReadonlyArray<Receipt>
}

/**
 * What was answered to a command. A command that comes again is answered from here; one with the same key and another
 * fingerprint is refused. `response` is the answer as JSON without its position, which is known only once it is written:
 * an append's receipts get the position of the append's last event, others the head of the log at that time.
 */
export interface Receipt {
  readonly key: string
  readonly fingerprint: string
  readonly response: unknown
}

export interface StoredReceipt extends Receipt {
  readonly position: SettledPosition
}

export interface Page {
  readonly events: ReadonlyArray<RecordedEvent>
  /** Everything up to here has been delivered, with this page or before. */
  readonly through: SettledPosition
  readonly isTail: boolean
}

export interface EventStore {
  readonly append: (append: Append) => TaskEither<AppendError, Appended>
  /** Many streams at once, one durable write where the store can; the answers come in the order of the appends. */
  readonly appendAll: (appends: ReadonlyArray<Append>) => Promise<ReadonlyArray<Either<AppendError, Appended>>>
  /** Events of one stream in order; `from` and `to` are inclusive. Empty when the stream does not exist. */
  readonly readStream: (stream: StreamName, from?: StreamRevision, to?: StreamRevision) => AsyncIterable<RecordedEvent>
  /**
   * Everything after a position, page by page; with `follow` it goes on as events come, until the signal.
   * `until` (inclusive) ends it there. Empty pages may come, to move a checkpoint.
   */
  readonly readAll: (after: SettledPosition | 'start', options: ReadAllOptions) => AsyncIterable<Page>
  /** Position of the last event, or 0 when the log is empty. */
  readonly head: () => Promise<SettledPosition>
  /** The last position recorded at or before an instant: what was known then. */
  readonly positionAt: (instant: Instant) => Promise<SettledPosition>
  /** When the event at or before this position was recorded; undefined when there is none. */
  readonly timeOf: (position: SettledPosition) => Promise<Instant | undefined>
  readonly receiptOf: (key: string) => Promise<StoredReceipt | undefined>
  /** Stores answers that brought no event (refused or unchanged), so that a repeat is answered alike. */
  readonly recordReceipts: (receipts: ReadonlyArray<Receipt>) => Promise<void>
  readonly close: () => Promise<void>
}

export interface ReadAllOptions {
  readonly pageSize: number
  readonly follow: boolean
  readonly until?: SettledPosition
  readonly signal?: AbortSignal
}
