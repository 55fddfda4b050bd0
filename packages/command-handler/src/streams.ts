/** States of streams: loaded from the log once, kept while they are in use. */
import { LRUCache } from 'lru-cache'
import { codecOf } from '@muster/codec/codec'
import { eventSchemas } from '@muster/contracts/events'
import type { RecordedEvent } from '@muster/event-store/event'
import { streamKind } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { aggregates, type Instance } from './aggregates.ts'

export interface Loaded {
  readonly instance: Instance
  /** −1 while the stream does not exist. */
  readonly revision: number
}

export interface Streams {
  /** As this process last knew it; another one that writes to the same log may have moved it on. */
  readonly load: (stream: string) => Promise<Loaded>
  /** As it stands in the log now. */
  readonly catchUp: (stream: string) => Promise<Loaded>
  /** The state before the first event. */
  readonly fresh: (stream: string) => Loaded
  readonly remember: (stream: string, loaded: Loaded) => void
  readonly forget: (stream: string) => void
  readonly exists: (stream: string) => Promise<boolean>
  /** Known to exist, without asking the log. */
  readonly isKnown: (stream: string) => boolean
}

const codec = codecOf(eventSchemas)

export const openStreams = (store: EventStore, size: number): Streams => {
  const states = new LRUCache<string, Loaded>({ max: size })
  const known = new LRUCache<string, true>({ max: size })

  const fresh = (stream: string): Loaded => {
    const instance = aggregates[streamKind(stream)]
    if (!instance) throw new Error(`No aggregate decides streams like "${stream}".`)
    return { instance, revision: -1 }
  }

  const load = async (stream: string): Promise<Loaded> => states.get(stream) ?? catchUp(stream)

  const catchUp = async (stream: string): Promise<Loaded> => {
    let loaded = states.get(stream) ?? fresh(stream)
    for await (const event of store.readStream(stream, loaded.revision + 1)) loaded = applied(loaded, event)
    remember(stream, loaded)
    return loaded
  }

  const remember = (stream: string, loaded: Loaded): void => {
    states.set(stream, loaded)
    if (loaded.revision >= 0) known.set(stream, true)
  }

  const exists = async (stream: string): Promise<boolean> => {
    if (known.has(stream)) return true
    for await (const event of store.readStream(stream, 0, 0)) {
      known.set(event.stream, true)
      return true
    }
    return false
  }

  return {
    load,
    catchUp,
    fresh,
    remember,
    exists,
    forget: (stream) => states.delete(stream),
    isKnown: (stream) => known.has(stream),
  }
}

/** A payload that no longer matches its type must stop the decision: a wrong state would let wrong commands through. */
const applied = (loaded: Loaded, event: RecordedEvent): Loaded => {
  const decoded = codec.decode(event.type, event.data)
  switch (decoded._tag) {
    case 'Known':
      return { instance: loaded.instance.evolve(decoded.event), revision: event.revision }
    case 'Unknown':
      return { instance: loaded.instance, revision: event.revision }
    case 'Malformed':
      throw new Error(`Event ${event.revision} of ${event.stream} (${event.type}) is malformed: ${decoded.issues.join('; ')}`)
  }
}
