/** Many processes on one database: set up once however many open it, and read consistently by each while it fills and is swapped. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { happen, twinOf } from '@muster/projector/testing/happen'
import type { Recorded } from '@muster/read-models/change'
import { dropRetired } from '@muster/read-models/generations'
import { openPostgresReadModels, type ReadModelStore } from '@muster/read-models/open'
import { projection } from '@muster/read-models/projections/all'
import { listPledges } from '@muster/read-models/queries/pledges'
import { recordedOf } from '@muster/read-models/subscriber'
import { pledge } from '@muster/read-models/tables/pledges'
import { world } from '@muster/read-models/testing/events'
import { foldOf } from '@muster/read-models/testing/log'
import { startPostgres, type TestPostgres } from '@muster/read-models/testing/postgres'
import { EVERYTHING } from '@muster/read-models/visibility'
import { clock, houseOn, PATIENCE_MS, SILENCE_MS, type House } from './house.ts'
import { projectorProcess } from './processes.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

describe('an empty database', () => {
  it('is set up once, however many open it at the same moment', async () => {
    for (const round of [1, 2]) {
      const connectionString = await server.database(`empty_${round}`)
      const stores = await Promise.all(
        Array.from({ length: 8 }, () => openPostgresReadModels({ connectionString, readers: 2 }, { clock })),
      )
      for (const store of stores) {
        expect(await store.generations()).toMatchObject([{ id: 1, state: 'current', position: 0, slots: 16 }])
        await store.close()
      }
    }
  })

  it('is set up once by two projectors and two readers that start together as processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-opening-'))
    const log = join(folder, 'events.db')
    const opened = await openSqliteEventStore({ path: log, clock })()
    if (isLeft(opened)) throw new Error(opened.left.message)
    const head = await happen(opened.right, 1)
    const database = await server.database('opening')
    const projectors = [1, 2].map(() => projectorProcess({ log, database, shards: 2, silenceMs: SILENCE_MS }))
    const readers = [1, 2].map(() => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'replica.ts'), database], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const seen: number[] = []
      createInterface({ input: child.stdout }).on('line', (line) => seen.push(Number(line)))
      return { seen, end: async () => child.kill('SIGKILL') && (await once(child, 'exit')) }
    })
    await expect.poll(() => readers.map(({ seen }) => seen.at(-1)), { timeout: PATIENCE_MS }).toEqual([head, head])
    for (const { seen } of readers) expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    await Promise.all([...projectors.map(({ kill }) => kill()), ...readers.map(({ end }) => end())])
    await opened.right.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('of an earlier version is brought up to date, and one that is up to date is only read', async () => {
    const connectionString = await server.database('earlier')
    const before = await openPostgresReadModels({ connectionString }, { clock })
    await before.rows.transaction(async ({ execute }) => {
      await execute('alter table "checkpoint" drop column "holder", drop column "heldUntil"')
      await execute('drop table "projector"')
      await execute('drop table "migration"')
    })
    await before.close()
    const after = await openPostgresReadModels({ connectionString }, { clock })
    expect(await after.leases('one').claim(1, ['slot-00'])).toBe(true)
    expect(await after.rows.query('select "name" from "migration" order by "name"')).toHaveLength(2)
    await after.rows.transaction(async ({ execute }) => {
      await execute(`create role reader login password 'reader'`)
      await execute('grant select on all tables in schema public to reader')
    })
    const reading = await openPostgresReadModels(
      { connectionString: connectionString.replace('postgres:muster', 'reader:reader') },
      { clock },
    )
    expect(await reading.position()).toBe(0)
    await Promise.all([reading.close(), after.close()])
  })
})

/** Every pledge by page after page at one position, with what it was then. */
const paged = async (readModels: ReadModelStore, asOf: number): Promise<ReadonlyArray<unknown>> => {
  const items: unknown[] = []
  for (let after: string | undefined; ;) {
    const page = await listPledges(readModels, {
      asOf,
      visibility: EVERYTHING,
      day: '2027-01-01',
      limit: 2,
      ...(after === undefined ? {} : { after }),
    })
    items.push(...page.items.map(({ id, status, revision }) => ({ id, status, revision })))
    if (page.next === null) return items
    after = page.next
  }
}

const expectedAt = (log: ReadonlyArray<Recorded>, position: number): ReadonlyArray<unknown> =>
  [...foldOf(projection, log, position)]
    .filter(([key]) => key.startsWith(`${pledge.name} `))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { id, status, revision }]) => ({ id, status, revision }))

const recordedIn = async ({ store }: House): Promise<ReadonlyArray<Recorded>> => {
  const log: Recorded[] = []
  for await (const { events } of store.readAll('start', { pageSize: 1_000, follow: false })) {
    for (const event of events) {
      const recorded = recordedOf(event)
      if (!isLeft(recorded) && recorded.right !== undefined) log.push(recorded.right)
    }
  }
  return log
}

it('each of two replicas pages at its own moment while rows are written, swapped and swapped back', async () => {
  const house = await houseOn(server)
  const [one, other] = [await house.open(), await house.open()]
  const projector = await house.project(2, 10)
  await house.project(2, 10)
  const events = [world, twinOf(world, 1), twinOf(world, 2)].flat()
  const found: Array<{ readonly position: number; readonly items: ReadonlyArray<unknown> }> = []
  let over = false
  const reading = [one, other].map(async (replica) => {
    while (!over) {
      const position = await replica.position()
      found.push({ position, items: await paged(replica, position) })
      await setTimeout(10)
    }
  })
  await happen(house.store, 1, events)
  const rebuilding = projector.rebuild()
  for (let round = 2; round < 5; round += 1) await happen(house.store, round, events)
  expect(await rebuilding).toMatchObject({ _tag: 'Swapped', generation: 2 })
  await happen(house.store, 5, events)
  expect(await projector.rollBack()).toBeUndefined()
  const head = await happen(house.store, 6, events)
  expect(await projector.waitFor(head, PATIENCE_MS)).toBe(true)
  over = true
  await Promise.all(reading)
  const log = await recordedIn(house)
  for (const { position, items } of found) expect(items).toEqual(expectedAt(log, position))
  expect(new Set(found.map(({ position }) => position)).size).toBeGreaterThan(3)
  // The generation that was gone back from is dropped: nobody reads it any more.
  await dropRetired(one.rows)
  for (const replica of [one, other]) expect(await paged(replica, await replica.position())).toEqual(expectedAt(log, head))
  await house.close()
})
