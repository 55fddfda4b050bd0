/** The log in memory: the shortest honest implementation of the port, for tests and for exercises that keep nothing. */
import * as E from 'fp-ts/lib/Either.js'
import type { Clock, Instant } from '@muster/kernel/time'
import type { Append, Appended, AppendError, EventStore, Page, Receipt, StoredReceipt } from './event-store.ts'
import type { RecordedEvent, SettledPosition, StreamName, StreamRevision } from './event.ts'
import { expectationHolds, revisionConflict, settledAt } from './expected.ts'
import { createTail, pages } from './tail.ts'

/** What JSON keeps of a value: a store on disk gives back no more than that, and shares nothing with the writer. */
const asStored = (value: unknown): unknown => {
  const copy: unknown = JSON.parse(JSON.stringify(value))
  return copy
}

/** A stream, and where in it each event lies by its id. */
interface History {
  readonly events: RecordedEvent[]
  readonly revisions: Map<string, StreamRevision>
}

/** The last event of the same append done before, if all of it lies in the stream in one piece. */
const doneBefore = (append: Append, { events, revisions }: History): RecordedEvent | undefined => {
  const first = revisions.get(append.events[0].id)
  if (first === undefined) return undefined
  const repeated = append.events.every((event, index) => events[first + index]?.id === event.id)
  return repeated ? events[first + append.events.length - 1] : undefined
}

export const memoryEventStore = ({ clock }: { readonly clock: Clock }): EventStore => {
  const log: RecordedEvent[] = []
  const streams = new Map<StreamName, History>()
  const receipts = new Map<string, StoredReceipt>()
  const tail = createTail()
  let lastInstant: Instant = ''

  const headPosition = (): SettledPosition => settledAt(log.length)

  /** The clock may be set back; the log's own time may not. */
  const recordingTime = (): Instant => {
    const now = clock()
    if (now > lastInstant) lastInstant = now
    return lastInstant
  }

  const keepReceipts = (incoming: ReadonlyArray<Receipt>, position: SettledPosition): void => {
    for (const receipt of incoming) {
      if (!receipts.has(receipt.key)) receipts.set(receipt.key, { ...receipt, response: asStored(receipt.response), position })
    }
  }

  const write = (append: Append, recordedAt: Instant): E.Either<AppendError, Appended> => {
    const history: History = streams.get(append.stream) ?? { events: [], revisions: new Map() }
    const actual = history.events.at(-1)?.revision
    const before = doneBefore(append, history)
    if (before) return E.right({ position: before.position, revision: before.revision })
    const overlaps = append.events.some((event) => history.revisions.has(event.id))
    const answered = append.receipts?.some((receipt) => receipts.has(receipt.key)) ?? false
    if (overlaps || answered || !expectationHolds(append.expected, actual)) {
      return E.left(revisionConflict(append.expected, actual))
    }
    for (const event of append.events) {
      const recorded: RecordedEvent = {
        id: event.id,
        type: event.type,
        data: asStored(event.data),
        metadata: { ...event.metadata },
        stream: append.stream,
        revision: history.events.length,
        position: settledAt(log.length + 1),
        recordedAt,
      }
      log.push(recorded)
      history.events.push(recorded)
      history.revisions.set(recorded.id, recorded.revision)
    }
    streams.set(append.stream, history)
    keepReceipts(append.receipts ?? [], headPosition())
    return E.right({ position: headPosition(), revision: history.events.length - 1 })
  }

  const writeAll = (appends: ReadonlyArray<Append>): ReadonlyArray<E.Either<AppendError, Appended>> => {
    const recordedAt = recordingTime()
    const answers = appends.map((append) => write(append, recordedAt))
    tail.grown()
    return answers
  }

  const readPage = (after: SettledPosition, limit: number, until: SettledPosition | undefined): Page => {
    const end = Math.min(after + limit, until ?? log.length, log.length)
    const through = settledAt(Math.max(after, end))
    return { events: log.slice(after, end), through, isTail: through >= log.length }
  }

  return {
    append: (append) => async () => {
      const [answer] = writeAll([append])
      return answer ?? E.left({ _tag: 'StoreUnavailable', cause: 'the append was not answered' })
    },
    appendAll: async (appends) => writeAll(appends),
    readStream: async function* (stream, from = 0, to = Number.MAX_SAFE_INTEGER) {
      yield* (streams.get(stream)?.events ?? []).slice(from, to + 1)
    },
    readAll: (after, options) => pages(after, options, readPage, tail),
    head: async () => headPosition(),
    positionAt: async (instant) => {
      const next = log.findIndex((event) => event.recordedAt > instant)
      return settledAt(next < 0 ? log.length : next)
    },
    timeOf: async (position) => log[Math.min(position, log.length) - 1]?.recordedAt,
    receiptOf: async (key) => receipts.get(key),
    recordReceipts: async (incoming) => keepReceipts(incoming, headPosition()),
    close: async () => {},
  }
}
