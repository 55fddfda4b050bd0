/** Intake, projector and read API in one process over a log in memory: what the tests of the whole HTTP surface talk to. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import type { CommandAnswer } from '@muster/contracts/answers'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { TEST_SECRET, testServer, type TestOptions } from '@muster/http/testing'
import type { TokenRole } from '@muster/http/tokens'
import { intakePlugin } from '@muster/intake/routes'
import type { Actor } from '@muster/kernel/actor'
import { startProjector } from '@muster/projector/projector'
import { queryPlugin } from '@muster/query/routes'
import { openSqliteReadModels } from '@muster/read-models/open'

export const NOW = '2027-01-10T12:00:00.000Z'
const SYSTEM: Actor = { role: 'system' }

export interface House {
  readonly app: FastifyInstance
  readonly store: EventStore
  readonly handler: CommandHandler
  readonly as: (role: TokenRole, contributor?: string) => Promise<Record<string, string>>
  /** Gives a command as the engine itself (or as `actor`) and fails the test when it is refused. */
  readonly given: (type: string, data: object, actor?: Actor) => Promise<CommandAnswer>
  /** Waits until the read models show everything that was given. */
  readonly settle: () => Promise<void>
  /** Moves the clock. */
  readonly at: (instant: string) => void
  readonly close: () => Promise<void>
}

export interface HouseOptions extends Pick<TestOptions, 'asSent'> {
  /** So late the read models get each page of the log. */
  readonly behindMs?: number
}

const delayed = (store: EventStore, ms: number): EventStore => ({
  ...store,
  readAll: async function* (after, options) {
    for await (const page of store.readAll(after, options)) {
      await sleep(ms)
      yield page
    }
  },
})

export const openHouse = async ({ behindMs = 0, ...options }: HouseOptions = {}): Promise<House> => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-house-'))
  let now = NOW
  const clock = () => now
  const store = memoryEventStore({ clock })
  const handler = openCommandHandler({ store, clock })
  const readModels = await openSqliteReadModels(join(folder, 'read-models.db'), { clock })
  const projector = await startProjector({ store: behindMs === 0 ? store : delayed(store, behindMs), readModels, clock })
  const { app, as } = await testServer({ clock, ...options })
  let ids = 0
  const newId = (): string => `generated-${(ids += 1)}`
  await app.register(intakePlugin({ handler, newId }))
  await app.register(queryPlugin({ readModels, store, clock, cursorSecret: TEST_SECRET }))
  await app.ready()
  return {
    app,
    store,
    handler,
    as,
    given: async (type, data, actor = SYSTEM) => {
      const [result] = await handler.handle([
        { key: newId(), actor, message: { type, data: { ...data } }, correlationId: 'given' },
      ])
      if (result === undefined || isLeft(result)) throw new Error(`${type} was refused: ${JSON.stringify(result)}`)
      return result.right
    },
    settle: async () => {
      if (!(await projector.waitFor(await store.head(), 10_000))) throw new Error('the read models did not keep up')
    },
    at: (instant) => {
      now = instant
    },
    close: async () => {
      await app.close()
      await projector.stop()
      await readModels.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
