/** Projectors killed or paused at random moments while others stand by: taken over, nothing twice, nothing left out. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { happen, twinOf } from '@muster/projector/testing/happen'
import { openPostgresReadModels } from '@muster/read-models/open'
import { world } from '@muster/read-models/testing/events'
import { startPostgres, type TestPostgres } from '@muster/read-models/testing/postgres'
import { clock, coldComparison, PATIENCE_MS, SILENCE_MS } from './house.ts'
import { chanceOf, overlaps, projectorProcess, type ProjectorProcess } from './processes.ts'

const ROUNDS = 4
const SHARDS = 2
const events = [world, twinOf(world, 1)].flat()

let server: TestPostgres
let folder: string
const everyone: ProjectorProcess[] = []
beforeAll(async () => {
  server = await startPostgres()
  folder = await mkdtemp(join(tmpdir(), 'muster-killed-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const projector of everyone.splice(0)) await projector.kill()
})

describe('projectors on PostgreSQL', () => {
  it.each([11, 42])('killed and paused by chance (seed %i) leave rows equal to a cold rebuild', async (seed) => {
    const chance = chanceOf(seed)
    const log = join(folder, `${seed}.db`)
    const opened = await openSqliteEventStore({ path: log, clock })()
    if (isLeft(opened)) throw new Error(opened.left.message)
    const store = opened.right
    const database = await server.database(`killed_${seed}`)
    const start = (): ProjectorProcess => {
      const projector = projectorProcess({ log, database, shards: SHARDS, silenceMs: SILENCE_MS })
      everyone.push(projector)
      return projector
    }
    const taken = (): number => everyone.flatMap(({ pages }) => pages).filter((page) => page.taken).length
    let atWork = [start(), start()]
    const asleep: ProjectorProcess[] = []
    for (let round = 1; round <= ROUNDS; round += 1) {
      const before = taken()
      await happen(store, round, events)
      await expect.poll(taken, { timeout: PATIENCE_MS, interval: 5 }).toBeGreaterThan(before + Math.floor(chance() * 6))
      await setTimeout(chance() * 40)
      const [victim = start(), ...others] = chance() < 0.5 ? atWork : atWork.toReversed()
      if (chance() < 0.5) await victim.kill()
      else {
        victim.pause()
        asleep.push(victim)
      }
      // Sometimes nobody stands by for a moment.
      if (chance() < 0.3) for (const other of others.splice(0)) await other.kill()
      atWork = [...others, start()]
      if (chance() < 0.5) asleep.shift()?.wake()
    }
    for (const sleeper of asleep) sleeper.wake()
    const readModels = await openPostgresReadModels({ connectionString: database }, { clock })
    const head = await store.head()
    await expect.poll(readModels.position, { timeout: PATIENCE_MS, interval: 50 }).toBe(head)
    expect(overlaps(everyone.flatMap(({ pages }) => pages))).toEqual([])
    expect(await coldComparison(store, readModels)).toMatchObject({ differing: 0 })
    await readModels.close()
    await store.close()
  })
})
