/**
 * One writer per store. The lock is the operating system's own, held on a file beside the store through SQLite, so it ends
 * with the process that holds it however that ends; a pid in a file would outlive a kill.
 */
import Database from 'better-sqlite3'

/** A process that was just killed may need a moment until its locks are gone. */
const PATIENCE_MS = 500

export interface Lock {
  readonly release: () => void
}

/** The lock, or undefined when another process (or another store in this one) holds it. */
export const acquireLock = (path: string): Lock | undefined => {
  const file = new Database(`${path}-lock`, { timeout: PATIENCE_MS })
  try {
    file.exec('BEGIN EXCLUSIVE')
    return { release: () => file.close() }
  } catch (error) {
    file.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined
    throw error
  }
}
