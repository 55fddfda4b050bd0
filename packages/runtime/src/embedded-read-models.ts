/** Read models in the data folder. They can always be made anew from the log, so a damaged file is an errand and no loss. */
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from '@muster/kernel/time'
import { openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'

/** Source of the offsets: the SQLite database file format, section 1.3. */
const HEADER_BYTES = 100
const PAGE_SIZE_AT = 16
const PAGES_AT = 28
const LARGEST_PAGE = 65_536

/** Another process may be writing pages back at this very moment. */
const LOOKS = 5
const PAUSE_MS = 200

/** Whether the file holds fewer pages than its own header says. */
const isCutOff = async (path: string): Promise<boolean> => {
  let file
  try {
    file = await open(path)
  } catch {
    return false
  }
  try {
    const { size } = await file.stat()
    if (size === 0) return false
    const header = Buffer.alloc(HEADER_BYTES)
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0)
    if (bytesRead < HEADER_BYTES) return true
    const pageSize = header.readUInt16BE(PAGE_SIZE_AT)
    return size < header.readUInt32BE(PAGES_AT) * (pageSize === 1 ? LARGEST_PAGE : pageSize)
  } finally {
    await file.close()
  }
}

const staysCutOff = async (path: string): Promise<boolean> => {
  for (let look = 1; await isCutOff(path); look += 1) {
    if (look === LOOKS) return true
    await sleep(PAUSE_MS)
  }
  return false
}

const damaged = (path: string, why: string): string =>
  `The read models at ${path} cannot be used (${why}). Nothing is lost: stop what uses them, remove ${path} and its -wal and -shm files, and start again; they are made anew from the log.`

/** Left: one sentence that says what is wrong and what to do; the file is left as it is. */
export const openEmbeddedReadModels = async (folder: string, clock: Clock): Promise<E.Either<string, ReadModelStore>> => {
  const path = join(resolve(folder), 'read.sqlite')
  if (await staysCutOff(path)) return E.left(damaged(path, 'the file was cut off'))
  try {
    return E.right(await openSqliteReadModels(path, { clock }))
  } catch (error) {
    return E.left(damaged(path, error instanceof Error ? error.message : String(error)))
  }
}
