/** The first start of a store: the real history of `data/`, through the normal commands, with progress. */
import * as E from 'fp-ts/lib/Either.js'
import type { CommandHandler } from '@muster/command-handler/handler'
import { commandId } from '@muster/command-handler/ids'
import type { BatchLine } from '@muster/contracts/commands'
import type { EventStore } from '@muster/event-store/event-store'
import type { Actor } from '@muster/kernel/actor'
import type { HistoryPart } from '@muster/reference-data/history'

const OFFICER: Actor = { role: 'officer' }
const PER_WAVE = 4_000

export interface Progress {
  readonly part: string
  readonly done: number
  readonly total: number
}

export interface LoadOptions {
  readonly handler: CommandHandler
  readonly parts: ReadonlyArray<HistoryPart>
  readonly onProgress: (progress: Progress) => void
}

/**
 * `due` on an empty store, or where loading was interrupted; `loaded` where it was finished; `foreign` where the store holds something
 * else, which is nobody's business to mix with it.
 */
export const historyState = async (
  store: EventStore,
  parts: ReadonlyArray<HistoryPart>,
): Promise<'due' | 'loaded' | 'foreign'> => {
  if ((await store.head()) === 0) return 'due'
  const answered = async (id: string | undefined): Promise<boolean> =>
    id !== undefined && (await store.receiptOf(commandId(OFFICER, id))) !== undefined
  if (!(await answered(parts[0]?.lines[0]?.id))) return 'foreign'
  return (await answered(parts.at(-1)?.lines.at(-1)?.id)) ? 'loaded' : 'due'
}

/** Whether anything was ever written to a stream. */
export const hasBegun = async (store: EventStore, stream: string): Promise<boolean> => {
  const events = store.readStream(stream, 0, 0)[Symbol.asyncIterator]()
  const { done } = await events.next()
  return done !== true
}

/** Gives every command of the parts, in order; Left names the first one that was refused, which means that the data are not what they should be. */
export const load = async ({ handler, parts, onProgress }: LoadOptions): Promise<E.Either<string, number>> => {
  const total = parts.reduce((sum, { lines }) => sum + lines.length, 0)
  let done = 0
  for (const { name, lines } of parts) {
    for (let start = 0; start < lines.length; start += PER_WAVE) {
      const wave = lines.slice(start, start + PER_WAVE)
      const refused = await give(handler, wave)
      if (refused !== undefined) return E.left(refused)
      done += wave.length
      onProgress({ part: name, done, total })
    }
  }
  return E.right(done)
}

const give = async (handler: CommandHandler, lines: ReadonlyArray<BatchLine>): Promise<string | undefined> => {
  const results = await handler.handle(
    lines.map(({ id, type, data, effectiveAt }) => ({
      key: id,
      actor: OFFICER,
      message: { type, data, ...(effectiveAt === undefined ? {} : { effectiveAt }) },
      correlationId: id,
    })),
  )
  for (const [index, result] of results.entries()) {
    if (E.isLeft(result)) return `${lines[index]?.id ?? '?'} was refused: ${JSON.stringify(result.left)}`
  }
  return undefined
}
