/**
 * What every event store promises, as a suite that each adapter runs (`eventStoreContract('sqlite', open)`). The port's
 * types say what may be called; this says what it means.
 */
import { afterEach } from 'vitest'
import { promisesOfAppending } from './contract/appending.ts'
import { promisesOfDurability } from './contract/durability.ts'
import { promisesOfReading } from './contract/reading.ts'
import { promisesOfReceipts } from './contract/receipts.ts'
import type { EventStore } from './event-store.ts'

export interface OpenedStore {
  readonly store: EventStore
  /** Opens the same log again as after a sudden end of the process; a store that outlives its process must have it. */
  readonly reopen?: () => Promise<EventStore>
  /** Removes what the test left behind. */
  readonly dispose?: () => Promise<void>
}

/** Opens a store of its own for one test; it is closed and disposed of afterwards. */
export type Fresh = () => Promise<OpenedStore>

export interface ContractOptions {
  /** False for a store that ends with its process. */
  readonly durable: boolean
}

export const eventStoreContract = (name: string, open: Fresh, { durable }: ContractOptions = { durable: true }): void => {
  const opened: OpenedStore[] = []
  const fresh: Fresh = async () => {
    const next = await open()
    const { reopen } = next
    opened.push(next)
    if (!reopen) return next
    return {
      ...next,
      reopen: async () => {
        const again = await reopen()
        opened.unshift({ store: again })
        return again
      },
    }
  }
  afterEach(async () => {
    for (const { store, dispose } of opened.splice(0)) {
      await store.close()
      await dispose?.()
    }
  })

  promisesOfAppending(name, fresh)
  promisesOfReading(name, fresh)
  promisesOfReceipts(name, fresh)
  if (durable) promisesOfDurability(name, fresh)
}
