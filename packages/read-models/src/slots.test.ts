import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { projection } from './projections/all.ts'
import { checkpointsOf, slotOf, slotsOfShard } from './slots.ts'
import { world } from './testing/events.ts'
import { logOf } from './testing/log.ts'

describe('slots', () => {
  it('give a stream the same slot for ever: rows and checkpoints in databases rest on it', () => {
    const streams = ['pledge-P-17', 'commitment-C1', 'mission-UNMISS', 'strength-MINUSCA-RWA', 'plan-Ñandú', '']
    expect(streams.map((stream) => slotOf(stream, 16))).toEqual([12, 8, 10, 3, 6, 11])
    expect(streams.map((stream) => slotOf(stream, 1))).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('spread streams evenly, ids that differ in little more than a digit too', () => {
    for (const slots of [2, 3, 16]) {
      const counts = Array.from({ length: slots }, () => 0)
      for (let id = 0; id < 16_000; id += 1) {
        const slot = slotOf(`pledge-P${String(id).padStart(4, '0')}`, slots)
        counts[slot] = (counts[slot] ?? 0) + 1
      }
      expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.25)
    }
  })

  it('belong to one shard each, however many shards there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (shards, slots) => {
        const all = Array.from({ length: shards }, (_, shard) => slotsOfShard(shard, shards, slots)).flat()
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: slots }, (_, slot) => slot))
        expect(new Set(checkpointsOf(slots)).size).toBe(slots)
      }),
    )
  })
})

it('every row comes from events of one stream alone, so that any two streams may be projected apart', () => {
  const streamsOf = new Map<string, Set<string>>()
  for (const recorded of logOf([...world, ...world])) {
    for (const { table, key } of projection(recorded)) {
      const row = `${table.name} ${key}`
      streamsOf.set(row, (streamsOf.get(row) ?? new Set()).add(recorded.stream))
    }
  }
  expect(streamsOf.size).toBeGreaterThan(50)
  expect([...streamsOf].filter(([, streams]) => streams.size > 1)).toEqual([])
})
