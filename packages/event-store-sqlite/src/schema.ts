/** The tables of the embedded store and the settings every connection runs under. */
import type { Database } from 'better-sqlite3'

/** "MSTR" in the file's header: tells this store from any other SQLite file. */
export const APPLICATION_ID = 0x4d535452
export const SCHEMA_VERSION = 1

/**
 * `places` finds the events of a stream. Receipts lie in the order they came, found by a short hash of their key: keys
 * are random, and a wide random index would write one page for every key.
 */
const TABLES = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE UNIQUE INDEX places ON events (stream, revision);
  CREATE TABLE receipts (hash INTEGER NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, response TEXT NOT NULL, position INTEGER NOT NULL);
  CREATE INDEX receipt_hashes ON receipts (hash);
  CREATE TABLE writer (pid INTEGER NOT NULL, since TEXT NOT NULL);
`

/** Durable to the disk with every commit (FULL), readers beside the one writer (WAL). */
export const tuneWriter = (db: Database): void => {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('cache_size = -65536')
}

export const tuneReader = (db: Database): void => {
  db.pragma('query_only = ON')
  db.pragma('cache_size = -16384')
}

export const createTables = (db: Database): void => {
  db.transaction(() => {
    db.exec(TABLES)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${SCHEMA_VERSION}`)
  })()
}

/** A short number for a key (FNV-1a, 32 bits); rows found by it are compared by the key itself. */
export const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return hash | 0
}
