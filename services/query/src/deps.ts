/** What the read API needs from its composition root. */
import type { EventStore } from '@muster/event-store/event-store'
import type { Clock } from '@muster/kernel/time'
import type { ReadModels } from '@muster/read-models/read-models'

export interface QueryDeps {
  readonly readModels: ReadModels
  /** For the feed, the stream of changes and the time of a position; never written to. */
  readonly store: Pick<EventStore, 'readAll' | 'head' | 'positionAt' | 'timeOf'>
  readonly clock: Clock
  /** Signs cursors; the token secret of the data folder serves. */
  readonly cursorSecret: Uint8Array
}
