import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { eventStoreContract } from '@muster/event-store/contract'
import type { EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from './store.ts'

const opened = async (path: string): Promise<EventStore> => {
  const store = await openSqliteEventStore({ path })()
  if (E.isLeft(store)) throw new Error(store.left.message)
  return store.right
}

eventStoreContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-store-'))
  const path = join(folder, 'events.db')
  const store = await opened(path)
  return {
    store,
    reopen: async () => {
      await store.close()
      return opened(path)
    },
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  }
})
