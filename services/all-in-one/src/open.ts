/**
 * The whole engine in one process on the embedded stores: the composition root of `npm start` and of the command line.
 * `read` opens beside a process that writes and only answers questions; `write` takes the log's single writer lock.
 */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import type { EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import type { Check } from '@muster/http/health'
import { createServer } from '@muster/http/server'
import { secretOf, tokensWith } from '@muster/http/tokens'
import { countedHandler } from '@muster/intake/counted-handler'
import { intakePlugin } from '@muster/intake/routes'
import type { Clock } from '@muster/kernel/time'
import { createLogger, type LogOptions } from '@muster/observability/log'
import { createMetrics } from '@muster/observability/metrics'
import { observedStore } from '@muster/observability/observed-store'
import { queryPlugin } from '@muster/query/routes'
import { openEmbeddedReadModels } from '@muster/runtime/embedded-read-models'
import { subscriptionCheck } from '@muster/runtime/service'
import { startEngine, type Engine } from './engine.ts'

export interface OpenOptions {
  readonly data: string
  readonly mode: 'read' | 'write'
  readonly clock: Clock
  readonly log?: LogOptions['level']
  /** Something the process must have done before it counts as ready. */
  readonly ready?: () => Check
}

export interface Muster {
  readonly app: FastifyInstance
  readonly store: EventStore
  readonly handler: CommandHandler
  /** What runs only where the process writes; one that reads must not move what a server beside it is moving. */
  readonly engine: Engine | undefined
  /** Closes everything that was opened, in the order in which it depends on each other. */
  readonly close: () => Promise<void>
}

const LONGEST_LAG = 10_000

/** Left: one sentence that says what is wrong and what to do. */
export const openMuster = async ({
  data,
  mode,
  clock,
  log = 'silent',
  ready,
}: OpenOptions): Promise<E.Either<string, Muster>> => {
  const unusable = mode === 'write' ? await folderFault(data) : undefined
  if (unusable !== undefined) return E.left(unusable)
  const metrics = createMetrics('all-in-one')
  const logger = createLogger({ service: 'all-in-one', level: log })
  const opened = await openSqliteEventStore({ path: join(data, 'log.sqlite'), clock, readOnly: mode === 'read' })()
  if (E.isLeft(opened)) return E.left(opened.left.message)

  const store = observedStore(opened.right, metrics, () => performance.now())
  const rows = await openEmbeddedReadModels(data, clock)
  if (E.isLeft(rows)) {
    await store.close()
    return rows
  }
  const readModels = rows.right
  const handler = countedHandler(openCommandHandler({ store, clock }), metrics)
  let ended: Error | undefined
  const onEnd = (error: Error): void => {
    ended = error
    logger.error({ err: error }, 'the engine has ended; stop the process and start it again')
  }
  const engine = mode === 'read' ? undefined : await startEngine({ data, log, store, handler, onEnd })
  const lag = async (): Promise<number> => Math.max(0, (await store.head()) - (await readModels.position()))
  metrics.lag('projector', lag)

  const checks = async (): Promise<ReadonlyArray<Check>> => {
    const behind = await lag()
    if (ended !== undefined) return [{ name: 'engine', ok: false, detail: ended.message }]
    const subscriptions = (await engine?.status()) ?? []
    return [
      { name: 'read models', ok: behind < LONGEST_LAG, detail: `${behind} positions behind` },
      ...subscriptions.map(subscriptionCheck),
      ...(ready === undefined ? [] : [ready()]),
    ]
  }
  const secret = await secretOf(data)
  const app = await createServer({
    tokens: tokensWith(secret, clock),
    clock,
    health: { checks, metrics: metrics.text },
    logger,
    observe: metrics.request,
  })
  await app.register(intakePlugin({ handler, newId: randomUUID }))
  await app.register(queryPlugin({ readModels, store, clock, cursorSecret: secret }))
  await app.ready()

  const close = async (): Promise<void> => {
    await app.close()
    if (ended === undefined) await engine?.stop()
    await store.close()
    await readModels.close()
  }
  return E.right({ app, store, handler, engine, close })
}

/** A reader makes no folder: where there is none, there is nothing to read. */
const folderFault = async (data: string): Promise<string | undefined> => {
  try {
    await mkdir(data, { recursive: true })
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `The data folder ${data} cannot be used (${why}). Set MUSTER_DATA to a folder you may write to.`
  }
}
