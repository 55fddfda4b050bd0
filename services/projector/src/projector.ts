/**
 * Folds the log into the read models: keeps the generation in force filled, rebuilds a second one beside it, and swaps.
 *
 *     const projector = await startProjector({ store, readModels, clock, surroundings: systemSurroundings })
 *     await projector.waitFor(position, 2_000)     // read your writes
 *     await projector.rebuild()
 *     await projector.stop()
 */
import type { SettledPosition } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { compareGenerations, type Comparison } from '@muster/read-models/compare'
import { beginRebuild, rollBack, swapTo, type Generation, type GenerationRefusal } from '@muster/read-models/generations'
import { projectionVersion } from '@muster/read-models/store/schema'
import type { SubscriptionStatus } from '@muster/subscription/status'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { startFilling, type Filling, type FillingDeps } from './filling.ts'

export interface ProjectorOptions extends Omit<FillingDeps, 'surroundings' | 'pageSize'> {
  readonly surroundings?: FillingDeps['surroundings']
  /** Most events in one transaction. */
  readonly pageSize?: number
}

export interface ProjectorStatus extends SubscriptionStatus {
  readonly generation: number
  readonly version: string
  /** False while the rows in force were made by another version of the projections; a rebuild is then under way. */
  readonly upToDate: boolean
  /** Where the second generation stands, while one is filling. */
  readonly rebuild: { readonly generation: number; readonly position: number } | null
  readonly generations: ReadonlyArray<Generation>
}

export type Rebuilt =
  /** The new generation is in force; `comparison` says where its rows differ from the old ones. */
  | { readonly _tag: 'Swapped'; readonly generation: number; readonly comparison: Comparison | undefined }
  | { readonly _tag: 'Refused'; readonly refusal: GenerationRefusal }
  | { readonly _tag: 'Stopped' }

export interface Projector {
  readonly status: () => Promise<ProjectorStatus>
  /** True once everything up to a position can be read; false when that did not come in time. */
  readonly waitFor: (position: number, milliseconds: number) => Promise<boolean>
  /** Fills a second generation from the start of the log, compares it at one position, and puts it in force. */
  readonly rebuild: () => Promise<Rebuilt>
  /** Puts the generation before back in force. */
  readonly rollBack: () => Promise<GenerationRefusal | undefined>
  readonly stop: () => Promise<void>
}

const PAGE_SIZE = 2_000

export const startProjector = async (options: ProjectorOptions): Promise<Projector> => {
  const { store, readModels, clock, surroundings = systemSurroundings, pageSize = PAGE_SIZE } = options
  const deps: FillingDeps = { store, readModels, clock, surroundings, pageSize }
  const stopping = new AbortController()
  const { signal } = stopping

  const inForce = async (): Promise<Generation> => {
    const found = (await readModels.generations()).find(({ state }) => state === 'current')
    if (found === undefined) throw new Error('The read models have no generation in force; open them anew.')
    return found
  }
  /** Rows of another version are left as they are: this version does not know their tables. */
  const fill = ({ id, version }: Generation): Filling | undefined =>
    version === projectionVersion ? startFilling(deps, id) : undefined

  let main = fill(await inForce())
  let second: Filling | undefined
  let rebuilding: Promise<Rebuilt> | undefined

  const positionOf = async (filling: Filling): Promise<SettledPosition> => (await filling.status()).position

  /** Both must hold everything up to the position at which they are compared. */
  const compare = async (filling: Filling): Promise<Comparison | undefined> => {
    if (main === undefined) {
      const current = await inForce()
      await filling.reached(settledAt(current.position), signal)
      return undefined
    }
    const position = await positionOf(main)
    return (await filling.reached(position, signal))
      ? compareGenerations(readModels.rows, main.generation, filling.generation, position)
      : undefined
  }

  const rebuildOnce = async (): Promise<Rebuilt> => {
    const filling = startFilling(deps, await beginRebuild(readModels.rows, clock))
    second = filling
    try {
      await filling.reached(await store.head(), signal)
      const comparison = await compare(filling)
      // The old generation rests while the new one draws level for the last time: no reader sees time run backwards.
      await main?.stop()
      await filling.reached(settledAt((await inForce()).position), signal)
      if (signal.aborted) return { _tag: 'Stopped' }
      const refusal = await swapTo(readModels.rows, filling.generation, clock)
      if (refusal !== undefined) {
        await filling.stop()
        main = fill(await inForce())
        return { _tag: 'Refused', refusal }
      }
      main = filling
      await readModels.position()
      return { _tag: 'Swapped', generation: filling.generation, comparison }
    } finally {
      if (signal.aborted) await filling.stop()
      second = undefined
    }
  }

  const rebuild = (): Promise<Rebuilt> => {
    rebuilding ??= rebuildOnce().finally(() => {
      rebuilding = undefined
    })
    return rebuilding
  }

  if (main === undefined) {
    // Whoever waits for a position learns of a failure there; the status shows it too.
    rebuild().catch(() => undefined)
  }

  const statusOf = async (filling: Filling | undefined, current: Generation): Promise<SubscriptionStatus> => {
    if (filling !== undefined) return filling.status()
    const head = await store.head()
    return {
      name: `read-models-g${current.id}`,
      state: 'stopped',
      position: settledAt(current.position),
      head,
      lag: Math.max(0, head - current.position),
      failures: 0,
      lastFailure: undefined,
      parked: [],
    }
  }

  return {
    status: async () => {
      const generations = await readModels.generations()
      const current = await inForce()
      const beside = second
      return {
        ...(await statusOf(main, current)),
        generation: current.id,
        version: current.version,
        upToDate: current.version === projectionVersion,
        rebuild: beside === undefined ? null : { generation: beside.generation, position: await positionOf(beside) },
        generations,
      }
    },
    waitFor: async (position, milliseconds) => {
      const until = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)])
      while (!until.aborted) {
        const filling = main ?? second
        if (filling !== undefined && (await filling.reached(settledAt(position), until)) && filling === main) return true
        if ((await readModels.position()) >= position) return true
        await surroundings.sleep(20, until)
      }
      return (await readModels.position()) >= position
    },
    rebuild,
    rollBack: async () => {
      await rebuilding
      await main?.stop()
      const refusal = await rollBack(readModels.rows, clock)
      main = fill(await inForce())
      await readModels.position()
      return refusal
    },
    stop: async () => {
      stopping.abort()
      await rebuilding?.catch(() => undefined)
      await main?.stop()
    },
  }
}
