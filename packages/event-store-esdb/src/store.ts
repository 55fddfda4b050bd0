/**
 * The event store on EventStoreDB (22.10 or later), for many writing processes: the server decides whose expected revision holds,
 * its commit position is ours, and readers follow its `$all`. What one process was told, every other can find.
 */
import { EventStoreDBClient, type Credentials } from '@eventstore/db-client'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Append, Appended, AppendError, EventStore } from '@muster/event-store/event-store'
import { appendTo } from './appending.ts'
import { bounded } from './bounded.ts'
import { closeClient, type Connection } from './connection.ts'
import { proposedEvent } from './events.ts'
import { createLogEnd } from './log-end.ts'
import { isNamespace, namesIn } from './names.ts'
import { noCredentials, unreachable, wrongConnectionString, wrongNamespace, type OpenError } from './open-error.ts'
import { readPages } from './pages.ts'
import { createReceipts } from './receipts.ts'
import { eventsOf } from './streams.ts'
import type { Trouble } from './supervisor.ts'
import { systemSurroundings, type Surroundings } from './surroundings.ts'
import { createTimeIndex } from './time-index.ts'

export interface EsdbStoreOptions {
  /** `esdb://user:password@host:2113`, or `esdb+discover://…` for a cluster. */
  readonly connectionString: string
  /** Tells logs on one server apart. */
  readonly namespace?: string
  /** Longest wait for the answer to an append or a look; after it the outcome of an append is unknown. */
  readonly deadlineMs?: number
  /** After so long without a word a subscription is compared with the head of the log. */
  readonly silenceMs?: number
  readonly surroundings?: Surroundings
  /** Hears of everything that broke off and was begun again. */
  readonly report?: (trouble: Trouble) => void
}

/** Appends under way at once; a server takes a hundred calls on a connection, and readers need some of them. */
const WIDTH = 64

const storeOver = (connection: Connection, close: () => Promise<void>): EventStore => {
  const logEnd = createLogEnd(connection)
  const receipts = createReceipts(connection)
  const readAll: EventStore['readAll'] = (after, options) => readPages(connection, logEnd, after, options)
  const timeIndex = createTimeIndex(readAll)

  const append = async (wanted: Append): Promise<E.Either<AppendError, Appended>> => {
    if (wanted.receipts !== undefined && wanted.receipts.length > 0) {
      const claimed = await receipts.claim(wanted)
      if (E.isLeft(claimed)) return claimed
    }
    const serverName = connection.names.ofStream(wanted.stream)
    return appendTo(connection, serverName, wanted.expected, wanted.events.map(proposedEvent))
  }

  /** Reads that answer an append (the receipts' own) may throw; to the appender that is a store out of reach. */
  const safely = async (wanted: Append): Promise<E.Either<AppendError, Appended>> => {
    try {
      return await append(wanted)
    } catch (cause) {
      return E.left({ _tag: 'StoreUnavailable', cause })
    }
  }

  return {
    append: (wanted) => () => safely(wanted),
    appendAll: (appends) => appendAll(appends, safely),
    readStream: async function* (stream, from = 0, to = Number.MAX_SAFE_INTEGER - 1) {
      for await (const events of eventsOf(connection, stream, from, to)) yield* events
    },
    readAll,
    head: logEnd.head,
    positionAt: timeIndex.positionAt,
    timeOf: logEnd.timeOf,
    receiptOf: receipts.receiptOf,
    recordReceipts: async (answers) => {
      if (answers.length === 0) return
      const head = await logEnd.head()
      await bounded(answers, WIDTH, (receipt) => receipts.record(receipt, head))
    },
    close,
  }
}

/** Appends to one stream keep their order, streams go side by side. */
const appendAll = async (
  appends: ReadonlyArray<Append>,
  append: (wanted: Append) => Promise<E.Either<AppendError, Appended>>,
): Promise<ReadonlyArray<E.Either<AppendError, Appended>>> => {
  const answers: Array<E.Either<AppendError, Appended>> = []
  const queues = Map.groupBy(appends.entries(), ([, { stream }]) => stream)
  await bounded([...queues.values()], WIDTH, async (queue) => {
    for (const [index, wanted] of queue) answers[index] = await append(wanted)
  })
  return answers
}

const CREDENTIALS = /^esdb(?:\+discover)?:\/\/([^:@/]+):([^@/]+)@/

/** A server without TLS looks at no credentials, but they must be given (see `Connection`). */
const credentialsIn = (connectionString: string): Credentials | undefined => {
  const [, username, password] = CREDENTIALS.exec(connectionString) ?? []
  if (username !== undefined && password !== undefined) {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  }
  return /[?&]tls=false\b/i.test(connectionString) ? { username: 'nobody', password: 'nothing' } : undefined
}

/** Opens the store and looks at the log once, so that a wrong address is noticed here and not at the first command. */
export const openEsdbEventStore =
  ({
    connectionString,
    namespace = 'muster',
    deadlineMs = 10_000,
    silenceMs = 30_000,
    surroundings = systemSurroundings,
    report = () => undefined,
  }: EsdbStoreOptions): TaskEither<OpenError, EventStore> =>
  async () => {
    if (!isNamespace(namespace)) return E.left(wrongNamespace(namespace))
    const credentials = credentialsIn(connectionString)
    const connected = E.tryCatch(() => EventStoreDBClient.connectionString(connectionString), wrongConnectionString)
    if (E.isLeft(connected)) return connected
    const client = connected.right
    if (credentials === undefined) return E.left(noCredentials)

    const closing = new AbortController()
    let closed: Promise<void> | undefined
    const close = (): Promise<void> => {
      closing.abort()
      return (closed ??= closeClient(client))
    }
    const names = namesIn(namespace)
    const connection = { client, credentials, names, deadlineMs, silenceMs, surroundings, report, closing: closing.signal }
    const store = storeOver(connection, close)
    try {
      await store.head()
      return E.right(store)
    } catch (cause) {
      await close()
      return E.left(unreachable(cause))
    }
  }
