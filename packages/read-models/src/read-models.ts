/** The handle through which read models are read: typed SQL on the generation in force, and how far it has got. */
import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

export type Dialect = 'sqlite' | 'postgres'

export interface ReadModels {
  readonly dialect: Dialect
  /** Query builder on the tables of the generation in force. */
  readonly db: () => Kysely<Database>
  /**
   * Position up to which the generation in force has been filled. Resolve it once per request and pass it on as `asOf`:
   * every query then answers from the same moment, whatever is projected meanwhile.
   */
  readonly position: () => Promise<number>
  readonly close: () => Promise<void>
}
