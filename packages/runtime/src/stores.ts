/** Chooses the adapters that the settings name: EventStoreDB or the embedded log, PostgreSQL or embedded read models. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore } from '@muster/event-store/event-store'
import { openEsdbEventStore } from '@muster/event-store-esdb/store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import type { Clock } from '@muster/kernel/time'
import type { Logger } from '@muster/observability/log'
import { openPostgresReadModels, type ReadModelStore } from '@muster/read-models/open'
import { openEmbeddedReadModels } from './embedded-read-models.ts'

export interface LogSettings {
  readonly MUSTER_DATA: string
  readonly EVENTSTORE_URL?: string | undefined
  readonly EVENTSTORE_NAMESPACE: string
}
export interface ReadModelSettings {
  readonly MUSTER_DATA: string
  readonly MUSTER_POSTGRES?: string | undefined
}

export interface Log {
  readonly store: EventStore
  /** So far behind the head, in positions, may a reader be before traffic is better sent elsewhere: about ten thousand events. */
  readonly longestLag: number
}

const LONGEST_LAG_EVENTS = 10_000
/** Positions of EventStoreDB count bytes; an event with its metadata takes about as many. */
const EVENT_BYTES = 1_500

/** Left: one sentence that says what is wrong and what to do. */
export const openLog = async (
  settings: LogSettings,
  { access, clock, logger }: { readonly access: 'read' | 'write'; readonly clock: Clock; readonly logger: Pick<Logger, 'warn'> },
): Promise<E.Either<string, Log>> => {
  const { MUSTER_DATA, EVENTSTORE_URL, EVENTSTORE_NAMESPACE } = settings
  if (EVENTSTORE_URL !== undefined) {
    const opened = await openEsdbEventStore({
      connectionString: EVENTSTORE_URL,
      namespace: EVENTSTORE_NAMESPACE,
      report: ({ what, cause, failures, pauseMs }) =>
        logger.warn({ type: what, attempt: failures, ms: pauseMs, err: cause }, 'EventStoreDB broke off; it is tried again'),
    })()
    return E.isLeft(opened)
      ? E.left(opened.left.message)
      : E.right({ store: opened.right, longestLag: LONGEST_LAG_EVENTS * EVENT_BYTES })
  }
  const folder = resolve(MUSTER_DATA)
  if (access === 'write') await mkdir(folder, { recursive: true })
  const opened = await openSqliteEventStore({ path: join(folder, 'log.sqlite'), clock, readOnly: access === 'read' })()
  return E.isLeft(opened) ? E.left(opened.left.message) : E.right({ store: opened.right, longestLag: LONGEST_LAG_EVENTS })
}

/** Left: one sentence that says what is wrong and what to do. */
export const openReadModels = async (
  { MUSTER_DATA, MUSTER_POSTGRES }: ReadModelSettings,
  clock: Clock,
): Promise<E.Either<string, ReadModelStore>> => {
  if (MUSTER_POSTGRES === undefined) return openEmbeddedReadModels(MUSTER_DATA, clock)
  try {
    return E.right(await openPostgresReadModels({ connectionString: MUSTER_POSTGRES }, { clock }))
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error)
    return E.left(`PostgreSQL cannot be used (${why}). Check that it runs and that MUSTER_POSTGRES names it.`)
  }
}

const LOOK_EVERY_MS = 20

/** For whoever needs what another process folds: resolves once the read models hold everything up to a position, rejects when they do not get there. */
export const reachedIn =
  (readModels: Pick<ReadModelStore, 'position'>, patienceMs: number) =>
  async (position: number): Promise<void> => {
    const deadline = performance.now() + patienceMs
    while ((await readModels.position()) < position) {
      if (performance.now() >= deadline)
        throw new Error(`The read models did not reach position ${position} in ${patienceMs} ms.`)
      await new Promise((done) => {
        setTimeout(done, LOOK_EVERY_MS)
      })
    }
  }
