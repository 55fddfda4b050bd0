/** Replays the whole log into fresh read models in a folder of its own, and compares every row with those in force. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import type { Clock } from '@muster/kernel/time'
import { startProjector } from '@muster/projector/projector'
import { compareSides, type Comparison } from '@muster/read-models/compare'
import { openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'

export interface Replay {
  readonly events: number
  readonly seconds: number
  /** Against the read models in force at the position both have reached. */
  readonly comparison: Comparison
}

export interface ReplayOptions {
  readonly data: string
  readonly clock: Clock
  readonly onProgress: (position: number, head: number) => void
}

const LOOK_EVERY_MS = 500

/** Left: one sentence that says what is wrong. Reads only; may run beside a server. */
export const replay = async ({ data, clock, onProgress }: ReplayOptions): Promise<E.Either<string, Replay>> => {
  const store = await openSqliteEventStore({ path: join(data, 'log.sqlite'), readOnly: true })()
  if (E.isLeft(store)) return E.left(store.left.message)
  const folder = await mkdtemp(join(tmpdir(), 'muster-replay-'))
  const fresh = await openSqliteReadModels(join(folder, 'read.sqlite'), { clock })
  const inForce = await openSqliteReadModels(join(data, 'read.sqlite'), { clock })
  try {
    const target = await inForce.position()
    const started = performance.now()
    const projector = await startProjector({ store: store.right, readModels: fresh, clock })
    while (!(await projector.waitFor(target, LOOK_EVERY_MS))) onProgress(await fresh.position(), target)
    await projector.stop()
    const seconds = (performance.now() - started) / 1000
    const comparison = await compareSides(await currentOf(inForce), await currentOf(fresh), target)
    return E.right({ events: target, seconds, comparison })
  } finally {
    await fresh.close()
    await inForce.close()
    await store.right.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const currentOf = async (
  readModels: ReadModelStore,
): Promise<{ readonly store: ReadModelStore['rows']; readonly generation: number }> => {
  const generation = (await readModels.generations()).find(({ state }) => state === 'current')
  return { store: readModels.rows, generation: generation?.id ?? 1 }
}
