/** Looks at a store file before anything is written to it. Reads only: whatever it finds, the file stays as it was. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { cannotOpen, damaged, notAStore, reasonOf, wrongVersion, type OpenError } from './open-error.ts'
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts'

const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 100
/** Up to this size a full check of the file's structure takes a fraction of a second. */
const CHECKED_BYTES = 32 * 1024 * 1024

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

const startOf = (path: string): string => {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(MAGIC.length)
    const read = readSync(file, start, 0, start.length, 0)
    return start.toString('latin1', 0, read)
  } finally {
    closeSync(file)
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

const inspectDatabase = (path: string, db: Database.Database, bytes: number): OpenError | undefined => {
  const pragma = (name: string): unknown => db.pragma(name, { simple: true })
  const application = numberOf(pragma('application_id'))
  const version = numberOf(pragma('user_version'))
  const tables = numberOf(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get())
  if (tables > 0 && application !== APPLICATION_ID) return notAStore(path)
  if (tables > 0 && version !== SCHEMA_VERSION) return wrongVersion(path, version, SCHEMA_VERSION)
  const expected = numberOf(pragma('page_count')) * numberOf(pragma('page_size'))
  // Pages that are still only in the write-ahead log are not missing.
  if (sizeOf(`${path}-wal`) === 0 && bytes < expected) return damaged(path, `${bytes} bytes where ${expected} should be`)
  if (bytes > CHECKED_BYTES) return undefined
  const verdict = pragma('quick_check(1)')
  return verdict === 'ok' ? undefined : damaged(path, String(verdict))
}

/** What is wrong with the file, or undefined when it is a sound store or does not exist yet. */
export const inspect = (path: string): OpenError | undefined => {
  try {
    const bytes = sizeOf(path)
    if (bytes === 0) return undefined
    if (bytes < HEADER_BYTES || startOf(path) !== MAGIC) return damaged(path, 'it does not begin like a database')
    const db = new Database(path, { readonly: true, fileMustExist: true })
    try {
      return inspectDatabase(path, db, bytes)
    } finally {
      db.close()
    }
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(path, reasonOf(error))
    return cannotOpen(path, error)
  }
}
