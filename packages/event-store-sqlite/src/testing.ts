/** A folder of its own for each test, and stores opened in it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore } from '@muster/event-store/event-store'
import type { OpenError } from './open-error.ts'
import { openSqliteEventStore, type SqliteStoreOptions } from './store.ts'

export interface TemporaryFolder {
  readonly path: (file: string) => string
  readonly remove: () => void
}

export const temporaryFolder = (): TemporaryFolder => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-store-'))
  return { path: (file) => join(folder, file), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export const opened = async (options: SqliteStoreOptions): Promise<EventStore> => {
  const store = await openSqliteEventStore(options)()
  if (E.isLeft(store)) throw new Error(store.left.message)
  return store.right
}

export const refusedToOpen = async (options: SqliteStoreOptions): Promise<OpenError> => {
  const store = await openSqliteEventStore(options)()
  if (E.isLeft(store)) return store.left
  await store.right.close()
  throw new Error('the store opened')
}
