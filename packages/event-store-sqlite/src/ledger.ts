/** Writes what has queued up in one transaction, each append whole or not at all. Runs in the writer's thread. */
import Database from 'better-sqlite3'
import { ANSWER_WIDTH, ANY, CONFLICT, EXISTS, NO_STREAM, WRITTEN, type Batch, type BatchAnswer } from './protocol.ts'
import { isList, rowText } from './format.ts'
import { reasonOf } from './open-error.ts'
import { createRepeats } from './repeats.ts'
import { hashOf } from './schema.ts'
import { createStreamHeads } from './stream-heads.ts'

export interface Ledger {
  /**
   * One durable commit for these batches and all that `more` brings while they are written; answers in their order. What the
   * callers make meanwhile still gets in, so that both threads work and the disk is asked once.
   */
  readonly commit: (first: ReadonlyArray<Batch>, more: () => ReadonlyArray<Batch>) => ReadonlyArray<BatchAnswer>
}

/** Enough for one commit: what comes after waits for the next, so that nobody waits long for an answer. */
const MOST_BATCHES = 256

interface Entry {
  readonly stream: string
  readonly expected: number
  readonly texts: ReadonlyArray<string>
  /** Key, fingerprint, response of each receipt. */
  readonly receipts: ReadonlyArray<string>
}

interface Outcome {
  readonly outcome: number
  readonly position: number
  readonly revision: number
}

const holds = (expected: number, revision: number | undefined): boolean =>
  expected === ANY ||
  (expected === EXISTS && revision !== undefined) ||
  (expected === NO_STREAM && revision === undefined) ||
  (expected >= 0 && expected === revision)

const recordedAtOf = (row: unknown): string => {
  const fields: unknown = typeof row === 'string' ? JSON.parse(row) : undefined
  const recordedAt = isList(fields) ? fields[2] : undefined
  return typeof recordedAt === 'string' ? recordedAt : ''
}

export const createLedger = (db: Database.Database, directory: string): Ledger => {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const lastPosition = db.prepare('SELECT coalesce(max(position), 0) FROM events').pluck()
  const lastBody = db.prepare('SELECT body FROM events ORDER BY position DESC LIMIT 1').pluck()
  const insertEvent = db.prepare('INSERT INTO events (position, stream, revision, body) VALUES (?, ?, ?, ?)')
  const insertReceipt = db.prepare('INSERT INTO receipts (hash, key, fingerprint, response, position) VALUES (?, ?, ?, ?, ?)')
  const selectReceipt = db.prepare('SELECT 1 FROM receipts WHERE hash = ? AND key = ?').pluck()
  const heads = createStreamHeads(db)
  const repeats = createRepeats(db)
  let position = Number(lastPosition.get())
  let recordedAt = recordedAtOf(lastBody.get())

  const answered = (key: string): boolean => selectReceipt.get(hashOf(key), key) !== undefined

  const anyAnswered = (receipts: ReadonlyArray<string>): boolean => {
    for (let index = 0; index < receipts.length; index += 3) if (answered(receipts[index] ?? '')) return true
    return false
  }

  /** Of two receipts with one key the first counts: it is the first that a look-up finds. */
  const keepReceipts = (receipts: ReadonlyArray<string>): void => {
    for (let index = 0; index < receipts.length; index += 3) {
      const [key = '', fingerprint = '', response = ''] = receipts.slice(index, index + 3)
      insertReceipt.run(hashOf(key), key, fingerprint, response, position)
    }
  }

  const write = ({ stream, expected, texts, receipts }: Entry): Outcome => {
    if (texts.length === 0) {
      for (let index = 0; index < receipts.length; index += 3) {
        if (!answered(receipts[index] ?? '')) keepReceipts(receipts.slice(index, index + 3))
      }
      return { outcome: WRITTEN, position, revision: -1 }
    }
    const found = heads.find(stream)
    const conflict = { outcome: CONFLICT, position, revision: found?.revision ?? -1 }
    const held = holds(expected, found?.revision)
    if (found && (!held || expected < NO_STREAM)) {
      const repeat = repeats.find(found, expected, texts)
      if (repeat._tag === 'Same') return { outcome: WRITTEN, position: repeat.position, revision: repeat.revision }
      if (repeat._tag === 'Overlapping') return conflict
    }
    if (!held || anyAnswered(receipts)) return conflict
    const head = found ?? heads.create(stream)
    for (const text of texts) {
      position += 1
      head.revision += 1
      insertEvent.run(position, head.id, head.revision, rowText(position, head.revision, recordedAt, text))
    }
    keepReceipts(receipts)
    return { outcome: WRITTEN, position, revision: head.revision }
  }

  const writeBatch = (batch: Batch): BatchAnswer => {
    if (batch.at > recordedAt) recordedAt = batch.at
    const outcomes = new Float64Array(batch.streams.length * ANSWER_WIDTH)
    let event = 0
    let receipt = 0
    for (const [index, stream] of batch.streams.entries()) {
      const texts = batch.texts.slice(event, (event += batch.eventCounts[index] ?? 0))
      const receipts = batch.receipts.slice(receipt, (receipt += (batch.receiptCounts[index] ?? 0) * 3))
      const { outcome, position, revision } = write({ stream, expected: batch.expected[index] ?? ANY, texts, receipts })
      outcomes.set([outcome, position, revision], index * ANSWER_WIDTH)
    }
    return { _tag: 'Committed', number: batch.number, outcomes }
  }

  const rollBack = (): void => {
    if (db.inTransaction) db.exec('ROLLBACK')
    heads.forget()
    position = Number(lastPosition.get())
    recordedAt = recordedAtOf(lastBody.get())
  }

  const explain = (error: unknown): string =>
    error instanceof Database.SqliteError && error.code === 'SQLITE_FULL'
      ? `The disk is full: nothing of this append was written. Free some space under ${directory} and repeat the append with the same event ids.`
      : `The store could not write: ${reasonOf(error)}. Nothing of this append was written.`

  return {
    commit: (first, more) => {
      const taken: Batch[] = []
      const answers: BatchAnswer[] = []
      const notWritten = (error: unknown): ReadonlyArray<BatchAnswer> => {
        rollBack()
        return taken.map(({ number }) => ({ _tag: 'NotWritten', number, reason: explain(error) }))
      }
      try {
        let next = first
        taken.push(...next)
        begin.run()
        while (next.length > 0) {
          for (const batch of next) answers.push(writeBatch(batch))
          next = taken.length < MOST_BATCHES ? more() : []
          taken.push(...next)
        }
      } catch (error) {
        return notWritten(error)
      }
      try {
        commit.run()
        return answers
      } catch (error) {
        // A full disk stops the commit before its last frame; any other failure may have left it whole on the disk.
        if (error instanceof Database.SqliteError && error.code === 'SQLITE_FULL') return notWritten(error)
        rollBack()
        const reason = `The store could not confirm the append: ${reasonOf(error)}. Repeat it with the same event ids.`
        return taken.map(({ number }) => ({ _tag: 'Unknown', number, reason }))
      }
    },
  }
}
