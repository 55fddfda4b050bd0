/**
 * Receipts on a server that writes one stream at a time. A receipt cannot be stored together with the events of another stream,
 * so it is claimed first: a small stream of its own, named by the key, says which events of which stream are going to be written
 * and what will then have been answered. The claim counts once those events are there, and only then.
 *
 *   claim (key)  →  append (stream)  →  answer to the sender
 *        died here: no effect, no receipt; the command is decided again
 *                        died here: the receipt is found by its key, from any process
 *
 * A key belongs to the stream and the fingerprint of its first claim. Two processes that work on the same key therefore meet in
 * one stream, where the expected revision lets one of them through: a key takes effect once at most, whoever dies or stalls
 * when. With `Any` or `Exists` there is no such guard, as everywhere.
 */
import { StreamNotFoundError, type RecordedEvent as ClientRecord } from '@eventstore/db-client'
import { derivedId } from '@muster/codec/event-id'
import * as E from 'fp-ts/lib/Either.js'
import type { SettledPosition, StreamName, StreamRevision } from '@muster/event-store/event'
import type { Append, Appended, AppendError, Expected, Receipt, StoredReceipt } from '@muster/event-store/event-store'
import { revisionConflict, settledAt } from '@muster/event-store/expected'
import { appendTo } from './appending.ts'
import { bounded } from './bounded.ts'
import { readStream, type Connection } from './connection.ts'
import { proposed } from './events.ts'
import { entryOf, type Claim, type Entry } from './receipt-entries.ts'
import { eventsOf, lastRevision, supervisionOf } from './streams.ts'
import { supervised } from './supervisor.ts'
import { pauseAfter, sleep } from './surroundings.ts'

export interface Receipts {
  /** To be called before the append: left when it must not be made (the key is answered or belongs elsewhere) or when it is not known. */
  readonly claim: (append: Append) => Promise<E.Either<AppendError, void>>
  readonly receiptOf: (key: string) => Promise<StoredReceipt | undefined>
  /** Keeps an answer that brought no event, unless the key is answered. Throws when the server does not take it. */
  readonly record: (receipt: Receipt, head: SettledPosition) => Promise<void>
}

const WIDTH = 16
/** Writing a receipt twice does no harm: an unknown outcome is tried again here. */
const TRIES = 4
/** Rivals that write to the same key's stream; each round one of them gets through. */
const ROUNDS = 16

export const createReceipts = (connection: Connection): Receipts => {
  const { names, surroundings, closing } = connection

  const entriesOf = async (key: string): Promise<ReadonlyArray<Entry>> => {
    const serverName = names.ofReceipt(key)
    let records: ClientRecord[] = []
    async function* attempt(): AsyncGenerator<void, void, void> {
      records = []
      try {
        const everything = readStream(connection, serverName, { from: 0, most: Number.MAX_SAFE_INTEGER })
        for await (const portion of everything) records.push(...portion.flatMap(({ event }) => event ?? []))
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error
      }
      yield
    }
    for await (const _ of supervised(attempt, supervisionOf(connection, 'reading a receipt'))) return records.map(entryOf)
    throw new Error('The store was closed while a receipt was read.')
  }

  /** Where the last event of a claim lies; undefined while it is not there. */
  const effectOf = async ({ stream, last, revision }: Claim): Promise<SettledPosition | undefined> => {
    const from = revision ?? 0
    const to = revision ?? Number.MAX_SAFE_INTEGER - 1
    for await (const events of eventsOf(connection, stream, from, to)) {
      const event = events.find(({ id }) => id === last)
      if (event) return event.position
    }
    return undefined
  }

  /** The first entry that counts. */
  const standing = async (key: string, entries: ReadonlyArray<Entry>): Promise<Standing | undefined> => {
    for (const entry of entries) {
      const { fingerprint, response } = entry
      const position = entry._tag === 'Answer' ? settledAt(entry.position) : await effectOf(entry)
      if (position !== undefined) return { entry, receipt: { key, fingerprint, response, position } }
    }
    return undefined
  }

  const write = async (key: string, entry: Entry, expected: Expected): Promise<E.Either<AppendError, Appended>> => {
    const event = proposed(derivedId('receipt', key, JSON.stringify(entry)), entry._tag, entry, {})
    for (let failures = 1; ; failures += 1) {
      const answer = await appendTo(connection, names.ofReceipt(key), expected, [event])
      if (E.isRight(answer) || answer.left._tag !== 'OutcomeUnknown' || failures >= TRIES) return answer
      await sleep(surroundings, pauseAfter(failures, surroundings.random), closing)
    }
  }

  /** Writes an entry to the key's stream unless what is there, which is looked at whenever it has grown, forbids it. */
  const writeUnless = async (
    key: string,
    entry: Entry,
    verdict: (entries: ReadonlyArray<Entry>) => Promise<'write' | 'done' | 'forbidden'>,
  ): Promise<E.Either<AppendError, 'done' | 'forbidden'>> => {
    let expected: Expected = { _tag: 'NoStream' }
    for (let round = 1; ; round += 1) {
      const answer = await write(key, entry, expected)
      if (E.isRight(answer)) return E.right('done')
      if (answer.left._tag !== 'RevisionConflict' || round >= ROUNDS) return answer
      const entries = await entriesOf(key)
      const decided = await verdict(entries)
      if (decided !== 'write') return E.right(decided)
      expected = { _tag: 'Exactly', revision: entries.length - 1 }
    }
  }

  const claimOne = (
    { key, fingerprint, response }: Receipt,
    append: Append,
  ): Promise<E.Either<AppendError, 'done' | 'forbidden'>> => {
    const claim: Claim = { _tag: 'Claim', fingerprint, response, ...targetOf(append) }
    return writeUnless(key, claim, async (entries) => {
      if (!entries.every((entry) => entry._tag === 'Claim' && belongs(entry, claim))) return 'forbidden'
      const { entry } = (await standing(key, entries)) ?? {}
      // The same append once more: the server recognises its events and gives the first answer again.
      if (entry?._tag === 'Claim') return entry.last === claim.last ? 'done' : 'forbidden'
      return entries.some((earlier) => earlier._tag === 'Claim' && sameTarget(earlier, claim)) ? 'done' : 'write'
    })
  }

  return {
    claim: async (append) => {
      const answers = await bounded(append.receipts ?? [], WIDTH, (receipt) => claimOne(receipt, append))
      for (const answer of answers) if (E.isLeft(answer)) return answer
      if (answers.some((answer) => E.isRight(answer) && answer.right === 'forbidden')) {
        return E.left(revisionConflict(append.expected, await lastRevision(connection, append.stream)))
      }
      return E.right(undefined)
    },
    receiptOf: async (key) => (await standing(key, await entriesOf(key)))?.receipt,
    record: async ({ key, fingerprint, response }, head) => {
      const entry: Entry = { _tag: 'Answer', fingerprint, response, position: head }
      const answer = await writeUnless(key, entry, async (entries) => ((await standing(key, entries)) ? 'done' : 'write'))
      if (E.isLeft(answer)) throw new Error('The receipt could not be stored.', { cause: answer.left })
    },
  }
}

interface Standing {
  readonly entry: Entry
  readonly receipt: StoredReceipt
}

/** What an append is going to write, as far as it can be told beforehand. */
const targetOf = ({
  stream,
  expected,
  events,
}: Append): { stream: StreamName; last: string; revision: StreamRevision | undefined } => {
  const last = events.at(-1)?.id ?? events[0].id
  switch (expected._tag) {
    case 'NoStream':
      return { stream, last, revision: events.length - 1 }
    case 'Exactly':
      return { stream, last, revision: expected.revision + events.length }
    case 'Any':
    case 'Exists':
      return { stream, last, revision: undefined }
  }
}

const belongs = (earlier: Claim, { stream, fingerprint }: Claim): boolean =>
  earlier.stream === stream && earlier.fingerprint === fingerprint
const sameTarget = (earlier: Claim, { last, revision }: Claim): boolean => earlier.last === last && earlier.revision === revision
