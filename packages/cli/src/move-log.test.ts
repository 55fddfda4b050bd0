import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCommandHandler } from '@muster/command-handler/handler'
import type { Result, Submission } from '@muster/command-handler/submission'
import { openEsdbEventStore } from '@muster/event-store-esdb/store'
import type { RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { startDouble, type Double } from '../../../test/support/esdb/double.ts'
import { moveLog } from './move-log.ts'

let keys = 0
const submission = (type: string, data: Record<string, unknown>): Submission => ({
  key: `key-${(keys += 1)}`,
  actor: { role: 'officer' },
  message: { type, data },
  correlationId: 'test',
})

const eventsOf = async (store: EventStore): Promise<ReadonlyArray<RecordedEvent>> => {
  const found: RecordedEvent[] = []
  for await (const { events } of store.readAll('start', { pageSize: 100, follow: false })) found.push(...events)
  return found
}

describe('moving a log to EventStoreDB', () => {
  let double: Double
  let there: EventStore
  let here: EventStore
  let first: Submission
  let answered: Result | undefined

  beforeEach(async () => {
    double = await startDouble()
    const opened = await openEsdbEventStore({ connectionString: double.connectionString })()
    if (E.isLeft(opened)) throw new Error(opened.left.message)
    there = opened.right
    let minutes = 0
    here = memoryEventStore({ clock: () => new Date(Date.UTC(2027, 0, 1, 0, (minutes += 1))).toISOString() })
    const handler = openCommandHandler({ store: here, clock: () => '2027-01-01T00:00:00.000Z' })
    first = submission('RegisterContributor', { contributor: 'NPL', kind: 'state', name: 'Nepal' })
    ;[answered] = await handler.handle([first])
    for (const contributor of ['RWA', 'GHA', 'BGD']) {
      await handler.handle([submission('RegisterContributor', { contributor, kind: 'state', name: contributor })])
    }
    await handler.handle([submission('EstablishMission', { mission: 'UNMISS', name: 'UNMISS', hosts: ['SSD'] })])
  })
  afterEach(async () => {
    await there.close()
    await double.stop()
  })
  const move = (from: Pick<EventStore, 'readAll'> = here) => moveLog({ from, to: there, onProgress: () => undefined })

  test('brings every event with its id, revision, payload, circumstances and time', async () => {
    const before = await eventsOf(here)
    expect(await move()).toEqual(E.right({ events: before.length, before: 0 }))
    const after = await eventsOf(there)
    const essence = ({
      id,
      type,
      stream,
      revision,
      data,
      recordedAt,
      metadata: { commandId, actor, effectiveOn },
    }: RecordedEvent) => ({ id, type, stream, revision, data, recordedAt, commandId, actor, effectiveOn })
    expect(after.map(essence)).toEqual(before.map(essence))
    expect(after.map(({ metadata }) => metadata.movedFrom)).toEqual(
      before.map(({ position, recordedAt }) => ({ position, recordedAt })),
    )
    expect(await there.timeOf(await there.head())).toBe(before.at(-1)?.recordedAt)
  })

  test('answers a command given before the move with its first answer, at its new place', async () => {
    await move()
    const handler = openCommandHandler({ store: there, clock: () => '2027-01-02T00:00:00.000Z' })
    const [again] = await handler.handle([first])
    expect(again).toMatchObject({ _tag: 'Right', right: { outcome: 'accepted', stream: 'contributor-NPL', revision: 0 } })
    const ids = (result: Result | undefined) => (result !== undefined && E.isRight(result) ? result.right.eventIds : [])
    expect(ids(again)).toEqual(ids(answered))
  })

  test('goes on where it ended, and changes nothing when everything is there', async () => {
    const events = await eventsOf(here)
    const half = memoryLog(events.slice(0, 2))
    expect(await move(half)).toEqual(E.right({ events: 2, before: 0 }))
    expect(await move()).toEqual(E.right({ events: events.length, before: 2 }))
    const appends = double.calls.filter((call) => call === 'Append').length
    expect(await move()).toEqual(E.right({ events: events.length, before: events.length }))
    expect(double.calls.filter((call) => call === 'Append')).toHaveLength(appends)
  })

  test('does not mix with another log', async () => {
    const handler = openCommandHandler({ store: there, clock: () => '2027-01-02T00:00:00.000Z' })
    await handler.handle([submission('RegisterContributor', { contributor: 'DEU', kind: 'state', name: 'Germany' })])
    expect(await move()).toMatchObject({ _tag: 'Left', left: { _tag: 'Foreign' } })
    expect(await eventsOf(there)).toHaveLength(1)
  })

  test('renumbers the position from which a plan was computed', async () => {
    const [event, ...others] = await eventsOf(here)
    if (event === undefined) throw new Error('an empty log')
    const last = others.at(-1) ?? event
    const computed: RecordedEvent = {
      ...event,
      id: '00000000-0000-4000-8000-000000000001',
      type: 'PlanComputed',
      stream: 'plan-synthetic',
      revision: 0,
      data: { inputsPosition: last.position, synthetic: true },
      metadata: { ...event.metadata, commandId: 'synthetic' },
    }
    await move(memoryLog([event, ...others, { ...computed, position: last.position }]))
    const after = await eventsOf(there)
    expect(after.at(-1)?.data).toEqual({ inputsPosition: after.at(-2)?.position, synthetic: true })
  })
})

const memoryLog = (events: ReadonlyArray<RecordedEvent>): Pick<EventStore, 'readAll'> => ({
  readAll: async function* () {
    const through = events.at(-1)?.position
    if (through !== undefined) yield { events, through, isTail: true }
  },
})
