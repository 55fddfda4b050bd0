/** The log as one process sees it: every call can be slow, fail before or after its effect, or be the process's last. */
import * as E from 'fp-ts/lib/Either.js'
import type { Append, AppendError, Appended, EventStore } from '@muster/event-store/event-store'
import { streamKind, type RecordedEvent } from '@muster/event-store/event'
import type { Process } from './process.ts'

const away = (): never => {
  throw new Error('the log is away')
}

/** Pages hold `pageSize` events at most, whatever is asked for. */
export const storeFor = (process: Process, inner: EventStore, pageSize = 1_000): EventStore => {
  const { call, scheduler } = process
  const failure = (): AppendError => ({
    _tag: scheduler.chance.next() < 0.5 ? 'OutcomeUnknown' : 'StoreUnavailable',
    cause: 'simulated',
  })

  const appendOne = (append: Append): Promise<E.Either<AppendError, Appended>> =>
    call({
      port: `append ${append.stream}`,
      writes: true,
      // A parking that arrives after its subscription has died is the one window that is known to be open; docs/faults.md names it.
      ...(streamKind(append.stream) === 'subscription' ? { late: 'in-life' } : {}),
      effect: () => inner.append(append)(),
      lost: () => E.left(failure()),
    })

  const collect = async (events: AsyncIterable<RecordedEvent>): Promise<ReadonlyArray<RecordedEvent>> => {
    const collected: RecordedEvent[] = []
    for await (const event of events) collected.push(event)
    return collected
  }

  return {
    append: (append) => () => appendOne(append),
    // Streams apart, as on a server without transactions over streams: some of a batch may be written and others not.
    appendAll: (appends) => Promise.all(appends.map(appendOne)),
    readStream: async function* (stream, from, to) {
      const pieces: RecordedEvent[] = []
      const whole = await call<ReadonlyArray<RecordedEvent> | 'broken off'>({
        port: `read ${stream}`,
        effect: async () => {
          pieces.push(...(await collect(inner.readStream(stream, from, to))))
          return pieces
        },
        lost: () => 'broken off',
      })
      if (whole !== 'broken off') return yield* whole
      yield* pieces.slice(0, Math.floor(scheduler.chance.next() * pieces.length))
      away()
    },
    readAll: async function* (after, options) {
      const signal = options.signal ? AbortSignal.any([options.signal, process.died]) : process.died
      for await (const page of inner.readAll(after, { ...options, signal, pageSize: Math.min(options.pageSize, pageSize) })) {
        yield await call({ port: `page ${page.through}`, effect: async () => page, lost: away })
      }
    },
    head: () => call({ port: 'head', effect: inner.head, lost: away }),
    positionAt: (instant) => call({ port: 'positionAt', effect: () => inner.positionAt(instant), lost: away }),
    timeOf: (position) => call({ port: 'timeOf', effect: () => inner.timeOf(position), lost: away }),
    receiptOf: (key) => call({ port: 'receiptOf', effect: () => inner.receiptOf(key), lost: away }),
    recordReceipts: (receipts) =>
      call({ port: 'recordReceipts', writes: true, effect: () => inner.recordReceipts(receipts), lost: away }),
    close: async () => undefined,
  }
}
