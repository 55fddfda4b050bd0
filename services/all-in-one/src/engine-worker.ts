/**
 * The engine's own thread: folds the log into the read models, keeps plans, commitments and flags in step with it. It reads the log for
 * itself; what it wants written goes through the serving thread, which alone holds the writer.
 */
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { startAllocator } from '@muster/allocator/allocator'
import type { EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { createLogger } from '@muster/observability/log'
import { startProjector } from '@muster/projector/projector'
import { openSqliteReadModels } from '@muster/read-models/open'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { answering, asked, type EngineAnswers, type FromEngine, type ServerAnswers, type ToEngine } from './engine-protocol.ts'

const Settings = z.object({ data: z.string(), log: z.enum(['debug', 'info', 'warn', 'error', 'silent']) })

const PATIENCE_MS = 600_000
/** How soon the engine sees what the other thread has written. */
const LOOK_EVERY_MS = 5

const { data, log } = Settings.parse(workerData)
const clock = (): string => new Date().toISOString()
const logger = createLogger({ service: 'engine', level: log })
const say = (message: FromEngine, transfer: Parameters<NonNullable<typeof parentPort>['postMessage']>[1] = []): void =>
  parentPort?.postMessage(message, transfer)

const opened = await openSqliteEventStore({ path: join(data, 'log.sqlite'), readOnly: true, lookEveryMs: LOOK_EVERY_MS })()
if (E.isLeft(opened)) throw new Error(opened.left.message)
const append: EventStore['append'] = (wanted) => () =>
  asked<ServerAnswers['append']>((reply, transfer) => say({ say: 'append', append: wanted, reply }, transfer))
const store: EventStore = { ...opened.right, append, appendAll: (appends) => Promise.all(appends.map((each) => append(each)())) }
const handler = {
  handle: (submissions: Extract<FromEngine, { say: 'handle' }>['submissions']) =>
    asked<ServerAnswers['handle']>((reply, transfer) => say({ say: 'handle', submissions, reply }, transfer)),
}

const readModels = await openSqliteReadModels(join(data, 'read.sqlite'), { clock })
const projector = await startProjector({ store, readModels, clock })
const allocator = await startAllocator({
  store,
  readModels,
  handler,
  reached: async (position) => {
    if (!(await projector.waitFor(position, PATIENCE_MS))) throw new Error(`The read models did not reach position ${position}.`)
  },
  clock,
  surroundings: systemSurroundings,
  onFailure: (error) => logger.error({ err: error }, 'flags could not be looked at'),
})

const stop = async (): Promise<undefined> => {
  await allocator.stop()
  await projector.stop()
  await store.close()
  await readModels.close()
  return undefined
}

parentPort?.on('message', (message: ToEngine) => {
  const { reply } = message
  switch (message.ask) {
    case 'waitFor':
      return answering<EngineAnswers['waitFor']>(reply, () => projector.waitFor(message.position, message.milliseconds))
    case 'settleFlags':
      return answering<EngineAnswers['settleFlags']>(reply, async () => {
        await allocator.settleFlags()
        return undefined
      })
    case 'status':
      return answering<EngineAnswers['status']>(reply, async () => [await projector.status(), ...(await allocator.status())])
    case 'rebuild':
      return answering<EngineAnswers['rebuild']>(reply, projector.rebuild)
    case 'stop':
      return answering<EngineAnswers['stop']>(reply, async () => {
        await stop()
        parentPort?.unref()
        return undefined
      })
  }
})
say({ say: 'ready' })
