/** The projector on a real log and a real database file: catching up, parking, rebuilding, going back, taking over. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DomainEvent } from '@muster/contracts/events'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'
import { pledgeById } from '@muster/read-models/queries/pledges'
import { pledgeSubmitted, world } from '@muster/read-models/testing/events'
import { logOf } from '@muster/read-models/testing/log'
import { releaseStream } from '@muster/subscription/parking'
import { systemSurroundings, type Surroundings } from '@muster/subscription/surroundings'
import { startProjector, type Projector } from './projector.ts'

const clock = () => '2027-01-01T00:00:00.000Z'
const PATIENCE_MS = 20_000
/** Pauses after failures are cut short; everything else takes the time it takes. */
const surroundings: Surroundings = {
  ...systemSurroundings,
  sleep: (milliseconds, signal) => systemSurroundings.sleep(Math.min(milliseconds, 5), signal),
}

let folder: string
let store: EventStore
let readModels: ReadModelStore
const running: Projector[] = []

const start = async (models = readModels): Promise<Projector> => {
  const projector = await startProjector({ store, readModels: models, clock, surroundings, pageSize: 10 })
  running.push(projector)
  return projector
}

let appended = 0
const append = async (
  stream: string,
  events: ReadonlyArray<{ readonly type: string; readonly data: unknown }>,
): Promise<void> => {
  const stored = events.map(({ type, data }) => {
    const id = `synthetic-${(appended += 1)}`
    return {
      id,
      type,
      data,
      metadata: {
        commandId: id,
        correlationId: id,
        causationId: id,
        actor: { role: 'system' as const },
        effectiveOn: '2027-01-01',
      },
    }
  })
  if (!isNonEmpty(stored)) return
  const answer = await store.append({ stream, expected: { _tag: 'Any' }, events: stored })()
  if (isLeft(answer)) expect.fail(answer.left._tag)
}
const happen = async (...events: ReadonlyArray<DomainEvent>): Promise<void> => {
  for (const { stream, event } of logOf(events)) {
    const { type, ...data } = event
    await append(stream, [{ type, data }])
  }
}
const caughtUp = async (projector: Projector): Promise<number> => {
  const head = await store.head()
  expect(await projector.waitFor(head, PATIENCE_MS)).toBe(true)
  return readModels.position()
}
const pledge = async (id: string) => pledgeById(readModels, { asOf: await readModels.position(), id, day: '2027-01-01' })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-projector-'))
  store = memoryEventStore({ clock })
  readModels = await openSqliteReadModels(join(folder, 'read-models.db'), { clock })
})
afterEach(async () => {
  for (const projector of running.splice(0)) await projector.stop()
  await readModels.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the projector', () => {
  it('catches up, follows, and says where it stands', async () => {
    await happen(...world)
    const projector = await start()
    const head = await store.head()
    expect(await caughtUp(projector)).toBe(head)
    await happen(pledgeSubmitted('P9'))
    await caughtUp(projector)
    expect(await pledge('P9')).toMatchObject({ status: 'submitted' })
    expect(await projector.status()).toMatchObject({
      state: 'running',
      lag: 0,
      generation: 1,
      upToDate: true,
      rebuild: null,
      parked: [],
    })
    expect(await projector.waitFor(head + 1_000, 30)).toBe(false)
  })

  it('goes on where it stood after a stop', async () => {
    await happen(...world.slice(0, 30))
    await caughtUp(await start())
    await running.splice(0)[0]?.stop()
    await happen(...world.slice(30))
    const again = await start()
    expect(await caughtUp(again)).toBe(await store.head())
    expect((await again.status()).parked).toEqual([])
  })

  it('parks a stream with a malformed event, goes on with the others, and takes it up again when it is released', async () => {
    await happen(pledgeSubmitted('P1'))
    await append('pledge-P2', [{ type: 'PledgeSubmitted', data: { pledge: 'P2', quantity: 'many' } }])
    await happen(pledgeSubmitted('P3'))
    const projector = await start()
    await caughtUp(projector)
    expect([(await pledge('P1'))?.id, (await pledge('P2'))?.id, (await pledge('P3'))?.id]).toEqual(['P1', undefined, 'P3'])
    const { parked, name } = await projector.status()
    expect(parked).toMatchObject([{ stream: 'pledge-P2', fromRevision: 0 }])
    const release = { commandId: '00000000-0000-4000-8000-000000000001', actor: { role: 'officer' as const }, clock }
    await releaseStream(store, name, 'pledge-P2', release)
    await caughtUp(projector)
    // It is as malformed as before, so it is parked again; nothing else is held up.
    await expect.poll(async () => (await projector.status()).parked.map(({ stream }) => stream)).toEqual(['pledge-P2'])
    await happen(pledgeSubmitted('P4'))
    await caughtUp(projector)
    expect((await pledge('P4'))?.id).toBe('P4')
  })

  it('rebuilds beside the rows in force without a reader noticing, and goes back', async () => {
    await happen(...world)
    const projector = await start()
    const before = await caughtUp(projector)
    const rebuilt = await projector.rebuild()
    expect(rebuilt).toMatchObject({ _tag: 'Swapped', generation: 2, comparison: { position: before, differing: 0 } })
    await happen(pledgeSubmitted('P9'))
    await caughtUp(projector)
    expect((await pledge('P9'))?.id).toBe('P9')
    expect(await projector.status()).toMatchObject({ generation: 2, rebuild: null })
    expect(await projector.rollBack()).toBeUndefined()
    await caughtUp(projector)
    expect(await projector.status()).toMatchObject({ generation: 1, lag: 0 })
    expect((await pledge('P9'))?.id).toBe('P9')
  })

  it('rebuilds by itself when the rows in force were made by another version', async () => {
    await happen(...world)
    await caughtUp(await start())
    await running.splice(0)[0]?.stop()
    await readModels.rows.transaction((transaction) => transaction.execute(`update "generation" set "version" = 'older'`))
    const projector = await start()
    await expect.poll(async () => (await projector.status()).generation, { timeout: PATIENCE_MS }).toBe(2)
    expect(await projector.status()).toMatchObject({ upToDate: true })
    expect(await caughtUp(projector)).toBe(await store.head())
  })

  it('lets one of two projectors write, and the other take over', async () => {
    const rival = await openSqliteReadModels(join(folder, 'read-models.db'), { clock })
    const one = await start()
    const other = await start(rival)
    for (let round = 0; round < 5; round += 1) await happen(...world.slice(round * 10, round * 10 + 10))
    await caughtUp(one)
    await one.stop()
    await happen(...world.slice(50))
    const head = await store.head()
    expect(await other.waitFor(head, PATIENCE_MS)).toBe(true)
    const rows = await readModels.rows.query('select count(*) as "count" from "g1_pledge" where "until" > $1', [head])
    expect(rows).toEqual([{ count: 3 }])
    await other.stop()
    await rival.close()
  })
})
