/** An event store that measures its durable writes and marks them in the trace; what it does is the inner store's business. */
import { context, propagation, trace, type Context } from '@opentelemetry/api'
import type { Append, EventStore } from '@muster/event-store/event-store'
import type { Metrics } from './metrics.ts'

const tracer = trace.getTracer('muster.event-store')

/** The trace of whoever caused the first event, so that the write shows in that journey. */
const causeOf = (appends: ReadonlyArray<Append>): Context => {
  const traceparent = appends.find(({ events }) => events[0].metadata.traceparent !== undefined)?.events[0].metadata.traceparent
  return traceparent === undefined ? context.active() : propagation.extract(context.active(), { traceparent })
}

const countOf = (appends: ReadonlyArray<Append>): number => appends.reduce((total, { events }) => total + events.length, 0)

/** `now` gives milliseconds of a clock that never goes back. */
export const observedStore = (store: EventStore, metrics: Pick<Metrics, 'append'>, now: () => number): EventStore => {
  const observe = async <T>(appends: ReadonlyArray<Append>, write: () => Promise<T>): Promise<T> => {
    const count = countOf(appends)
    const started = now()
    const span = tracer.startSpan(
      'append',
      { attributes: { 'muster.streams': appends.length, 'muster.events': count } },
      causeOf(appends),
    )
    try {
      return await write()
    } finally {
      span.end()
      metrics.append((now() - started) / 1000, count)
    }
  }
  return {
    ...store,
    append: (append) => () => observe([append], store.append(append)),
    appendAll: (appends) => observe(appends, () => store.appendAll(appends)),
  }
}
