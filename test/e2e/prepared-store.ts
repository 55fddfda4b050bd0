/** The real history, loaded once per run by a real first start; tests that write take a copy of the folder. */
import { cp, mkdir, mkdtemp, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import { z } from 'zod'
import { startEngine } from './engine.ts'

/** What the first start said, for tests of just that. */
const Record = z.object({ url: z.string(), stdout: z.string(), stderr: z.string(), code: z.number().nullable() })
export type FirstStart = z.output<typeof Record>

export interface PreparedStore {
  /** Nobody writes here. */
  readonly data: string
  readonly firstStart: FirstStart
}

const WAIT_MS = 100
const PATIENCE = 2_400

const prepare = async (folder: string, record: string): Promise<void> => {
  const engine = await startEngine({ data: join(folder, 'data') })
  const { code } = await engine.kill('SIGTERM')
  const said: FirstStart = { url: engine.url, stdout: engine.stdout(), stderr: engine.stderr(), code }
  await writeFile(`${record}.part`, JSON.stringify(said))
  await rename(`${record}.part`, record)
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

/** True for the one caller that is to prepare; test files run side by side in several processes. */
const isFirst = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(join(folder, 'begun'))
    return true
  } catch {
    return false
  }
}

export const preparedStore = async (): Promise<PreparedStore> => {
  const folder = inject('endToEndFolder')
  const record = join(folder, 'first-start.json')
  if (await isFirst(folder)) {
    try {
      await prepare(folder, record)
    } catch (error) {
      await writeFile(join(folder, 'failed'), String(error))
    }
  }
  for (let look = 0; look < PATIENCE; look += 1) {
    if (await exists(record)) {
      return { data: join(folder, 'data'), firstStart: Record.parse(JSON.parse(await readFile(record, 'utf8'))) }
    }
    if (await exists(join(folder, 'failed'))) throw new Error(await readFile(join(folder, 'failed'), 'utf8'))
    await sleep(WAIT_MS)
  }
  throw new Error('the real history was not prepared in time')
}

/** A fresh data folder of its own, empty. */
export const emptyFolder = (): Promise<string> => mkdtemp(join(inject('endToEndFolder'), 'empty-'))

/** A copy that may be changed, with its own secret from the original. */
export const copyOfPreparedStore = async (): Promise<string> => {
  const { data } = await preparedStore()
  const copy = join(await emptyFolder(), 'data')
  await cp(data, copy, { recursive: true })
  return copy
}

/** Writes a document beside the data of an engine and gives its path. */
export const documentIn = async (data: string, name: string, document: unknown): Promise<string> => {
  const path = join(data, name)
  await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document))
  return path
}
