/** Leases on a real PostgreSQL: never two at once, not even when one of them wakes up in the middle of its page. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { settledAt } from '@muster/event-store/expected'
import { moved, type Target } from './checkpoints.ts'
import { openPostgresReadModels, type ReadModelStore } from './open.ts'
import { checkpointsOf } from './slots.ts'
import { generationSubscriber } from './subscriber.ts'
import { startPostgres, type TestPostgres } from './testing/postgres.ts'

const SILENCE_MS = 500
const clock = () => '2027-01-01T00:00:00.000Z'
const all = checkpointsOf(16)
const [first, second] = [all.slice(0, 8), all.slice(8)]

let server: TestPostgres
let store: ReadModelStore
let databases = 0
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())
beforeEach(async () => {
  const connectionString = await server.database(`leases_${(databases += 1)}`)
  store = await openPostgresReadModels({ connectionString, silenceMs: SILENCE_MS }, { clock })
})
afterEach(() => store.close())

const page = (name: string, after: number, through: number, checkpoints: Target['checkpoints'] = all) =>
  store.apply({ generation: 1, checkpoints, holder: { name, silenceMs: SILENCE_MS } }, { after, events: [], through })
const taken = { _tag: 'Right' }
const refused = { _tag: 'Left', left: { _tag: 'CheckpointConflict' } }

describe('leases', () => {
  it('are given to one, all or none of what was asked for, until they are given back', async () => {
    const [one, other] = [store.leases('one'), store.leases('other')]
    expect(await one.claim(1, first)).toBe(true)
    expect(await one.claim(1, first)).toBe(true)
    expect(await other.claim(1, all)).toBe(false)
    expect(await other.claim(1, second)).toBe(true)
    expect(await one.renew(1)).toEqual(new Set(first))
    expect(await other.renew(1)).toEqual(new Set(second))
    await one.release(1, all)
    expect(await other.claim(1, all)).toBe(true)
    expect(await other.claim(2, all)).toBe(false)
  })

  it('given to only one of many that ask at the same moment', async () => {
    const asked = await Promise.all(Array.from({ length: 12 }, (_, index) => store.leases(`projector-${index}`).claim(1, all)))
    expect(asked.filter(Boolean)).toHaveLength(1)
  })

  it('end in silence, and are renewed by every page', async () => {
    const [one, other] = [store.leases('one'), store.leases('other')]
    await one.claim(1, all)
    for (let position = 0; position < 6; position += 1) {
      await setTimeout(SILENCE_MS / 3)
      expect(await page('one', position, position + 1)).toMatchObject(taken)
      expect(await other.claim(1, all)).toBe(false)
    }
    await setTimeout(SILENCE_MS + 100)
    expect(await other.claim(1, all)).toBe(true)
  })

  it('fence off whoever lost them, even while the checkpoint still stands where it believes', async () => {
    await store.leases('one').claim(1, all)
    await setTimeout(SILENCE_MS + 100)
    expect(await store.leases('other').claim(1, all)).toBe(true)
    expect(await page('one', 0, 5)).toMatchObject(refused)
    expect(await page('other', 0, 7)).toMatchObject(taken)
    expect(await page('one', 0, 5)).toMatchObject(refused)
    expect(await store.checkpoint({ generation: 1, checkpoints: all })).toBe(7)
  })

  it('keep whoever lost them from parking a stream that its successor may have handled', async () => {
    await store.leases('one').claim(1, all)
    const of = (name: string) =>
      generationSubscriber(store, { generation: 1, checkpoints: all, holder: { name, silenceMs: SILENCE_MS } })
    const metadata = { commandId: '', correlationId: '', causationId: '', actor: { role: 'system' as const }, effectiveOn: '' }
    const event = { id: '', type: 'PledgeSubmitted', data: { quantity: 'many' }, metadata, stream: 'pledge-P', revision: 0 }
    const recorded = { ...event, position: settledAt(1), recordedAt: clock() }
    const malformed = {
      spans: [{ stream: 'pledge-P', first: 0, events: [recorded] as const }],
      after: settledAt(0),
      through: settledAt(1),
    }
    expect(await of('one').deliver(malformed)()).toMatchObject({ left: { _tag: 'SpanFailed' } })
    await store.leases('other').seize(1)
    expect(await of('one').deliver(malformed)()).toMatchObject({ left: { _tag: 'Superseded', found: 0 } })
    expect(await of('other').deliver(malformed)()).toMatchObject({ left: { _tag: 'SpanFailed' } })
  })

  it('are not kept by one that fell asleep in the middle of a page: its transaction is ended, and what it did is undone', async () => {
    await store.leases('one').claim(1, all)
    const target: Target = { generation: 1, checkpoints: all, holder: { name: 'one', silenceMs: SILENCE_MS } }
    const asleep = store.rows.transaction(async (transaction) => {
      expect(await moved(transaction, target, 0, 5)).toBe(true)
      await setTimeout(4 * SILENCE_MS)
    })
    const woken = asleep.then(
      () => 'committed',
      () => 'undone',
    )
    const other = store.leases('other')
    await expect.poll(() => other.claim(1, all), { timeout: 10_000, interval: 50 }).toBe(true)
    expect(await page('other', 0, 3)).toMatchObject(taken)
    expect(await woken).toBe('undone')
    expect(await page('one', 3, 5)).toMatchObject(refused)
    expect(await store.checkpoint({ generation: 1, checkpoints: all })).toBe(3)
  })

  it('can be taken from everyone, so that a generation rests', async () => {
    const [one, other, rebuilder] = [store.leases('one'), store.leases('other'), store.leases('rebuilder')]
    await one.claim(1, first)
    await other.claim(1, second)
    await Promise.all([rebuilder.seize(1), page('one', 0, 4, first), page('other', 0, 4, second)])
    const rests = await store.checkpoints(1)
    expect(await page('one', rests.get(first[0] ?? '') ?? 0, 9, first)).toMatchObject(refused)
    expect(await other.claim(1, second)).toBe(false)
    expect(await one.renew(1)).toEqual(new Set())
    await rebuilder.release(1, all)
    expect(await other.claim(1, second)).toBe(true)
  })

  it('are held by those who attend: the silent are counted no more', async () => {
    const [one, other] = [store.leases('one'), store.leases('other')]
    expect(await one.attend()).toBe(1)
    expect(await other.attend()).toBe(2)
    expect(await one.attend()).toBe(2)
    await other.leave()
    expect(await one.attend()).toBe(1)
    await other.attend()
    await setTimeout(SILENCE_MS + 100)
    expect(await one.attend()).toBe(1)
    expect(await store.rows.query('select "name" from "projector"')).toEqual([{ name: 'one' }])
  })
})
