/** The streams lately written to, so that an append need not look up what the last one left behind. */
import type { Database } from 'better-sqlite3'

export interface StreamHead {
  readonly id: number
  revision: number
}

export interface StreamHeads {
  /** Undefined when there is no such stream. */
  readonly find: (name: string) => StreamHead | undefined
  readonly create: (name: string) => StreamHead
  /** After a rollback nothing remembered can be trusted. */
  readonly forget: () => void
}

const REMEMBERED = 200_000

const isRow = (row: unknown): row is { readonly id: number; readonly revision: number } =>
  typeof row === 'object' && row !== null && 'id' in row && 'revision' in row

export const createStreamHeads = (db: Database): StreamHeads => {
  const heads = new Map<string, StreamHead>()
  const select = db.prepare(
    'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS revision FROM streams WHERE name = ?',
  )
  const insert = db.prepare('INSERT INTO streams (name) VALUES (?)')

  const remember = (name: string, head: StreamHead): StreamHead => {
    if (heads.size >= REMEMBERED) {
      for (const oldest of heads.keys()) {
        heads.delete(oldest)
        break
      }
    }
    heads.set(name, head)
    return head
  }

  return {
    find: (name) => {
      const known = heads.get(name)
      if (known) return known
      const row = select.get(name)
      return isRow(row) ? remember(name, { id: row.id, revision: row.revision }) : undefined
    },
    create: (name) => remember(name, { id: Number(insert.run(name).lastInsertRowid), revision: -1 }),
    forget: () => heads.clear(),
  }
}
