/**
 * `readAll` on a catch-up subscription to the server's `$all`, with the server's own filter. The position is the commit
 * position: the server shows nothing in `$all` before it is settled. A subscription never comes back by itself, so each
 * attempt begins behind the last page.
 */
import type { AllStreamResolvedEvent } from '@eventstore/db-client'
import type { RecordedEvent, SettledPosition } from '@muster/event-store/event'
import type { Page, ReadAllOptions } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { subscribe, type Connection } from './connection.ts'
import { positionOf, recordedEvent } from './events.ts'
import type { Flow } from './flow.ts'
import type { LogEnd } from './log-end.ts'
import { READ_PATIENCE } from './streams.ts'
import { Interrupted, supervised } from './supervisor.ts'

export async function* readPages(
  connection: Connection,
  logEnd: LogEnd,
  after: SettledPosition | 'start',
  options: ReadAllOptions,
): AsyncGenerator<Page, void, void> {
  const { closing, surroundings, report } = connection
  const signal = options.signal ? AbortSignal.any([options.signal, closing]) : closing
  let position = after === 'start' ? settledAt(0) : after
  async function* attempt(): AsyncGenerator<Page, void, void> {
    for await (const page of pagesAfter(connection, logEnd, position, { ...options, signal })) {
      position = page.through
      yield page
    }
  }
  const patience = options.follow ? Number.POSITIVE_INFINITY : READ_PATIENCE
  yield* supervised(attempt, { what: 'following the log', patience, surroundings, signal, report })
}

interface Reading extends ReadAllOptions {
  readonly signal: AbortSignal
}

/** One subscription's worth of pages. */
async function* pagesAfter(
  connection: Connection,
  logEnd: LogEnd,
  after: SettledPosition,
  { pageSize, follow, until, signal }: Reading,
): AsyncGenerator<Page, void, void> {
  const head = await logEnd.head()
  const reached = (position: SettledPosition): boolean => until !== undefined && position >= until
  if (signal.aborted) return
  if (after >= head || reached(after)) {
    yield { events: [], through: after, isTail: after >= head }
    if (!follow || reached(after)) return
  }
  const flow = subscribe(connection, after, signal)
  try {
    let through = after
    for (;;) {
      const page = await nextPage(flow, through, { pageSize, until, head, watch: () => watch(logEnd, through), connection })
      if (page === undefined) return
      through = page.through
      yield page
      if (reached(through) || (!follow && through >= head)) return
    }
  } finally {
    await flow.close()
  }
}

interface Paging {
  readonly pageSize: number
  readonly until: SettledPosition | undefined
  /** Where the log ended when the subscription began: before it more is sure to come, so a page is worth filling. */
  readonly head: SettledPosition
  readonly watch: () => Promise<void>
  readonly connection: Connection
}

/** The next page with anything to say; undefined when the reader wants no more. */
const nextPage = async (
  flow: Flow<AllStreamResolvedEvent>,
  after: SettledPosition,
  { pageSize, until, head, watch, connection }: Paging,
): Promise<Page | undefined> => {
  const events: RecordedEvent[] = []
  let through = after
  for (;;) {
    const arrival = await flow.next(pageSize - events.length)
    switch (arrival._tag) {
      case 'Stopped':
        return undefined
      case 'Failed':
        throw arrival.cause
      case 'Ended':
        throw new Interrupted('The server ended the subscription.')
      case 'Silent':
        await watch()
        break
      case 'Arrived':
        for (const item of arrival.items) {
          const position = positionOf(item.event?.position ?? bothAt(item.commitPosition))
          if (position === undefined || position <= through) continue
          if (until !== undefined && position > until) return { events, through: until, isTail: false }
          through = position
          const stream = item.event && connection.names.streamOf(item.event.streamId)
          if (item.event && stream !== undefined) events.push(recordedEvent(stream, item.event))
        }
        if (through === after) break
        if (events.length === 0 || events.length >= pageSize || through >= head) {
          return { events, through, isTail: through >= head && flow.isDry() }
        }
    }
  }
}

const bothAt = (commit: bigint | undefined) => (commit === undefined ? undefined : { commit, prepare: commit })

/** Silence is a fault only when the log has grown meanwhile. */
const watch = async (logEnd: LogEnd, through: SettledPosition): Promise<void> => {
  const head = await logEnd.head()
  if (head > through) throw new Interrupted(`The subscription stays silent at ${through} while the log goes on to ${head}.`)
}
