/** One append to one stream of the server, and what its failures mean. */
import {
  ANY,
  ErrorType,
  isCommandError,
  NO_STREAM,
  NotLeaderError,
  STREAM_EXISTS,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData as ClientEvent,
} from '@eventstore/db-client'
import * as E from 'fp-ts/lib/Either.js'
import type { SettledPosition, StreamRevision } from '@muster/event-store/event'
import type { Appended, AppendError, Expected } from '@muster/event-store/event-store'
import { revisionConflict } from '@muster/event-store/expected'
import { readStream, type Connection } from './connection.ts'
import { positionOf } from './events.ts'
import { Interrupted } from './supervisor.ts'
import { pauseAfter, sleep } from './surroundings.ts'

/** The server looked at the append and took nothing of it. */
const REFUSED = new Set<ErrorType>([
  ErrorType.ACCESS_DENIED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.STREAM_DELETED,
])

/** How often an append goes to the next leader; elections end sooner. */
const LEADERS = 5

const expectedRevision = (expected: Expected): AppendExpectedRevision => {
  switch (expected._tag) {
    case 'NoStream':
      return NO_STREAM
    case 'Exists':
      return STREAM_EXISTS
    case 'Any':
      return ANY
    case 'Exactly':
      return BigInt(expected.revision)
  }
}

const errorOf = (expected: Expected, cause: unknown): AppendError => {
  if (cause instanceof WrongExpectedVersionError) {
    const { actualVersion } = cause
    return revisionConflict(expected, typeof actualVersion === 'bigint' ? Number(actualVersion) : undefined)
  }
  const refused = cause instanceof NotLeaderError || (cause instanceof Error && isCommandError(cause) && REFUSED.has(cause.type))
  return { _tag: refused ? 'StoreUnavailable' : 'OutcomeUnknown', cause }
}

/**
 * Appends with a deadline. A node that is not the leader has written nothing, so the append goes on to the leader; whatever else
 * fails without the server's word is an unknown outcome, for the caller to repeat with the same ids.
 */
export const appendTo = async (
  connection: Connection,
  serverName: string,
  expected: Expected,
  events: ReadonlyArray<ClientEvent>,
): Promise<E.Either<AppendError, Appended>> => {
  const { surroundings, closing, report } = connection
  for (let failures = 1; ; failures += 1) {
    if (closing.aborted) return E.left({ _tag: 'StoreUnavailable', cause: new Error('The store was closed.') })
    try {
      const result = await send(connection, serverName, expected, events)
      return E.right(await placeOf(connection, serverName, result))
    } catch (cause) {
      if (!(cause instanceof NotLeaderError) || failures >= LEADERS) return E.left(errorOf(expected, cause))
      const pauseMs = pauseAfter(failures, surroundings.random)
      report({ what: `appending to ${serverName}`, cause, failures, pauseMs })
      await sleep(surroundings, pauseMs, closing)
    }
  }
}

/** The client's deadline begins when it has found a node; this one covers the search as well. */
const send = (
  { client, credentials, deadlineMs, surroundings }: Connection,
  serverName: string,
  expected: Expected,
  events: ReadonlyArray<ClientEvent>,
): Promise<AppendResult> =>
  new Promise((resolve, reject) => {
    const cancel = surroundings.after(2 * deadlineMs, () => reject(new Interrupted('No node took the append in time.')))
    void client
      .appendToStream(serverName, [...events], {
        expectedRevision: expectedRevision(expected),
        credentials,
        requiresLeader: true,
        deadline: deadlineMs,
      })
      .then(resolve, reject)
      .finally(cancel)
  })

/** A repeated append may be acknowledged without a position; then the last event itself says where it lies. */
const placeOf = async (connection: Connection, serverName: string, result: AppendResult): Promise<Appended> => {
  const revision = Number(result.nextExpectedRevision)
  const position = positionOf(result.position) ?? (await positionIn(connection, serverName, revision))
  if (position === undefined) throw new Interrupted('The server did not say where the append lies.')
  return { position, revision }
}

const positionIn = async (
  connection: Connection,
  serverName: string,
  revision: StreamRevision,
): Promise<SettledPosition | undefined> => {
  for await (const [first] of readStream(connection, serverName, { from: revision, most: 1 }))
    return positionOf(first?.event?.position)
  return undefined
}
