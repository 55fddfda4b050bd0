import { expect, it } from 'vitest'
import { eventStoreContract } from './contract.ts'
import type { EventData } from './event.ts'
import { memoryEventStore } from './memory.ts'

/** A clock that stands still, moves on and is set back, as clocks do. */
const unsteadyClock = () => {
  const seconds = [1, 1, 2, 5, 3, 4, 6]
  let turn = 0
  return () => {
    turn += 1
    return `2027-01-01T00:${String(Math.floor(turn / 7) % 60).padStart(2, '0')}:0${seconds[turn % 7]}.000Z`
  }
}

eventStoreContract('memory', async () => ({ store: memoryEventStore({ clock: unsteadyClock() }) }), { durable: false })

const event = (id: string): EventData => ({
  id,
  type: 'Happened',
  data: {},
  metadata: { commandId: id, correlationId: id, causationId: id, actor: { role: 'system' }, effectiveOn: '2027-01-01' },
})

it('never records an earlier time at a later position, even when the clock is set back', async () => {
  const times = ['2027-01-01T00:00:02.000Z', '2027-01-01T00:00:01.000Z', '2027-01-01T00:00:03.000Z']
  const store = memoryEventStore({ clock: () => times.shift() ?? '' })
  for (const id of ['a', 'b', 'c']) await store.append({ stream: 'pledge-1', expected: { _tag: 'Any' }, events: [event(id)] })()
  const recorded: string[] = []
  for await (const { recordedAt } of store.readStream('pledge-1')) recorded.push(recordedAt)
  expect(recorded).toEqual(['2027-01-01T00:00:02.000Z', '2027-01-01T00:00:02.000Z', '2027-01-01T00:00:03.000Z'])
})
