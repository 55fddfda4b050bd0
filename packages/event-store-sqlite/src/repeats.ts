/**
 * Recognises an append that was done before, by the ids of its events. An index over all ids would halve the speed of
 * every append, so only the place is searched where the repeat must lie: behind the expected revision, or for an append
 * that expects nothing among the stream's last events.
 */
import type { Database } from 'better-sqlite3'
import { isList } from './format.ts'
import type { StreamHead } from './stream-heads.ts'
import { NO_STREAM } from './protocol.ts'

export type Repeat =
  | { readonly _tag: 'New' }
  | { readonly _tag: 'Same'; readonly position: number; readonly revision: number }
  /** Some of its events are in the stream, others not. */
  | { readonly _tag: 'Overlapping' }

export interface Repeats {
  readonly find: (head: StreamHead, expected: number, texts: ReadonlyArray<string>) => Repeat
}

/** How far back an append with `Any` or `Exists` is recognised. */
const WINDOW = 4_096

/** `"stream","id",…` → id */
const idOfText = (text: string): unknown => {
  const fields: unknown = JSON.parse(`[${text}`)
  return isList(fields) ? fields[1] : undefined
}

const idAndPositionOf = (row: unknown): readonly [unknown, number] => {
  const fields: unknown = typeof row === 'string' ? JSON.parse(row) : undefined
  return isList(fields) ? [fields[4], Number(fields[0])] : [undefined, 0]
}

export const createRepeats = (db: Database): Repeats => {
  const range = db.prepare('SELECT body FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision').pluck()
  /** Ids of the streams written without an expectation, so that the window is not read again for each append. */
  const windows = new Map<number, { through: number; readonly revisions: Map<unknown, number> }>()

  const windowOf = (head: StreamHead): ReadonlyMap<unknown, number> => {
    const window = windows.get(head.id) ?? { through: -1, revisions: new Map<unknown, number>() }
    if (window.through > head.revision) window.revisions.clear()
    const from = Math.max(0, head.revision - WINDOW + 1, window.through > head.revision ? 0 : window.through + 1)
    for (const [index, row] of range.all(head.id, from, head.revision).entries()) {
      window.revisions.set(idAndPositionOf(row)[0], from + index)
    }
    for (const id of window.revisions.keys()) {
      if (window.revisions.size <= WINDOW) break
      window.revisions.delete(id)
    }
    window.through = head.revision
    windows.delete(head.id)
    windows.set(head.id, window)
    for (const oldest of windows.keys()) {
      if (windows.size <= 256) break
      windows.delete(oldest)
    }
    return window.revisions
  }

  const compare = (head: StreamHead, first: number, ids: ReadonlyArray<unknown>): Repeat => {
    const rows = range.all(head.id, first, first + ids.length - 1).map(idAndPositionOf)
    const equal = rows.filter(([id], index) => id === ids[index]).length
    const last = rows.at(-1)
    if (last && equal === ids.length) return { _tag: 'Same', position: last[1], revision: first + ids.length - 1 }
    return equal > 0 ? { _tag: 'Overlapping' } : { _tag: 'New' }
  }

  return {
    find: (head, expected, texts) => {
      const ids = texts.map(idOfText)
      if (expected >= NO_STREAM) return compare(head, expected + 1, ids)
      const revisions = windowOf(head)
      const first = revisions.get(ids[0])
      if (first !== undefined) {
        const found = compare(head, first, ids)
        return found._tag === 'New' ? { _tag: 'Overlapping' } : found
      }
      return ids.some((id) => revisions.has(id)) ? { _tag: 'Overlapping' } : { _tag: 'New' }
    },
  }
}
