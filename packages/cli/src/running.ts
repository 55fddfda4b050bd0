/**
 * Who serves a data folder. As long as the process that `server.json` names lives, it alone speaks for the folder, whether it answers
 * at this moment or not: a store opened beside it would be a second truth.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

export type Server =
  | { readonly _tag: 'None' }
  | { readonly _tag: 'Answering'; readonly url: string }
  /** One sentence that says what is wrong and what to do. */
  | { readonly _tag: 'Silent'; readonly message: string }

const ServerFile = z.object({ url: z.url(), pid: z.int() })
const SetFile = z.object({
  engines: z.object({ eventStore: z.string(), postgres: z.string(), namespace: z.string().optional() }).optional(),
  services: z.array(z.object({ name: z.string(), pid: z.int() })),
})
/** What `npm run start:distributed` says of itself in the data folder. */
export type DistributedSet = z.output<typeof SetFile>

/** A gateway that is started again is back within this time, on a busy machine too. */
const PATIENCE_MS = 10_000
const LOOK_EVERY_MS = 200
const ANSWER_WITHIN_MS = 2_000

const read = async <S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined> => {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

export const distributedSet = (data: string): Promise<DistributedSet | undefined> => read(join(data, 'distributed.json'), SetFile)

/** A process that was killed leaves its file behind. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/livez`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).ok
  } catch {
    return false
  }
}

/** Waits for a living process that does not answer for a moment, because its gateway is being started again. */
export const serverOf = async (data: string, patienceMs: number = PATIENCE_MS): Promise<Server> => {
  const path = join(data, 'server.json')
  const deadline = performance.now() + patienceMs
  for (;;) {
    const named = await read(path, ServerFile)
    if (named === undefined || !isAlive(named.pid)) return leftBehind(data)
    const { url, pid } = named
    if (await answers(url)) return { _tag: 'Answering', url }
    if (performance.now() >= deadline) {
      const message = `The server of this data folder (process ${pid}) lives but does not answer at ${url}. Try again in a moment; if it hangs, end it. If process ${pid} is another program, remove ${path}.`
      return { _tag: 'Silent', message }
    }
    await sleep(LOOK_EVERY_MS)
  }
}

/** The log of a distributed set is not in the folder, so that there is nothing to open here. */
const leftBehind = async (data: string): Promise<Server> => {
  const set = await distributedSet(data)
  if (set === undefined) return { _tag: 'None' }
  const alive = set.services.filter(({ pid }) => isAlive(pid)).map(({ name }) => name)
  const state = alive.length === 0 ? 'which was not stopped in order' : `of which ${alive.join(', ')} still run`
  const message = `This data folder is that of a distributed set, ${state}. Start it again with npm run start:distributed, or remove ${join(data, 'distributed.json')} to use the folder for an embedded store.`
  return { _tag: 'Silent', message }
}

/** Asks a server until it answers: every request carries its own key, so that one that was sent twice counts once. */
export const persistently = async <T>(url: string, ask: () => Promise<T>, patienceMs: number = PATIENCE_MS): Promise<T> => {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      if (performance.now() >= deadline)
        throw new Error(
          `The server at ${url} does not answer any more. Look at it with muster status, then repeat the command.`,
          {
            cause: error,
          },
        )
    }
    await sleep(LOOK_EVERY_MS)
  }
}
