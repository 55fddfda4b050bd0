/** Words the relay's tests are written in: synthetic events, a checkpoint in memory, a broker that misbehaves, what a reader checks. */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker, Headers, Message, OutgoingMessage, SendError } from '@muster/broker/broker'
import { derivedId } from '@muster/codec/event-id'
import type { DomainEvent } from '@muster/contracts/events'
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { EventData, StreamName } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { anyRevision, appended } from '@muster/event-store/testing'
import type { ReactorCheckpoint } from '@muster/read-models/reactor-checkpoint'

const termsOf = (pledge: string): PledgeTerms => ({
  contributor: 'RWA',
  ownReference: `RWA/${pledge}`,
  capability: 'INF-BN',
  quantity: 3,
  from: '2027-01-01',
  to: '2028-01-01',
  classification: 'unclassified',
})

export const submitted = (pledge: string, over: Partial<PledgeTerms> = {}): DomainEvent => ({
  type: 'PledgeSubmitted',
  pledge,
  ...termsOf(pledge),
  ...over,
})

export const amended = (pledge: string, over: Partial<PledgeTerms> = {}, version = 2): DomainEvent => ({
  type: 'PledgeAmended',
  pledge,
  version,
  changed: Object.keys(over),
  terms: { ...termsOf(pledge), ...over },
})

export const proposed = (commitment: string, pledge: string): DomainEvent => ({
  type: 'CommitmentProposed',
  commitment,
  kind: 'mou',
  pledge,
  contributor: 'RWA',
  mission: 'UNMISS',
  requirement: 'R-1',
  capability: 'INF-BN',
  quantity: 1,
  from: '2027-01-01',
  to: '2028-01-01',
})

/** An event of the log, or something that is none. */
interface Happening {
  readonly type: string
  readonly [field: string]: unknown
}

let count = 0
/** A synthetic event on its way into the log, with an id of its own. */
export const recorded = ({ type, ...data }: Happening): EventData => {
  count += 1
  const commandId = derivedId('synthetic', count)
  return {
    id: commandId,
    type,
    data,
    metadata: {
      commandId,
      correlationId: derivedId('correlation', count),
      causationId: commandId,
      actor: { role: 'officer' },
      effectiveOn: '2027-01-01',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  }
}

export const append = async (
  store: EventStore,
  stream: StreamName,
  ...[first, ...rest]: readonly [Happening, ...Happening[]]
): Promise<void> => {
  await appended(store, { stream, expected: anyRevision, events: [recorded(first), ...rest.map(recorded)] })
}

export interface MemoryCheckpoint extends ReactorCheckpoint {
  /** Called before it moves; what it throws is a store that cannot be reached. */
  beforeMove: () => void
}

export const memoryCheckpoint = (): MemoryCheckpoint => {
  let at = 0
  const checkpoint: MemoryCheckpoint = {
    beforeMove: () => undefined,
    position: async () => at,
    move: async (from, to) => {
      checkpoint.beforeMove()
      if (at !== from) return E.left(at)
      at = to
      return E.right(undefined)
    },
  }
  return checkpoint
}

export interface FaultyBroker extends Broker {
  /** Why the broker will never take a message; undefined: it takes it. A batch with such a message is rejected whole. */
  rejects: (message: OutgoingMessage) => string | undefined
  /** Awaited before each send. */
  beforeSend: () => Promise<void>
  /** What was written, in the order of writing. */
  readonly written: OutgoingMessage[]
}

/** A broker with faults on demand in front of a real one; when closed, what waits in `beforeSend` is answered as closed. */
export const faulty = (broker: Broker): FaultyBroker => {
  const written: OutgoingMessage[] = []
  const front: FaultyBroker = {
    ...broker,
    written,
    rejects: () => undefined,
    beforeSend: async () => undefined,
    producer: () => {
      const producer = broker.producer()
      let closed: () => void = () => undefined
      const closing = new Promise<'closed'>((resolve) => (closed = () => resolve('closed')))
      return {
        ...producer,
        send: async (topic, partition, messages) => {
          const first = await Promise.race([front.beforeSend(), closing])
          if (first === 'closed') return E.left<SendError>({ _tag: 'Closed' })
          for (const message of messages) {
            const reason = front.rejects(message)
            if (reason !== undefined) return E.left<SendError>({ _tag: 'Rejected', reason })
          }
          const answer = await producer.send(topic, partition, messages)
          if (E.isRight(answer)) written.push(...messages)
          return answer
        },
        close: async () => {
          closed()
          await producer.close()
        },
      }
    },
  }
  return front
}

type Told = Pick<Message, 'key' | 'value'> & { readonly headers: Headers }

export const typeOf = ({ headers }: Pick<Told, 'headers'>): string => headers['ce_type'] ?? ''
export const sequenceOf = ({ headers }: Pick<Told, 'headers'>): number => Number(headers['ce_sequence'])
export const dataOf = ({ value }: Pick<Told, 'value'>): unknown => JSON.parse(Buffer.from(value).toString())

/** What a reader keeps who drops what it has seen: messages by key, the first of each id. Throws when an id comes with other bytes. */
export const withoutRepeats = (messages: ReadonlyArray<Told>): ReadonlyMap<string, ReadonlyArray<number>> => {
  const seen = new Map<string, string>()
  const sequences = new Map<string, number[]>()
  for (const message of messages) {
    const id = message.headers['ce_id'] ?? ''
    const said = JSON.stringify([message.key, message.headers, dataOf(message)])
    const before = seen.get(id)
    if (before !== undefined && before !== said) throw new Error(`two messages share the id ${id}: ${before} and ${said}`)
    if (before !== undefined) continue
    seen.set(id, said)
    const sequence = sequences.get(message.key) ?? []
    sequence.push(sequenceOf(message))
    sequences.set(message.key, sequence)
  }
  return sequences
}

/** 0, 1, 2 … */
export const upTo = (size: number): ReadonlyArray<number> => Array.from({ length: size }, (_, index) => index)
