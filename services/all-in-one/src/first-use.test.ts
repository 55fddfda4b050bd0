import * as E from 'fp-ts/lib/Either.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import { DEFAULT_EXERCISE, exercise } from '@muster/reference-data/exercise'
import { capabilityLines } from '@muster/reference-data/foundations'
import { historyState, load } from './first-use.ts'

const clock = (): string => '2026-06-01T00:00:00.000Z'
const data = new URL('../../../data', import.meta.url).pathname
const parts = [
  { name: 'catalogue', lines: capabilityLines(data) },
  ...exercise({ ...DEFAULT_EXERCISE, nations: 6, missions: 2, pledges: 10 }),
]

describe('loading a history', () => {
  let store: EventStore
  let handler: CommandHandler
  beforeEach(() => {
    store = memoryEventStore({ clock })
    handler = openCommandHandler({ store, clock })
  })

  test('gives every command in order and tells how far it is', async () => {
    const progress: number[] = []
    const loaded = await load({ handler, parts, onProgress: ({ done }) => progress.push(done) })
    const total = parts.reduce((sum, { lines }) => sum + lines.length, 0)
    expect(loaded).toEqual(E.right(total))
    expect(progress.at(-1)).toBe(total)
  })
  test('changes nothing the second time', async () => {
    await load({ handler, parts, onProgress: () => {} })
    const head = await store.head()
    await load({ handler: openCommandHandler({ store, clock }), parts, onProgress: () => {} })
    expect(await store.head()).toBe(head)
  })
  test('is due on an empty store and where it was interrupted, and loaded afterwards', async () => {
    expect(await historyState(store, parts)).toBe('due')
    await load({ handler, parts: parts.slice(0, 2), onProgress: () => {} })
    expect(await historyState(store, parts)).toBe('due')
    await load({ handler, parts, onProgress: () => {} })
    expect(await historyState(store, parts)).toBe('loaded')
  })
  test('keeps away from a store that holds something else', async () => {
    await load({
      handler,
      parts: [
        {
          name: 'other',
          lines: [{ id: 'x', type: 'RegisterContributor', data: { contributor: 'NPL', kind: 'state', name: 'Nepal' } }],
        },
      ],
      onProgress: () => {},
    })
    expect(await historyState(store, parts)).toBe('foreign')
  })
  test('names the first command that is refused', async () => {
    const loaded = await load({
      handler,
      parts: [{ name: 'broken', lines: [{ id: 'data:broken', type: 'RegisterContributor', data: {} }] }],
      onProgress: () => {},
    })
    expect(E.isLeft(loaded) ? loaded.left : '').toMatch(/^data:broken was refused/)
  })
})
