/**
 * A stream that cannot be handled is parked: it stands aside, its later events wait in the log where they lie, and all other
 * streams go on. Parking and release are events of `subscription-{name}`, so they outlive every process, and whoever may
 * append to the log may release.
 */
import * as E from 'fp-ts/lib/Either.js'
import { derivedId, eventId } from '@muster/codec/event-id'
import type { EventData, RecordedEvent, SettledPosition, StreamName, StreamRevision } from '@muster/event-store/event'
import type { Appended, AppendError, EventStore } from '@muster/event-store/event-store'
import type { Actor } from '@muster/kernel/actor'
import { dayOfInstant, type Clock } from '@muster/kernel/time'

export interface ParkedStream {
  readonly stream: StreamName
  /** The first revision that was not handled; release goes on from there. */
  readonly fromRevision: StreamRevision
  readonly reason: string
  /** Position of the event that parked it; only a later release counts. */
  readonly since: SettledPosition
}

export interface Parking {
  /** What is parked for a subscriber that has taken everything up to `position`: a release after that is still to come. */
  readonly parkedAt: (position: SettledPosition) => Promise<ReadonlyArray<ParkedStream>>
  readonly park: (
    stream: StreamName,
    fromRevision: StreamRevision,
    reason: string,
  ) => Promise<E.Either<AppendError, ParkedStream>>
  /** The stream that an event of the log releases, if it is such an event for this subscription. */
  readonly releasedBy: (event: RecordedEvent) => StreamName | undefined
}

export const PARKED = 'StreamParked'
export const RELEASED = 'StreamReleased'

const LONGEST_REASON = 2_000

export const parkingStream = (name: string): StreamName => `subscription-${name}`

const field = (data: unknown, name: string): unknown =>
  typeof data === 'object' && data !== null ? Object.entries(data).find(([key]) => key === name)?.[1] : undefined

const streamOf = (event: RecordedEvent): StreamName | undefined => {
  const stream = field(event.data, 'stream')
  return typeof stream === 'string' ? stream : undefined
}

const parkedBy = (event: RecordedEvent): ParkedStream | undefined => {
  const stream = streamOf(event)
  const fromRevision = field(event.data, 'fromRevision')
  const reason = field(event.data, 'reason')
  if (event.type !== PARKED || stream === undefined || typeof fromRevision !== 'number') return undefined
  return { stream, fromRevision, reason: typeof reason === 'string' ? reason : '', since: event.position }
}

const eventAbout = (type: string, commandId: string, data: object, actor: Actor, clock: Clock): EventData => ({
  id: eventId(commandId, 0),
  type,
  data,
  metadata: { commandId, correlationId: commandId, causationId: commandId, actor, effectiveOn: dayOfInstant(clock()) },
})

/** Parking as events of the log that the subscription itself follows. */
export const parkingIn = (store: EventStore, name: string, clock: Clock): Parking => {
  const stream = parkingStream(name)

  const releasedBy = (event: RecordedEvent): StreamName | undefined =>
    event.stream === stream && event.type === RELEASED ? streamOf(event) : undefined

  const releasesOf = async (parkedStream: StreamName): Promise<number> => {
    let releases = 0
    for await (const event of store.readStream(stream)) if (releasedBy(event) === parkedStream) releases += 1
    return releases
  }

  return {
    releasedBy,
    parkedAt: async (position) => {
      const parked = new Map<StreamName, ParkedStream>()
      for await (const event of store.readStream(stream)) {
        const park = parkedBy(event)
        const released = releasedBy(event)
        if (park) parked.set(park.stream, park)
        else if (released !== undefined && event.position <= position) parked.delete(released)
      }
      return [...parked.values()]
    },
    park: async (parkedStream, fromRevision, reason) => {
      const said = reason.trim().slice(0, LONGEST_REASON) || 'no reason given'
      const data = { subscription: name, stream: parkedStream, fromRevision, reason: said }
      // Parked again after a release it is another event; until then whoever parks it, and however often, writes the same one.
      const commandId = derivedId(PARKED, name, parkedStream, fromRevision, await releasesOf(parkedStream))
      const event = eventAbout(PARKED, commandId, data, { role: 'system' }, clock)
      const answer = await store.append({ stream, expected: { _tag: 'Any' }, events: [event] })()
      return E.map(({ position }: Appended) => ({ stream: parkedStream, fromRevision, reason: said, since: position }))(answer)
    },
  }
}

/** Lets a parked stream of a subscription go on. `commandId` makes a repeat harmless. */
export const releaseStream = (
  store: EventStore,
  subscription: string,
  stream: StreamName,
  { commandId, actor, clock }: { readonly commandId: string; readonly actor: Actor; readonly clock: Clock },
): Promise<E.Either<AppendError, Appended>> =>
  store.append({
    stream: parkingStream(subscription),
    expected: { _tag: 'Exists' },
    events: [eventAbout(RELEASED, commandId, { subscription, stream }, actor, clock)],
  })()
