/** The log behind the protocol double: EventStoreDB's rules of appending, kept in memory so that a restart loses nothing. */

export interface ProposedEvent {
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string
  readonly revision: number
  /** Commit and prepare position; an offset in bytes, as on the server, so numbers are missing in between. */
  readonly position: number
  /** Hundreds of nanoseconds since 1970, as the server counts them. */
  readonly created: bigint
}

export type Expectation = number | 'no_stream' | 'stream_exists' | 'any'

export type Outcome =
  | { readonly _tag: 'Written'; readonly revision: number; readonly position: number }
  | { readonly _tag: 'WrongExpectedVersion'; readonly current: number | undefined }

export interface ServerLog {
  readonly append: (stream: string, expected: Expectation, events: ReadonlyArray<ProposedEvent>) => Outcome
  /** An event of the server's own, as statistics and stream metadata are. */
  readonly appendSystemEvent: () => void
  readonly all: ReadonlyArray<StoredEvent>
  readonly stream: (name: string) => ReadonlyArray<StoredEvent>
  /** Index in `all` of the first event at or behind a position. */
  readonly indexFrom: (position: number) => number
  /** Calls back whenever the log has grown; the answer ends that. */
  readonly onGrowth: (listener: () => void) => () => void
}

const TICKS_PER_MILLISECOND = 10_000n
const NOTHING = new Uint8Array()

export interface LogOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** What a log before this one held, in its order. */
  readonly kept?: Iterable<StoredEvent>
  /** Told of every append before it is answered. */
  readonly keep?: (events: ReadonlyArray<StoredEvent>) => void
}

export const createLog = ({ now = Date.now, kept = [], keep = () => undefined }: LogOptions = {}): ServerLog => {
  const all: StoredEvent[] = []
  const streams = new Map<string, StoredEvent[]>()
  const listeners = new Set<() => void>()
  let end = 512

  const hold = (event: StoredEvent): void => {
    const history = streams.get(event.stream) ?? []
    streams.set(event.stream, history)
    history.push(event)
    all.push(event)
    end = event.position + 96 + event.data.length + event.metadata.length
  }
  for (const event of kept) hold(event)

  const write = (stream: string, events: ReadonlyArray<ProposedEvent>): StoredEvent | undefined => {
    const created = BigInt(now()) * TICKS_PER_MILLISECOND
    const before = streams.get(stream)?.length ?? 0
    for (const [index, event] of events.entries()) {
      hold({ ...event, stream, revision: before + index, position: end, created })
    }
    keep(all.slice(all.length - events.length))
    for (const listener of listeners) listener()
    return all.at(-1)
  }

  const place = (event: StoredEvent): Outcome => ({ _tag: 'Written', revision: event.revision, position: event.position })

  const indexFrom = (position: number): number => {
    let low = 0
    let high = all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((all[middle]?.position ?? 0) < position) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    all,
    stream: (name) => streams.get(name) ?? [],
    indexFrom,
    onGrowth: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    appendSystemEvent: () => {
      const id = `00000000-0000-4000-9000-${String(all.length).padStart(12, '0')}`
      write('$stats-127.0.0.1:2113', [
        { id, type: '$statsCollected', contentType: 'application/json', data: NOTHING, metadata: NOTHING },
      ])
    },
    append: (stream, expected, events) => {
      const history = streams.get(stream) ?? []
      const current = history.length - 1
      const wrong: Outcome = { _tag: 'WrongExpectedVersion', current: current < 0 ? undefined : current }
      const repeated = repeatOf(history, expected, events)
      if (repeated === 'partly') return wrong
      if (repeated) return place(repeated)
      const holds =
        expected === 'any' ||
        (expected === 'stream_exists' ? current >= 0 : expected === 'no_stream' ? current < 0 : expected === current)
      const last = holds ? write(stream, events) : undefined
      return last ? place(last) : wrong
    },
  }
}

/**
 * The last event of the same append done before. With a revision the server compares the ids right behind it; without one
 * it knows recent ids of the stream. An append of which only a part is there counts as neither new nor done.
 */
const repeatOf = (
  history: ReadonlyArray<StoredEvent>,
  expected: Expectation,
  events: ReadonlyArray<ProposedEvent>,
): StoredEvent | 'partly' | undefined => {
  const anyRevision = expected === 'any' || expected === 'stream_exists'
  const first = anyRevision ? history.findIndex(({ id }) => id === events[0]?.id) : expected === 'no_stream' ? 0 : expected + 1
  if (first < 0 || first >= history.length) return undefined
  const equal = events.filter(({ id }, index) => history[first + index]?.id === id).length
  if (equal === events.length) return history[first + events.length - 1]
  return equal > 0 ? 'partly' : undefined
}
