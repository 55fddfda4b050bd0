/** Writes what has queued up in one transaction, each append whole or not at all. Runs in the writer's thread. */
import Database from 'better-sqlite3'
import { ANY, CONFLICT, EXISTS, NO_STREAM, WRITTEN, type Batch, type BatchAnswer } from './protocol.ts'
import { isList, rowText } from './format.ts'
import { reasonOf } from './open-error.ts'
import { createRepeats } from './repeats.ts'
import { hashOf } from './schema.ts'
import { createStreamHeads } from './stream-heads.ts'

export interface Ledger {
  /** One durable commit for all batches; answers in their order. */
  readonly commit: (batches: ReadonlyArray<Batch>) => ReadonlyArray<BatchAnswer>
}

interface Entry {
  readonly stream: string
  readonly expected: number
  readonly texts: ReadonlyArray<string>
  readonly receipts: ReadonlyArray<readonly [key: string, fingerprint: string, response: string]>
}

interface Outcome {
  readonly outcome: number
  readonly position: number
  readonly revision: number
}

const entriesOf = function* (batch: Batch): Generator<Entry> {
  let event = 0
  let receipt = 0
  for (const [index, stream] of batch.streams.entries()) {
    const texts = batch.texts.slice(event, (event += batch.eventCounts[index] ?? 0))
    const receipts: Array<readonly [string, string, string]> = []
    for (let left = batch.receiptCounts[index] ?? 0; left > 0; left -= 1, receipt += 3) {
      receipts.push([batch.receipts[receipt] ?? '', batch.receipts[receipt + 1] ?? '', batch.receipts[receipt + 2] ?? ''])
    }
    yield { stream, expected: batch.expected[index] ?? ANY, texts, receipts }
  }
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

  const answered = ([key]: readonly [string, string, string]): boolean => selectReceipt.get(hashOf(key), key) !== undefined

  const keepReceipts = (receipts: Entry['receipts']): void => {
    for (const receipt of receipts) {
      const [key, fingerprint, response] = receipt
      if (!answered(receipt)) insertReceipt.run(hashOf(key), key, fingerprint, response, position)
    }
  }

  const write = ({ stream, expected, texts, receipts }: Entry): Outcome => {
    if (texts.length === 0) {
      keepReceipts(receipts)
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
    if (!held || receipts.some(answered)) return conflict
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
    const outcomes: number[] = []
    const positions: number[] = []
    const revisions: number[] = []
    for (const entry of entriesOf(batch)) {
      const { outcome, position, revision } = write(entry)
      outcomes.push(outcome)
      positions.push(position)
      revisions.push(revision)
    }
    return { _tag: 'Committed', number: batch.number, outcomes, positions, revisions }
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
    commit: (batches) => {
      const notWritten = (error: unknown): ReadonlyArray<BatchAnswer> => {
        rollBack()
        return batches.map(({ number }) => ({ _tag: 'NotWritten', number, reason: explain(error) }))
      }
      let answers: ReadonlyArray<BatchAnswer>
      try {
        begin.run()
        answers = batches.map(writeBatch)
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
        return batches.map(({ number }) => ({ _tag: 'Unknown', number, reason }))
      }
    },
  }
}
