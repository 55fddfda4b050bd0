/** The client with what every call needs, and the calls in the adapter's own words. Nothing here tries again. */
import { setTimeout as timeout } from 'node:timers/promises'
import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  streamNameFilter,
  type Credentials,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client'
import { Channel } from '@grpc/grpc-js'
import type { SettledPosition, StreamRevision } from '@muster/event-store/event'
import { Interrupted, type Trouble } from './supervisor.ts'
import { openFlow, type Flow } from './flow.ts'
import type { Names } from './names.ts'
import type { Surroundings } from './surroundings.ts'

export interface Connection {
  readonly client: EventStoreDBClient
  /** Given with every append: it is what makes the client use the call that has a deadline. */
  readonly credentials: Credentials
  readonly names: Names
  readonly deadlineMs: number
  readonly silenceMs: number
  readonly surroundings: Surroundings
  readonly report: (trouble: Trouble) => void
  /** Comes when the store closes. */
  readonly closing: AbortSignal
}

/** Records looked at between two checkpoints of a subscription to which none of them belongs. */
const CHECKPOINT_WINDOW = 500
/** Events kept ready for a reader. */
const AHEAD = 512

const inLog = (position: SettledPosition) => ({ commit: BigInt(position), prepare: BigInt(position) })

interface StreamRead {
  readonly from: StreamRevision | 'end'
  readonly most: number
  readonly backwards?: boolean
}

/** Portions of a server stream, from a revision that is included; throws the client's StreamNotFoundError. */
export async function* readStream(
  { client, deadlineMs, surroundings, closing }: Connection,
  serverName: string,
  { from, most, backwards = false }: StreamRead,
): AsyncGenerator<ReadonlyArray<ResolvedEvent>, void, void> {
  const stream = client.readStream(
    serverName,
    {
      fromRevision: from === 'end' ? END : BigInt(from),
      maxCount: most,
      direction: backwards ? BACKWARDS : FORWARDS,
      requiresLeader: true,
    },
    { highWaterMark: AHEAD },
  )
  const flow = openFlow<ResolvedEvent>({
    stream,
    listen: (take) => stream.on('data', take),
    cancel: () => stream.cancel(),
    ahead: AHEAD,
    silenceMs: deadlineMs,
    surroundings,
    signal: closing,
  })
  yield* portions(flow, `reading ${serverName}`)
}

interface LogRead {
  /** Included when reading forwards, left out when reading backwards. */
  readonly from: SettledPosition | 'end'
  readonly most: number
  readonly backwards: boolean
}

/** Portions of everything on the server, foreign and system events among them: the client cannot filter this call. */
export async function* readLog(
  { client, deadlineMs, surroundings, closing }: Connection,
  { from, most, backwards }: LogRead,
): AsyncGenerator<ReadonlyArray<AllStreamResolvedEvent>, void, void> {
  const stream = client.readAll(
    {
      fromPosition: from === 'end' ? END : inLog(from),
      maxCount: most,
      direction: backwards ? BACKWARDS : FORWARDS,
      requiresLeader: true,
    },
    { highWaterMark: AHEAD },
  )
  const flow = openFlow<AllStreamResolvedEvent>({
    stream,
    listen: (take) => stream.on('data', take),
    cancel: () => stream.cancel(),
    ahead: AHEAD,
    silenceMs: deadlineMs,
    surroundings,
    signal: closing,
  })
  yield* portions(flow, 'reading the log')
}

async function* portions<T>(flow: Flow<T>, what: string): AsyncGenerator<ReadonlyArray<T>, void, void> {
  try {
    for (;;) {
      const arrival = await flow.next(AHEAD)
      switch (arrival._tag) {
        case 'Arrived':
          yield arrival.items
          break
        case 'Ended':
          return
        case 'Failed':
          throw arrival.cause
        case 'Silent':
          throw new Interrupted(`The server does not answer (${what}).`)
        case 'Stopped':
          throw new Error(`The store was closed (${what}).`)
      }
    }
  } finally {
    await flow.close()
  }
}

/**
 * Everything of this log after a position, and on as it comes. An item without an event is a checkpoint: up to its position
 * there is nothing more.
 */
export const subscribe = (connection: Connection, after: SettledPosition, signal: AbortSignal): Flow<AllStreamResolvedEvent> => {
  const { client, names, silenceMs, surroundings } = connection
  const stream = client.subscribeToAll(
    {
      fromPosition: after === 0 ? START : inLog(after),
      filter: streamNameFilter({
        prefixes: [names.prefix],
        maxSearchWindow: CHECKPOINT_WINDOW,
        // Told aside it could overtake events that still wait in the stream's buffer; pushed into the stream it keeps its place.
        // One number has to bring the reader back here, which it cannot where the two of a position differ.
        checkpointReached: (subscription, { commit, prepare }) => {
          if (commit === prepare) subscription.push({ commitPosition: commit })
        },
      }),
    },
    { highWaterMark: AHEAD },
  )
  return openFlow<AllStreamResolvedEvent>({
    stream,
    listen: (take) => stream.on('data', take),
    cancel: () => stream.unsubscribe(),
    ahead: AHEAD,
    silenceMs,
    surroundings,
    signal,
  })
}

/** The client's own `dispose` ends its calls but leaves the channel open, and there is no public way to close that. */
export const closeClient = async (client: EventStoreDBClient): Promise<void> => {
  await client.dispose()
  // Without a channel the client would look for a node now; a cluster that is down must not hold up the end.
  await Promise.race([closeChannel(client).catch(() => undefined), timeout(LONGEST_GOODBYE_MS, undefined, { ref: false })])
}

const LONGEST_GOODBYE_MS = 1_000

const closeChannel = async (client: EventStoreDBClient): Promise<void> => {
  const getChannel: unknown = Reflect.get(client, 'getChannel')
  if (typeof getChannel !== 'function') return
  const channel: unknown = await getChannel()
  if (channel instanceof Channel) channel.close()
}
