/** Reading one stream under supervision: a read that breaks off goes on behind the last event that came. */
import type { RecordedEvent, StreamName, StreamRevision } from '@muster/event-store/event'
import { StreamNotFoundError } from '@eventstore/db-client'
import { readStream, type Connection } from './connection.ts'
import { recordedEvent } from './events.ts'
import { supervised, type Supervision } from './supervisor.ts'

/** Tries in a row before a read that somebody waits for gives up. */
export const READ_PATIENCE = 5

export const supervisionOf = ({ surroundings, closing, report }: Connection, what: string): Supervision => ({
  what,
  patience: READ_PATIENCE,
  surroundings,
  signal: closing,
  report,
})

/** Events `from` to `to`, both included, in portions; nothing when there is no stream. */
export async function* eventsOf(
  connection: Connection,
  stream: StreamName,
  from: StreamRevision,
  to: StreamRevision,
): AsyncGenerator<ReadonlyArray<RecordedEvent>, void, void> {
  const serverName = connection.names.ofStream(stream)
  let next = from
  async function* attempt(): AsyncGenerator<ReadonlyArray<RecordedEvent>, void, void> {
    try {
      for await (const portion of readStream(connection, serverName, { from: next, most: to - next + 1 })) {
        const events = portion.flatMap(({ event }) => (event ? [recordedEvent(stream, event)] : []))
        next = (events.at(-1)?.revision ?? next - 1) + 1
        yield events
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error
    }
  }
  if (from > to) return
  for await (const events of supervised(attempt, supervisionOf(connection, `reading ${serverName}`))) {
    yield events
    if (next > to) return
  }
  // Supervision ends quietly on closing; half a history must not pass for a whole one.
  if (connection.closing.aborted) throw new Error('The store was closed while a stream was read.')
}

/** Revision of a stream's last event; undefined when there is no stream. */
export const lastRevision = async (connection: Connection, stream: StreamName): Promise<StreamRevision | undefined> => {
  const serverName = connection.names.ofStream(stream)
  async function* attempt(): AsyncGenerator<StreamRevision, void, void> {
    try {
      for await (const [last] of readStream(connection, serverName, { from: 'end', most: 1, backwards: true })) {
        if (last?.event) yield Number(last.event.revision)
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error
    }
  }
  for await (const revision of supervised(attempt, supervisionOf(connection, `reading ${serverName}`))) return revision
  return undefined
}
