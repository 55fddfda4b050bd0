/** Opens stores for tests: on the double, or on the server that `EVENTSTORE_URL` names, each on a log of its own. */
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore } from '@muster/event-store/event-store'
import { openEsdbEventStore, type EsdbStoreOptions } from './store.ts'

export const opened = async (options: EsdbStoreOptions): Promise<EventStore> => {
  const store = await openEsdbEventStore(options)()
  if (E.isLeft(store)) throw new Error(store.left.message)
  return store.right
}

export const freshNamespace = (): string => `test-${randomUUID()}`
