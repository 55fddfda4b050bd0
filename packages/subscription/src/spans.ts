/** Cuts a page of the log into spans, one for each stream, without what is not wanted any more. */
import type { RecordedEvent, StreamName, StreamRevision } from '@muster/event-store/event'
import type { Span } from './delivery.ts'

/** The next revision wanted of a stream; undefined while nothing is known of it. */
export type NextRevision = (stream: StreamName) => StreamRevision | undefined

/** Spans in the order of their first events. Throws when the source left out an event of a stream: that must never pass. */
export const spansOf = (
  events: ReadonlyArray<RecordedEvent>,
  next: NextRevision,
  isParked: (stream: StreamName) => boolean,
): ReadonlyArray<Span> => {
  const byStream = new Map<StreamName, [RecordedEvent, ...RecordedEvent[]]>()
  for (const event of events) {
    const span = byStream.get(event.stream)
    if (span) {
      const expected = span[0].revision + span.length
      if (event.revision > expected) throw gap(event, expected)
      if (event.revision === expected) span.push(event)
    } else if (!isParked(event.stream)) {
      const wanted = next(event.stream)
      if (wanted === undefined || event.revision >= wanted) byStream.set(event.stream, [event])
    }
  }
  return Array.from(byStream, ([stream, span]) => ({ stream, first: span[0].revision, events: span }))
}

const gap = (event: RecordedEvent, expected: StreamRevision): Error =>
  new Error(`The log left out revision ${expected} of ${event.stream}: the next event it gave is ${event.revision}.`)

const REMEMBERED = 50_000

/** Remembers what is wanted next of the streams lately seen. */
export interface Progress {
  readonly next: NextRevision
  readonly note: (stream: StreamName, next: StreamRevision) => void
  readonly forget: () => void
}

/** Two generations instead of an order of use: the older one is dropped whole, because a map that is trimmed entry by entry gets slow. */
export const createProgress = (): Progress => {
  let young = new Map<StreamName, StreamRevision>()
  let old = new Map<StreamName, StreamRevision>()
  return {
    next: (stream) => young.get(stream) ?? old.get(stream),
    note: (stream, next) => {
      young.set(stream, next)
      if (young.size < REMEMBERED) return
      old = young
      young = new Map()
    },
    forget: () => {
      young = new Map()
      old = new Map()
    },
  }
}
