/** A second generation beside the one in force: filled from the start of the log, compared, and put in its place. */
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { Clock } from '@muster/kernel/time'
import { compareGenerations, type Comparison } from '@muster/read-models/compare'
import { beginRebuild, swapTo, type Generation, type GenerationRefusal } from '@muster/read-models/generations'
import type { Leases } from '@muster/read-models/leases'
import type { ReadModelStore } from '@muster/read-models/open'
import type { Filling } from './filling.ts'

export type Rebuilt =
  /** The new generation is in force; `comparison` says where its rows differ from the old ones. */
  | { readonly _tag: 'Swapped'; readonly generation: number; readonly comparison: Comparison | undefined }
  | { readonly _tag: 'Refused'; readonly refusal: GenerationRefusal }
  | { readonly _tag: 'Stopped' }

export interface RebuildDeps {
  readonly store: EventStore
  readonly readModels: ReadModelStore
  readonly clock: Clock
  readonly leases: Leases
  readonly signal: AbortSignal
  readonly inForce: () => Promise<Generation>
  /** What this process fills of a generation, if it does. */
  readonly fillingOf: (generation: number) => Filling | undefined
  /** Begins and ends fillings as the generations in the database say; `resting` is not filled until it is undefined again. */
  readonly look: (resting?: number) => Promise<void>
}

/** The old generation rests while the new one draws level for the last time; should it have been woken in between, it rests once more. */
const TRIES = 10

export const rebuildOnce = async (deps: RebuildDeps): Promise<Rebuilt> => {
  const { store, readModels, clock, leases, signal, inForce, fillingOf, look } = deps
  const generation = await beginRebuild(readModels.rows, clock)
  await look()
  const filling = fillingOf(generation)
  if (filling === undefined) return { _tag: 'Stopped' }

  /** Rows of another version are left alone: this one does not know their tables. */
  const compare = async (): Promise<Comparison | undefined> => {
    const current = await inForce()
    const reached = await filling.reached(settledAt(current.position), signal)
    return reached && current.id !== generation && fillingOf(current.id) !== undefined
      ? compareGenerations(readModels.rows, current.id, generation, current.position)
      : undefined
  }

  /** No reader sees time run backwards: the new generation is put in force once it stands where the old one rests. */
  const swap = async (): Promise<Rebuilt> => {
    for (let tries = 1; ; tries += 1) {
      const { id } = await inForce()
      // Another projector that joined in was quicker.
      if (id === generation) return { _tag: 'Swapped', generation, comparison: undefined }
      await look(id)
      await leases.seize(id)
      await filling.reached(settledAt((await inForce()).position), signal)
      if (signal.aborted) return { _tag: 'Stopped' }
      const refusal = await swapTo(readModels.rows, generation, clock)
      if (refusal === undefined) return { _tag: 'Swapped', generation, comparison: undefined }
      if (refusal._tag !== 'BehindCurrent' || tries >= TRIES) return { _tag: 'Refused', refusal }
    }
  }

  await filling.reached(await store.head(), signal)
  const comparison = await compare()
  const before = await inForce()
  try {
    const swapped = await swap()
    return swapped._tag === 'Swapped' ? { ...swapped, comparison } : swapped
  } finally {
    if (before.id !== generation) await leases.release(before.id, [...(await readModels.checkpoints(before.id)).keys()])
    if (!signal.aborted) await look()
    await readModels.position()
  }
}
