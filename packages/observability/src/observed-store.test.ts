import { describe, expect, it } from 'vitest'
import { memoryEventStore } from '@muster/event-store/memory'
import { appended, everything, happened, noStream } from '@muster/event-store/testing'
import { observedStore } from './observed-store.ts'

describe('an observed store', () => {
  it('writes what the inner store writes and measures it', async () => {
    const measured: (readonly [number, number])[] = []
    let time = 0
    const inner = memoryEventStore({ clock: () => '2027-01-01T00:00:00.000Z' })
    const store = observedStore(inner, { append: (seconds, events) => void measured.push([seconds, events]) }, () => (time += 5))
    await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('a'), happened('b')] })
    await store.appendAll([
      { stream: 'pledge-2', expected: noStream, events: [happened('c')] },
      { stream: 'pledge-3', expected: noStream, events: [happened('d')] },
    ])
    expect(await everything(store)).toHaveLength(4)
    expect(measured).toEqual([
      [0.005, 2],
      [0.005, 2],
    ])
  })
})
