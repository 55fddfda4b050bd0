/** Folds the whole log into fresh read models in a folder of its own, and compares every row with those in force. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventStore } from '@muster/event-store/event-store'
import type { Clock } from '@muster/kernel/time'
import { startProjector } from '@muster/projector/projector'
import { compareSides, type Comparison } from '@muster/read-models/compare'
import { openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'

export interface Replay {
  /** Up to here the log was folded. */
  readonly position: number
  readonly seconds: number
  /** Against the read models in force at the position both have reached. */
  readonly comparison: Comparison
}

export interface ReplayOptions {
  readonly log: EventStore
  /** In whichever database; neither log nor rows are written to. */
  readonly inForce: ReadModelStore
  readonly clock: Clock
  readonly onProgress: (reached: number, target: number) => void
}

const LOOK_EVERY_MS = 500

/** May run beside a server: both sides are compared at the position that the rows in force had reached when it began. */
export const replay = async ({ log, inForce, clock, onProgress }: ReplayOptions): Promise<Replay> => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-replay-'))
  const fresh = await openSqliteReadModels(join(folder, 'read.sqlite'), { clock })
  try {
    const target = await inForce.position()
    const started = performance.now()
    const projector = await startProjector({ store: log, readModels: fresh, clock })
    while (!(await projector.waitFor(target, LOOK_EVERY_MS))) onProgress(await fresh.position(), target)
    await projector.stop()
    const seconds = (performance.now() - started) / 1000
    const comparison = await compareSides(await currentOf(inForce), await currentOf(fresh), target)
    return { position: target, seconds, comparison }
  } finally {
    await fresh.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const currentOf = async (
  readModels: ReadModelStore,
): Promise<{ readonly store: ReadModelStore['rows']; readonly generation: number }> => {
  const generation = (await readModels.generations()).find(({ state }) => state === 'current')
  return { store: readModels.rows, generation: generation?.id ?? 1 }
}
