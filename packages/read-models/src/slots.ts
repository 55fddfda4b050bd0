/**
 * Streams are spread over a fixed number of slots, each with a checkpoint of its own; a shard is a set of slots that one
 * projector fills. How many slots a generation has is fixed when it is made, so how many shards there are may change at any
 * time: only who fills which slots does.
 */
import type { Dialect } from './read-models.ts'

/** A file has one writer. One PostgreSQL is busy long before sixteen projectors write to it. */
export const SLOTS: Readonly<Record<Dialect, number>> = { sqlite: 1, postgres: 16 }

/** Checkpoint of a generation with a single slot. */
const WHOLE_LOG = 'all'

/** The same for ever: rows and checkpoints rest on it. FNV-1a with the last step of MurmurHash3, 32 bits: FNV alone mixes the low bits badly. */
const hashOf = (stream: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < stream.length; index += 1) hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export const slotOf = (stream: string, slots: number): number => (slots === 1 ? 0 : hashOf(stream) % slots)

export const checkpointOf = (slot: number, slots: number): string =>
  slots === 1 ? WHOLE_LOG : `slot-${String(slot).padStart(2, '0')}`

/** Checkpoints of all slots: together they are the whole log. */
export const checkpointsOf = (slots: number): ReadonlyArray<string> =>
  Array.from({ length: slots }, (_, slot) => checkpointOf(slot, slots))

/** The checkpoints that move together when everything is projected by one projector. */
export const wholeLog = (dialect: Dialect): ReadonlyArray<string> => checkpointsOf(SLOTS[dialect])

/** The slots of one of `shards` shards; every slot belongs to exactly one. */
export const slotsOfShard = (shard: number, shards: number, slots: number): ReadonlyArray<number> =>
  Array.from({ length: slots }, (_, slot) => slot).filter((slot) => slot % shards === shard)
