/** The one thread that writes: takes whatever has queued up meanwhile, commits it at once, answers, and again. */
import { dirname } from 'node:path'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { inspect } from './inspect.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { acquireLock, type Lock } from './lock.ts'
import { alreadyOpen, cannotOpen, type OpenError } from './open-error.ts'
import type { Batch, FromWriter, ToWriter, WriterSettings } from './protocol.ts'
import { createTables, tuneWriter } from './schema.ts'

interface Opened {
  readonly ledger: Ledger
  readonly close: () => void
}

const holderOf = (path: string): number | undefined => {
  try {
    const db = new Database(path, { readonly: true })
    const pid: unknown = db.prepare('SELECT pid FROM writer').pluck().get()
    db.close()
    return typeof pid === 'number' ? pid : undefined
  } catch {
    // The holder may be creating the file at this very moment; its name is a courtesy, not a need.
    return undefined
  }
}

const openLocked = ({ path, maxPages }: WriterSettings, lock: Lock): Opened | OpenError => {
  const fault = inspect(path)
  if (fault) return fault
  const db = new Database(path)
  tuneWriter(db)
  if (db.pragma('user_version', { simple: true }) === 0) createTables(db)
  db.exec('DELETE FROM writer')
  db.prepare("INSERT INTO writer (pid, since) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ'))").run(process.pid)
  if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
  const close = (): void => {
    db.exec('DELETE FROM writer')
    // Readers may still be connected, and only the last to leave would do this by itself.
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    lock.release()
  }
  return { ledger: createLedger(db, dirname(path)), close }
}

const open = (settings: WriterSettings): Opened | OpenError => {
  let lock: Lock | undefined
  try {
    lock = acquireLock(settings.path)
    if (!lock) return alreadyOpen(settings.path, holderOf(settings.path))
    const opened = openLocked(settings, lock)
    if ('_tag' in opened) lock.release()
    return opened
  } catch (error) {
    lock?.release()
    return cannotOpen(settings.path, error)
  }
}

/** Everything that has been posted and not been taken yet. */
const postedTo = (port: MessagePort): ReadonlyArray<ToWriter> => {
  const messages: ToWriter[] = []
  for (;;) {
    const next: { readonly message: ToWriter } | undefined = receiveMessageOnPort(port)
    if (!next) return messages
    messages.push(next.message)
  }
}

/**
 * Sleeps on the bell rather than in the event loop: this thread has nothing else to do, and a single caller waits half as
 * long for it to wake up.
 */
const serve = (port: MessagePort, bell: Int32Array, { ledger, close }: Opened): void => {
  let closing = false
  const arrived = (): ReadonlyArray<Batch> => {
    const messages = postedTo(port)
    closing ||= messages.some((message) => message._tag === 'Close')
    return messages.flatMap((message) => (message._tag === 'Append' ? [message.batch] : []))
  }
  const answer = (message: FromWriter): void => port.postMessage(message)

  answer({ _tag: 'Ready' })
  for (;;) {
    const rung = Atomics.load(bell, 0)
    const batches = arrived()
    if (batches.length > 0) answer({ _tag: 'Answers', answers: ledger.commit(batches, arrived) })
    else if (closing) break
    else Atomics.wait(bell, 0, rung)
  }
  close()
  answer({ _tag: 'Closed' })
  port.close()
}

const isSettings = (value: unknown): value is WriterSettings => typeof value === 'object' && value !== null && 'path' in value

const run = (port: MessagePort, settings: WriterSettings): void => {
  const opened = open(settings)
  if ('_tag' in opened) {
    const failed: FromWriter = { _tag: 'Failed', error: opened }
    port.postMessage(failed)
  } else serve(port, settings.bell, opened)
}

if (parentPort && isSettings(workerData)) run(parentPort, workerData)
