/** Projectors that share read models in PostgreSQL: who fills what, how shards change hands, and what readers see meanwhile. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Projector } from '@muster/projector/projector'
import { happen, twinOf } from '@muster/projector/testing/happen'
import { projection } from '@muster/read-models/projections/all'
import type { Recorded } from '@muster/read-models/change'
import { checkpointsOf, slotOf } from '@muster/read-models/slots'
import { nameIn, quoted } from '@muster/read-models/store/schema'
import { recordedOf } from '@muster/read-models/subscriber'
import { codecOf } from '@muster/read-models/table'
import { tables } from '@muster/read-models/tables'
import { pledgeSubmitted, world } from '@muster/read-models/testing/events'
import { foldOf } from '@muster/read-models/testing/log'
import { startPostgres, type TestPostgres } from '@muster/read-models/testing/postgres'
import type { ReadModelStore } from '@muster/read-models/open'
import { releaseStream } from '@muster/subscription/parking'
import { isLeft } from 'fp-ts/lib/Either.js'
import { clock, houseOn, PATIENCE_MS, type House } from './house.ts'

let server: TestPostgres
let house: House
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())
beforeEach(async () => {
  house = await houseOn(server)
})
afterEach(() => house.close())

const held = async (projector: Projector): Promise<ReadonlyArray<number>> => (await projector.status()).shards.held
const waiting = { timeout: PATIENCE_MS, interval: 50 }

/** Many streams: the world and its twins. */
const busy = Array.from({ length: 6 }, (_, twin) => twinOf(world, twin)).flat()

describe('shards of the read models', () => {
  it('are spread evenly over the projectors that are there, and taken over when one leaves', async () => {
    const one = await house.project(4)
    expect(await held(one)).toEqual([0, 1, 2, 3])
    const other = await house.project(4)
    await expect.poll(async () => [(await held(one)).length, (await held(other)).length], waiting).toEqual([2, 2])
    expect([...(await held(one)), ...(await held(other))].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
    const middle = await happen(house.store, 1, busy)
    expect(await one.waitFor(middle, PATIENCE_MS)).toBe(true)
    expect(await other.waitFor(middle, PATIENCE_MS)).toBe(true)
    const standby = await house.project(1)
    await one.stop()
    await expect.poll(async () => (await held(other)).length + (await held(standby)).length, waiting).toBeGreaterThan(1)
    await standby.stop()
    await expect.poll(() => held(other), waiting).toEqual([0, 1, 2, 3])
    const last = await happen(house.store, 2, busy)
    expect(await other.waitFor(last, PATIENCE_MS)).toBe(true)
    expect(await other.status()).toMatchObject({ state: 'running', lag: 0, position: last })
    expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
  })

  it('one projector waits while the other is at work', async () => {
    const one = await house.project(1)
    const other = await house.project(1)
    const last = await happen(house.store, 1)
    expect(await other.waitFor(last, PATIENCE_MS)).toBe(true)
    expect([await held(one), await held(other)]).toEqual([[0], []])
    expect(await other.status()).toMatchObject({ state: 'running', lag: 0, failures: 0 })
  })

  it('may become more or fewer at any time, wherever each of them stands', async () => {
    const readModels = await house.open()
    let apart = 0
    for (const [round, shards] of [3, 5, 4, 16, 2].entries()) {
      const projector = await house.project(shards, 3)
      await happen(house.store, round, busy)
      await projector.stop()
      apart += new Set((await readModels.checkpoints(1)).values()).size - 1
    }
    expect(apart).toBeGreaterThan(0)
    const last = await house.project(4)
    const head = await house.store.head()
    expect(await last.waitFor(head, PATIENCE_MS)).toBe(true)
    expect(await readModels.checkpoints(1)).toEqual(new Map(checkpointsOf(16).map((name) => [name, head])))
    expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
  })

  it('never show a reader a moment that is only half there', async () => {
    await happen(house.store, 1, busy)
    await happen(house.store, 2, busy)
    const log: Recorded[] = []
    for await (const { events } of house.store.readAll('start', { pageSize: 1_000, follow: false })) {
      for (const event of events) {
        const recorded = recordedOf(event)
        if (!isLeft(recorded) && recorded.right !== undefined) log.push(recorded.right)
      }
    }
    const head = await house.store.head()
    const reader = await house.open()
    const [one, other] = await Promise.all([house.project(4, 5), house.project(4, 9)])
    const seen = new Set<number>()
    for (let position = 0; position < head;) {
      position = await reader.position()
      if (seen.has(position)) continue
      seen.add(position)
      expect(await rowsAt(reader, position)).toEqual(sorted(foldOf(projection, log, position)))
    }
    expect(seen.size).toBeGreaterThan(3)
    await Promise.all([one.stop(), other.stop()])
  })

  it('park and release the streams that are theirs, across a hand-over', async () => {
    const metadata = {
      commandId: 'x',
      correlationId: 'x',
      causationId: 'x',
      actor: { role: 'system' as const },
      effectiveOn: '2027-01-01',
    }
    const stream = 'pledge-BAD'
    const id = '00000000-0000-4000-8000-999999999999'
    const bad = { id, type: 'PledgeSubmitted', data: { pledge: 'BAD', quantity: 'many' }, metadata }
    const first = await house.project(4)
    await happen(house.store, 1)
    await house.store.append({ stream, expected: { _tag: 'NoStream' }, events: [bad] })()
    await happen(house.store, 2)
    expect(await first.waitFor(await house.store.head(), PATIENCE_MS)).toBe(true)
    const { parked, name } = await first.status()
    expect(parked).toMatchObject([{ stream, fromRevision: 0 }])
    await first.stop()
    const second = await house.project(3)
    await happen(house.store, 3)
    expect(await second.waitFor(await house.store.head(), PATIENCE_MS)).toBe(true)
    expect((await second.status()).parked).toMatchObject([{ stream, fromRevision: 0 }])
    const since = (await second.status()).parked[0]?.since ?? 0
    const commandId = '00000000-0000-4000-8000-999999999998'
    await releaseStream(house.store, name, stream, { commandId, actor: { role: 'officer' }, clock })
    // As malformed as before: it is tried again, and parked anew.
    await expect.poll(async () => (await second.status()).parked[0]?.since ?? 0, waiting).toBeGreaterThan(since)
    expect(await second.waitFor(await house.store.head(), PATIENCE_MS)).toBe(true)
    expect(slotOf(stream, 16)).not.toBe(slotOf(`subscription-${name}`, 16))
  })

  it('rebuild together beside the rows in force, swap once, and go back', async () => {
    const [one, other] = await Promise.all([house.project(4), house.project(4)])
    await happen(house.store, 1, busy)
    const writing = (async () => {
      for (let round = 2; round < 5; round += 1) await happen(house.store, round, busy)
    })()
    const [rebuilt, joined] = await Promise.all([one.rebuild(), other.rebuild()])
    expect(rebuilt).toMatchObject({ _tag: 'Swapped', generation: 2 })
    expect(joined).toMatchObject({ _tag: 'Swapped', generation: 2 })
    for (const answer of [rebuilt, joined]) {
      if (answer._tag === 'Swapped' && answer.comparison !== undefined) expect(answer.comparison.differing).toBe(0)
    }
    await writing
    const head = await house.store.head()
    expect(await one.waitFor(head, PATIENCE_MS)).toBe(true)
    expect(await other.waitFor(head, PATIENCE_MS)).toBe(true)
    expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
    expect(await other.rollBack()).toBeUndefined()
    const last = await happen(house.store, 9, [pledgeSubmitted('P9')])
    expect(await one.waitFor(last, PATIENCE_MS)).toBe(true)
    expect(await one.status()).toMatchObject({ generation: 1 })
    await expect.poll(async () => (await one.status()).lag, waiting).toBe(0)
    expect(await house.comparedWithColdRebuild()).toMatchObject({ differing: 0 })
  })
})

const sorted = (rows: ReadonlyMap<string, unknown>): unknown =>
  JSON.parse(JSON.stringify([...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))))

const rowsAt = async (readModels: ReadModelStore, position: number): Promise<unknown> => {
  const rows = new Map<string, unknown>()
  for (const table of tables) {
    const stored = await readModels.rows.query(
      `select * from ${quoted(nameIn(1, table.name))} where "since" <= $1 and "until" > $2`,
      [position, position],
    )
    for (const row of stored) rows.set(`${table.name} ${String(row['key'])}`, codecOf(table).decode(row))
  }
  return sorted(rows)
}
