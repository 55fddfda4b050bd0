/** PostgreSQL crashes and comes back while projectors fill and readers ask: both go on by themselves, and no row is lost or doubled. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { happen, twinOf } from '@muster/projector/testing/happen'
import { openProjectorService } from '@muster/projector/service'
import { listPledges } from '@muster/read-models/queries/pledges'
import { world } from '@muster/read-models/testing/events'
import { startPostgres, type TestPostgres } from '@muster/read-models/testing/postgres'
import { EVERYTHING } from '@muster/read-models/visibility'
import { clock, houseOn, PATIENCE_MS } from './house.ts'

const CRASHES = 2
const events = Array.from({ length: 8 }, (_, twin) => twinOf(world, twin)).flat()

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

it('a database that is killed and started again holds up projectors and readers only while it is away', async () => {
  const house = await houseOn(server)
  await Promise.all([house.project(3, 5), house.project(3, 5)])
  const reader = await house.open()
  const watched = await openProjectorService({
    store: house.store,
    readModels: await house.open(),
    clock,
    shards: 3,
    longestLag: 10_000,
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
  for (let crash = 0; crash < CRASHES; crash += 1) {
    const stood = await reader.position()
    const last = await happen(house.store, crash, events)
    // In the middle of the work: something has been projected, and something has not.
    await expect.poll(reader.position, { timeout: PATIENCE_MS, interval: 1 }).toBeGreaterThan(stood)
    expect(await reader.position()).toBeLessThan(last)
    await server.crash()
    await setTimeout(300)
    await expect(reader.position()).rejects.toThrow(/terminat|ECONN|closed/i)
    await expect(watched.checks()).rejects.toThrow(/terminat|ECONN|closed/i)
    await server.restart()
    const before = answers
    await expect.poll(() => reader.position().catch(() => 0), { timeout: PATIENCE_MS, interval: 20 }).toBe(last)
    await expect.poll(() => answers, { timeout: PATIENCE_MS, interval: 5 }).toBeGreaterThan(before)
  }
  over = true
  await asking
  expect(refusals).toBeGreaterThan(0)
  expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
  await expect.poll(async () => (await watched.checks()).every(({ ok }) => ok), { timeout: PATIENCE_MS }).toBe(true)
  expect(await watched.lag()).toBe(0)
  await watched.close()
  await house.close()
})
