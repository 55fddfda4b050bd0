/**
 * What the callers' thread and the writer's thread say to each other. Appends travel as columns of plain strings and
 * numbers: copying many small objects between threads would cost more than writing them.
 */
import type { Expected } from '@muster/event-store/event-store'
import type { OpenError } from './open-error.ts'

/** Everything queued at one moment; entry `i` is one append, or only receipts when it has no events. */
export interface Batch {
  readonly number: number
  /** When the batch was handed over; the writer never lets the log's time go back. */
  readonly at: string
  readonly streams: string[]
  /** A revision, or one of the codes below. */
  readonly expected: number[]
  readonly eventCounts: number[]
  /** Row texts from the stream on, as `textOfEvent` makes them. */
  readonly texts: string[]
  readonly receiptCounts: number[]
  /** Key, fingerprint, response (JSON) of each receipt. */
  readonly receipts: string[]
}

export const NO_STREAM = -1
export const EXISTS = -2
export const ANY = -3

export const expectedCode = (expected: Expected): number => {
  switch (expected._tag) {
    case 'NoStream':
      return NO_STREAM
    case 'Exists':
      return EXISTS
    case 'Any':
      return ANY
    case 'Exactly':
      return expected.revision
  }
}

/** Outcome of one entry. */
export const WRITTEN = 0
export const CONFLICT = 1

/** Numbers in an answer for each entry: outcome, position, revision. */
export const ANSWER_WIDTH = 3

export type BatchAnswer =
  | {
      readonly _tag: 'Committed'
      readonly number: number
      /**
       * For each entry its outcome; the position of the last event written, or the head for an entry without events; and
       * that event's revision, on conflict the stream's actual revision, −1 without a stream.
       */
      readonly outcomes: Float64Array<ArrayBuffer>
    }
  /** Nothing of the batch was written. */
  | { readonly _tag: 'NotWritten'; readonly number: number; readonly reason: string }
  /** The commit itself failed on the way to the disk: it may be there after a restart, or not. */
  | { readonly _tag: 'Unknown'; readonly number: number; readonly reason: string }

export type ToWriter = { readonly _tag: 'Append'; readonly batch: Batch } | { readonly _tag: 'Close' }

export type FromWriter =
  | { readonly _tag: 'Ready' }
  | { readonly _tag: 'Failed'; readonly error: OpenError }
  | { readonly _tag: 'Answers'; readonly answers: ReadonlyArray<BatchAnswer> }
  | { readonly _tag: 'Closed' }

export interface WriterSettings {
  readonly path: string
  readonly maxPages: number | undefined
  /** Shared by both threads: raised and rung after every message to the writer. */
  readonly bell: Int32Array
}
