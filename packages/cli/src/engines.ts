/**
 * The log and the read models of a data folder, to be read: embedded ones, or those that the environment or a distributed set's own
 * description names.
 */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { EventStore } from '@muster/event-store/event-store'
import { settingsFrom } from '@muster/http/environment'
import type { ReadModelStore } from '@muster/read-models/open'
import { anyLogSettings, anyReadModelSettings } from '@muster/runtime/settings'
import { openLog, openReadModels, type LogSettings, type ReadModelSettings } from '@muster/runtime/stores'
import { dataFolder, fail, type Common, type Context } from './context.ts'
import { EXIT } from './exit.ts'
import { distributedSet } from './running.ts'

export type Engines = LogSettings & ReadModelSettings

const Environment = z.object({ ...anyLogSettings, ...anyReadModelSettings })

/** Left: one sentence that says which setting is wrong. */
export const enginesOf = async (context: Context, options: Common): Promise<E.Either<string, Engines>> => {
  const data = dataFolder(context, options)
  const { engines } = (await distributedSet(data)) ?? {}
  const settings = settingsFrom(Environment, {
    EVENTSTORE_URL: context.env['EVENTSTORE_URL'] ?? engines?.eventStore,
    EVENTSTORE_NAMESPACE: context.env['EVENTSTORE_NAMESPACE'] ?? engines?.namespace,
    MUSTER_POSTGRES: context.env['MUSTER_POSTGRES'] ?? engines?.postgres,
  })
  return E.map((named: z.output<typeof Environment>) => ({ MUSTER_DATA: data, ...named }))(settings)
}

export const isEmbedded = ({ EVENTSTORE_URL, MUSTER_POSTGRES }: Engines): boolean =>
  EVENTSTORE_URL === undefined && MUSTER_POSTGRES === undefined

export const openLogOf = async (context: Context, engines: Engines): Promise<E.Either<string, EventStore>> => {
  const warn = (): void => context.stderr('EventStoreDB broke off; it is tried again.\n')
  const log = await openLog(engines, { access: 'read', clock: context.clock, logger: { warn } })
  return E.map(({ store }: { readonly store: EventStore }) => store)(log)
}

/** Looking makes no file: where none is, the answer says how one comes to be. */
export const openReadModelsOf = async (context: Context, engines: Engines): Promise<E.Either<string, ReadModelStore>> => {
  const file = join(engines.MUSTER_DATA, 'read.sqlite')
  if (engines.MUSTER_POSTGRES === undefined && !(await exists(file)))
    return E.left(`There are no read models at ${file}. Run npm start once to make them from the log.`)
  return openReadModels(engines, context.clock)
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Opens the log, runs, closes; what goes wrong on the way is told and becomes the exit code. */
export const withLog = async (
  context: Context,
  options: Common,
  run: (log: EventStore, engines: Engines) => Promise<void>,
): Promise<void> => {
  const engines = await enginesOf(context, options)
  if (E.isLeft(engines)) return fail(context, EXIT.usage, engines.left)
  const log = await openLogOf(context, engines.right)
  if (E.isLeft(log)) return fail(context, EXIT.failure, log.left)
  try {
    await run(log.right, engines.right)
  } finally {
    await log.right.close()
  }
}

/** The same with the read models beside the log. */
export const withStores = (
  context: Context,
  options: Common,
  run: (stores: { readonly log: EventStore; readonly readModels: ReadModelStore; readonly engines: Engines }) => Promise<void>,
): Promise<void> =>
  withLog(context, options, async (log, engines) => {
    const readModels = await openReadModelsOf(context, engines)
    if (E.isLeft(readModels)) return fail(context, EXIT.failure, readModels.left)
    try {
      await run({ log, readModels: readModels.right, engines })
    } finally {
      await readModels.right.close()
    }
  })
