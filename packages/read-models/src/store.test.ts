/** What both databases must keep: versions for every position, whole pages or nothing, one writer, equal generations. */
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventPage } from './apply.ts'
import type { Projection, Recorded } from './change.ts'
import { put } from './change.ts'
import { compareGenerations } from './compare.ts'
import { beginRebuild, dropRetired, rollBack, swapTo } from './generations.ts'
import type { ReadModelStore } from './open.ts'
import { projection } from './projections/all.ts'
import { wholeLog } from './slots.ts'
import { nameIn, quoted } from './store/schema.ts'
import { codecOf, type Row } from './table.ts'
import { mission } from './tables/missions.ts'
import { tables } from './tables.ts'
import { world } from './testing/events.ts'
import { foldOf, logOf } from './testing/log.ts'
import { servers, type TestServer } from './testing/stores.ts'

const log = logOf(world)
const head = log.at(-1)?.position ?? 0
const clock = () => '2027-01-01T00:00:00.000Z'

/** Cuts a log into pages after the given numbers of events. */
const pagesOf = (events: ReadonlyArray<Recorded>, cuts: ReadonlyArray<number>): ReadonlyArray<EventPage> => {
  const bounds = [...new Set([0, ...cuts.map((cut) => cut % (events.length + 1)), events.length])].toSorted((a, b) => a - b)
  return bounds.slice(1).map((end, index) => {
    const start = bounds[index] ?? 0
    const after = start === 0 ? 0 : (events[start - 1]?.position ?? 0)
    return { after, events: events.slice(start, end), through: events[end - 1]?.position ?? after }
  })
}

const fill = async (store: ReadModelStore, pages: ReadonlyArray<EventPage>, generation = 1): Promise<void> => {
  for (const page of pages) {
    expect(await store.apply({ generation, checkpoints: wholeLog(store.dialect) }, page)).toMatchObject({ _tag: 'Right' })
  }
}

const rowsAt = async (store: ReadModelStore, position: number, generation = 1): Promise<ReadonlyMap<string, Row>> => {
  const rows = new Map<string, Row>()
  for (const table of tables) {
    const stored = await store.rows.query(
      `select * from ${quoted(nameIn(generation, table.name))} where "since" <= $1 and "until" > $2`,
      [position, position],
    )
    for (const row of stored) rows.set(`${table.name} ${String(row['key'])}`, codecOf(table).decode(row))
  }
  return rows
}

const plain = (rows: ReadonlyMap<string, Row>): unknown =>
  JSON.parse(JSON.stringify([...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))))

describe.each(servers)('read models on %s', (_name, start) => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())

  it('answers as of every position what a fold of the log up to there gives', async () => {
    const store = await (await server.fresh()).open()
    await fill(store, pagesOf(log, [7, 8, 31]))
    for (const { position } of log) {
      expect(plain(await rowsAt(store, position))).toEqual(plain(foldOf(projection, log, position)))
    }
    await store.close()
  })

  it('comes to the same rows however the log is cut into pages', async () => {
    const whole = await (await server.fresh()).open()
    await fill(whole, pagesOf(log, []))
    const expected = plain(await rowsAt(whole, head))
    await whole.close()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 12 }), async (cuts) => {
        const store = await (await server.fresh()).open()
        await fill(store, pagesOf(log, cuts))
        const middle = log[Math.floor(log.length / 2)]?.position ?? 0
        expect(plain(await rowsAt(store, head))).toEqual(expected)
        expect(plain(await rowsAt(store, middle))).toEqual(plain(foldOf(projection, log, middle)))
        await store.close()
      }),
      { numRuns: 6 },
    )
  })

  it('writes a page whole or not at all, and goes on after a failure where it stood', async () => {
    const database = await server.fresh()
    const [first, second] = pagesOf(log, [20])
    if (first === undefined || second === undefined) expect.fail('two pages expected')
    const poison: Projection = (recorded) =>
      recorded.event.type === 'PlanRequested'
        ? [
            {
              table: mission,
              key: 'X',
              next: () => {
                throw new Error('cannot be folded')
              },
            },
          ]
        : projection(recorded)
    const failing = await database.open(poison)
    await fill(failing, [first])
    const answer = await failing.apply({ generation: 1, checkpoints: wholeLog(failing.dialect) }, second)
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'Poisoned', first: { stream: 'plan-PL1', revision: 0 } } })
    expect(await failing.position()).toBe(first.through)
    expect(plain(await rowsAt(failing, head))).toEqual(plain(foldOf(projection, log, first.through)))
    await failing.close()

    const again = await database.open()
    expect(await again.position()).toBe(first.through)
    await fill(again, [second])
    expect(plain(await rowsAt(again, head))).toEqual(plain(foldOf(projection, log)))
    await again.close()
  })

  it('replaces a row that an event calls new although it was there before', async () => {
    const store = await (await server.fresh()).open()
    await fill(store, pagesOf(log, []))
    const again = logOf(world, head)
    const end = again.at(-1)?.position ?? 0
    await fill(store, [{ after: head, events: again, through: end }])
    expect(plain(await rowsAt(store, end))).toEqual(plain(foldOf(projection, [...log, ...again])))
    expect(plain(await rowsAt(store, head))).toEqual(plain(foldOf(projection, log)))
    await store.close()
  })

  it('refuses a page that does not begin where the checkpoint stands', async () => {
    const database = await server.fresh()
    const store = await database.open()
    const rival = await database.open()
    const [first, second] = pagesOf(log, [20])
    if (first === undefined || second === undefined) expect.fail('two pages expected')
    await fill(store, [first])
    const answer = await rival.apply({ generation: 1, checkpoints: wholeLog(rival.dialect) }, first)
    expect(answer).toEqual(E.left({ _tag: 'CheckpointConflict', expected: 0, actual: first.through }))
    expect(plain(await rowsAt(store, head))).toEqual(plain(foldOf(projection, log, first.through)))
    const [one, other] = await Promise.all(
      [store, rival].map((each) => each.apply({ generation: 1, checkpoints: wholeLog(each.dialect) }, second)),
    )
    expect(new Set([one?._tag, other?._tag])).toEqual(new Set(['Left', 'Right']))
    expect(plain(await rowsAt(store, head))).toEqual(plain(foldOf(projection, log)))
    await Promise.all([store.close(), rival.close()])
  })

  it('rebuilds beside the rows in force, compares them, swaps, and goes back with one command', async () => {
    const database = await server.fresh()
    const store = await database.open()
    const reader = await database.open()
    await fill(store, pagesOf(log, [11]))
    const second = await beginRebuild(store.rows, clock)
    expect(await swapTo(store.rows, second, clock)).toEqual({ _tag: 'BehindCurrent', position: 0, current: head })
    await fill(store, pagesOf(log, [3, 25]), second)
    expect(await compareGenerations(store.rows, 1, second, head)).toMatchObject({ position: head, differing: 0, differences: [] })
    expect(await swapTo(store.rows, second, clock)).toBeUndefined()
    expect(await reader.position()).toBe(head)
    expect((await store.generations()).map(({ id, state }) => [id, state])).toEqual([
      [1, 'retired'],
      [2, 'current'],
    ])
    await store.rows.transaction((transaction) => transaction.execute(`delete from ${quoted(nameIn(2, 'mission'))}`))
    expect(await reader.db().selectFrom('mission').selectAll().execute()).toEqual([])
    expect(await rollBack(store.rows, clock)).toBeUndefined()
    await reader.position()
    expect(await reader.db().selectFrom('mission').select('mission.id').where('mission.until', '>', head).execute()).toEqual([
      { id: 'UNMISS' },
    ])
    expect(await dropRetired(store.rows)).toEqual([2])
    expect(await rollBack(store.rows, clock)).toEqual({ _tag: 'NothingToRollBackTo' })
    await Promise.all([store.close(), reader.close()])
  })

  it('shows every row in which two generations differ', async () => {
    const database = await server.fresh()
    const store = await database.open()
    await fill(store, pagesOf(log, []))
    const second = await beginRebuild(store.rows, clock)
    const other = await database.open((recorded) =>
      recorded.event.type === 'MissionEstablished'
        ? projection(recorded).map((change) =>
            change.table === mission
              ? put(mission, 'UNMISS', {
                  id: 'UNMISS',
                  name: 'another name',
                  hosts: [],
                  formerPowers: [],
                  from: '2011-07-09',
                  to: null,
                  ended: false,
                  document: null,
                  revision: 0,
                })
              : change,
          )
        : recorded.event.type === 'PlanRequested'
          ? []
          : projection(recorded),
    )
    await fill(other, pagesOf(log, []), second)
    const { differing, differences } = await compareGenerations(store.rows, 1, second, head)
    expect(new Set(differences.map(({ table }) => table))).toEqual(new Set(['mission', 'plan', 'timeline']))
    expect(differing).toBe(differences.length)
    expect(differences.find(({ table }) => table === 'plan')).toMatchObject({ key: 'PL1', second: undefined })
    await Promise.all([store.close(), other.close()])
  })
})
