/** The callers' side of the writer's thread: gathers what is appended in one turn, hands it over, and passes on the answers. */
import { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from '@muster/kernel/time'
import type { Append, Appended, AppendError, Receipt } from '@muster/event-store/event-store'
import { revisionConflict, settledAt } from '@muster/event-store/expected'
import { textOfEvent } from './format.ts'
import { cannotOpen, type OpenError } from './open-error.ts'
import {
  ANSWER_WIDTH,
  ANY,
  expectedCode,
  WRITTEN,
  type Batch,
  type BatchAnswer,
  type FromWriter,
  type ToWriter,
  type WriterSettings,
} from './protocol.ts'

export type Answer = E.Either<AppendError, Appended>

export interface WriterClient {
  readonly append: (append: Append) => Promise<Answer>
  readonly record: (receipts: ReadonlyArray<Receipt>) => Promise<Answer>
  /** Writes what is queued, then lets go of the file. */
  readonly close: () => Promise<void>
}

interface Waiting {
  readonly append: Append | undefined
  readonly settle: (answer: Answer) => void
}

/** A batch goes off when it has this many appends, so that the writer works while the callers' thread makes the rest. */
const HAND_OVER_AT = 32

const emptyBatch = (number: number, at: string): Batch => ({
  number,
  at,
  streams: [],
  expected: [],
  eventCounts: [],
  texts: [],
  receiptCounts: [],
  receipts: [],
})

const unavailable = (reason: string): Answer => E.left({ _tag: 'StoreUnavailable', cause: new Error(reason) })

const answerTo = ({ append }: Waiting, answer: BatchAnswer, index: number): Answer => {
  if (answer._tag === 'NotWritten') return unavailable(answer.reason)
  if (answer._tag === 'Unknown') return E.left({ _tag: 'OutcomeUnknown', cause: new Error(answer.reason) })
  const [outcome, position = 0, revision = -1] = answer.outcomes.subarray(index * ANSWER_WIDTH, (index + 1) * ANSWER_WIDTH)
  if (outcome === WRITTEN) return E.right({ position: settledAt(position), revision })
  return E.left(revisionConflict(append?.expected ?? { _tag: 'Any' }, revision < 0 ? undefined : revision))
}

const startWorker = (settings: WriterSettings): Worker =>
  new Worker(new URL('./writer.ts', import.meta.url), { workerData: settings, name: 'event store writer' })

/** `committed` is called after every commit, before its callers are answered. */
export const openWriter = async (
  { path, maxPages }: { readonly path: string; readonly maxPages: number | undefined },
  clock: Clock,
  committed: () => void,
): Promise<E.Either<OpenError, WriterClient>> => {
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const worker = startWorker({ path, maxPages, bell })
  const opening = Promise.withResolvers<E.Either<OpenError, WriterClient>>()
  const closed = Promise.withResolvers<void>()
  const inFlight = new Map<number, ReadonlyArray<Waiting>>()
  let number = 0
  let batch: Batch | undefined
  let waiting: Waiting[] = []
  let ended: string | undefined

  const tell = (message: ToWriter): void => {
    worker.postMessage(message)
    Atomics.add(bell, 0, 1)
    Atomics.notify(bell, 0)
  }

  const handOver = (): void => {
    if (!batch || ended !== undefined) return
    inFlight.set(batch.number, waiting)
    const full = batch
    batch = undefined
    waiting = []
    // Only a store with work under way keeps its process alive.
    worker.ref()
    tell({ _tag: 'Append', batch: full })
  }

  const enqueue = (append: Append | undefined, receipts: ReadonlyArray<Receipt>): Promise<Answer> => {
    if (ended !== undefined) return Promise.resolve(unavailable(ended))
    if (!batch) {
      batch = emptyBatch((number += 1), clock())
      queueMicrotask(handOver)
    }
    batch.streams.push(append?.stream ?? '')
    batch.expected.push(append ? expectedCode(append.expected) : ANY)
    batch.eventCounts.push(append?.events.length ?? 0)
    for (const event of append?.events ?? []) batch.texts.push(textOfEvent(append?.stream ?? '', event))
    batch.receiptCounts.push(receipts.length)
    for (const { key, fingerprint, response } of receipts) {
      batch.receipts.push(key, fingerprint, JSON.stringify(response) ?? 'null')
    }
    return new Promise((settle) => {
      waiting.push({ append, settle })
      if (waiting.length >= HAND_OVER_AT) handOver()
    })
  }

  const deliver = (answers: ReadonlyArray<BatchAnswer>): void => {
    committed()
    for (const answer of answers) {
      const callers = inFlight.get(answer.number) ?? []
      inFlight.delete(answer.number)
      for (const [index, caller] of callers.entries()) caller.settle(answerTo(caller, answer, index))
    }
    if (inFlight.size === 0) worker.unref()
  }

  const end = (reason: string): void => {
    ended ??= reason
    for (const callers of inFlight.values()) {
      for (const { settle } of callers) settle(E.left({ _tag: 'OutcomeUnknown', cause: new Error(reason) }))
    }
    inFlight.clear()
    for (const { settle } of waiting.splice(0)) settle(unavailable(reason))
    closed.resolve()
  }

  const client: WriterClient = {
    append: (append) => enqueue(append, append.receipts ?? []),
    record: (receipts) => enqueue(undefined, receipts),
    close: () => {
      if (ended === undefined) {
        handOver()
        ended = 'The store is closed.'
        worker.ref()
        tell({ _tag: 'Close' })
      }
      return closed.promise
    },
  }

  worker.on('message', (message: FromWriter) => {
    switch (message._tag) {
      case 'Ready':
        worker.unref()
        return opening.resolve(E.right(client))
      case 'Failed':
        return opening.resolve(E.left(message.error))
      case 'Answers':
        return deliver(message.answers)
      case 'Closed':
        return end('The store is closed.')
    }
  })
  worker.on('error', (error) => {
    opening.resolve(E.left(cannotOpen(path, error)))
    end(`The store's writer ended unexpectedly: ${error.message}. Start the process again.`)
  })
  worker.on('exit', () => end("The store's writer has ended. Start the process again."))
  return opening.promise
}
