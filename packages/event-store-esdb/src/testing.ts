/** Opens stores for tests: on the double, or on the server that `EVENTSTORE_URL` names, each on a log of its own. */
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { happened } from '@muster/event-store/testing'
import type { EventStore } from '@muster/event-store/event-store'
import type { ServerLog } from '../../../test/support/esdb/log.ts'
import { openEsdbEventStore, type EsdbStoreOptions } from './store.ts'
import { systemSurroundings, type Surroundings } from './surroundings.ts'

export const opened = async (options: EsdbStoreOptions): Promise<EventStore> => {
  const store = await openEsdbEventStore(options)()
  if (E.isLeft(store)) throw new Error(store.left.message)
  return store.right
}

export const freshNamespace = (): string => `test-${randomUUID()}`

/** Chance always takes the shortest pause, for tests that wait for faults to pass. */
export const hurried: Surroundings = { ...systemSurroundings, random: () => 0 }

/** Puts synthetic events straight into the log behind the double, as many bytes each as asked for. */
export const stock = (log: ServerLog, stream: string, count: number, bytes = 0): void => {
  const events = Array.from({ length: count }, () => {
    const { id, type, metadata } = happened('stocked')
    const data = Buffer.from(JSON.stringify({ filler: 'x'.repeat(bytes) }))
    return { id, type, contentType: 'application/json', data, metadata: Buffer.from(JSON.stringify(metadata)) }
  })
  log.append(`muster/${stream}`, 'any', events)
}

/** Waits until a count has not moved for a while. */
export const stalled = async (count: () => number): Promise<void> => {
  for (let still = 0, last = -1; still < 10; still = count() === last ? still + 1 : 0) {
    last = count()
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
