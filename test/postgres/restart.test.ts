/** PostgreSQL crashes and comes back while projectors fill and readers ask: both go on by themselves, and no row is lost or doubled. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { happen, twinOf } from '@muster/projector/testing/happen'
import { openProjectorService } from '@muster/projector/service'
import { listPledges } from '@muster/read-models/queries/pledges'
import { world } from '@muster/read-models/testing/events'
import { startPostgres, type TestPostgres } from '@muster/read-models/testing/postgres'
import { EVERYTHING } from '@muster/read-models/visibility'
import { clock, houseOn, PATIENCE_MS, surroundings } from './house.ts'
import { chanceOf } from './processes.ts'

const CRASHES = 2
const SEED = 7
/** Nobody is to be given up here, however long the database is away. */
const LONG_SILENCE_MS = 5_000
const events = Array.from({ length: 10 }, (_, twin) => twinOf(world, twin)).flat()

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const answering = (asked: Promise<unknown>): Promise<boolean> =>
  asked.then(
    () => true,
    () => false,
  )

it('a database that is killed and started again holds up projectors and readers only while it is away', async () => {
  const chance = chanceOf(SEED)
  const house = await houseOn(server, LONG_SILENCE_MS)
  await Promise.all([house.project(3, 5), house.project(3, 5)])
  const reader = await house.open()
  const watched = await openProjectorService({
    store: house.store,
    readModels: await house.open(),
    clock,
    surroundings,
    shards: 3,
  })
  let [answers, refusals, over] = [0, 0, false]
  const asking = (async () => {
    while (!over) {
      try {
        const asOf = await reader.position()
        const { items } = await listPledges(reader, { asOf, visibility: EVERYTHING, day: '2027-01-01', limit: 10 })
        expect(items.length).toBeLessThanOrEqual(10)
        answers += 1
      } catch {
        refusals += 1
      }
      await setTimeout(5)
    }
  })()
  let inTheMiddle = 0
  for (let crash = 0; crash < CRASHES; crash += 1) {
    const stood = await reader.position()
    const last = await happen(house.store, crash, events)
    await expect.poll(reader.position, { timeout: PATIENCE_MS, interval: 1 }).toBeGreaterThan(stood)
    await setTimeout(chance() * 60)
    if ((await reader.position()) < last) inTheMiddle += 1
    await server.crash()
    await setTimeout(chance() * 600)
    // Connections of the crashed server answer for a moment longer.
    const away = { timeout: PATIENCE_MS, interval: 20 }
    await expect.poll(() => answering(reader.position()), away).toBe(false)
    await expect.poll(() => answering(watched.checks()), away).toBe(false)
    await server.restart()
    const before = answers
    await expect.poll(() => reader.position().catch(() => 0), { timeout: PATIENCE_MS, interval: 20 }).toBe(last)
    await expect.poll(() => answers, { timeout: PATIENCE_MS, interval: 5 }).toBeGreaterThan(before)
  }
  expect(inTheMiddle).toBeGreaterThan(0)
  over = true
  await asking
  expect(refusals).toBeGreaterThan(0)
  expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
  await expect.poll(async () => (await watched.checks()).every(({ ok }) => ok), { timeout: PATIENCE_MS }).toBe(true)
  expect(await watched.lag()).toBe(0)
  await watched.close()
  await house.close()
})

it('connections that are cut again and again, in the middle of pages and commits, cost no row and double none', async () => {
  const chance = chanceOf(SEED)
  const house = await houseOn(server, LONG_SILENCE_MS)
  const [knife, one] = [await house.open(), await house.project(4, 5)]
  await house.project(4, 5)
  let cut = 0
  for (let round = 0; round < 3; round += 1) {
    const last = await happen(house.store, round, events)
    for (let cuts = 0; cuts < 8; cuts += 1) {
      await setTimeout(chance() * 30)
      const ended = await knife.rows.query(
        'select pg_terminate_backend("pid") from pg_stat_activity where "datname" = current_database() and "pid" <> pg_backend_pid()',
      )
      cut += ended.length
    }
    expect(await one.waitFor(last, PATIENCE_MS)).toBe(true)
  }
  expect(cut).toBeGreaterThan(20)
  expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
  await house.close()
})
