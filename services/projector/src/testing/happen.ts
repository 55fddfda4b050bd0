/** The synthetic world as it happens in a log, again and again on the same streams. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { DomainEvent } from '@muster/contracts/events'
import type { SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { world } from '@muster/read-models/testing/events'
import { logOf } from '@muster/read-models/testing/log'

/** Once more: even what should happen once comes again, and must only replace its row. Gives the position of the last event. */
export const happen = async (
  store: EventStore,
  round: number,
  events: ReadonlyArray<DomainEvent> = world,
): Promise<SettledPosition> => {
  let last = settledAt(0)
  for (const [index, { event, stream }] of logOf(events).entries()) {
    const { type, ...data } = event
    const id = `00000000-0000-4000-8000-${String(round * 10_000 + index).padStart(12, '0')}`
    const metadata = {
      commandId: id,
      correlationId: id,
      causationId: id,
      actor: { role: 'system' as const },
      effectiveOn: '2027-01-01',
    }
    const appended = await store.append({ stream, expected: { _tag: 'Any' }, events: [{ id, type, data, metadata }] })()
    if (isLeft(appended)) throw new Error(appended.left._tag)
    last = appended.right.position
  }
  return last
}

/** The same world about other things: every stream gets a twin with another id, so that many streams are there to be spread. */
export const twinOf = (events: ReadonlyArray<DomainEvent>, twin: number): ReadonlyArray<DomainEvent> => {
  const renamed = (key: string, value: unknown): unknown =>
    ['pledge', 'commitment', 'plan', 'flag'].includes(key) && typeof value === 'string' ? `${value}.${twin}` : value
  return events.map((event) => JSON.parse(JSON.stringify(event, renamed)))
}
