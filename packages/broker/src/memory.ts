/** A broker in memory: the shortest honest implementation of the port, for tests and for one process alone. */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker, Consumer, ConsumerOptions, Message, OutgoingMessage, Producer, TopicDefinition } from './broker.ts'
import { reasonOf } from './retry.ts'
import { inSequence } from './sequence.ts'
import { spansOf } from './spans.ts'

interface Topic {
  readonly definition: TopicDefinition
  readonly partitions: ReadonlyArray<Message[]>
}

/** Who reads what: members in the order of joining, offsets by topic and partition. */
interface Group {
  readonly members: Set<Member>
  readonly offsets: Map<string, number>
}

interface Member {
  readonly topics: ReadonlyArray<string>
  /** Partitions are dealt anew: what is under way is given up, and its offset is not stored. */
  readonly rebalance: () => void
}

const FETCH = 1_000
const PAUSES = { firstMs: 5, longestMs: 500 }
const place = (topic: string, partition: number): string => `${topic}/${partition}`

/** FNV-1a, 32 bits: spreads keys evenly and is the same in every process. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

const sizeOf = (messages: ReadonlyArray<OutgoingMessage>): number =>
  messages.reduce((bytes, { key, value, headers }) => bytes + key.length + value.length + JSON.stringify(headers).length, 0)

export const memoryBroker = (): Broker => {
  const topics = new Map<string, Topic>()
  const groups = new Map<string, Group>()
  const sleepers = new Set<() => void>()
  const consumers = new Set<Consumer>()

  const wakeAll = (): void => {
    for (const wake of sleepers) wake()
  }
  const topicOf = (name: string): Topic => {
    const topic = topics.get(name)
    if (!topic) throw new Error(`there is no topic ${name}`)
    return topic
  }

  const write = (name: string, partition: number, messages: ReadonlyArray<OutgoingMessage>): E.Either<string, void> => {
    const { definition, partitions } = topicOf(name)
    const log = partitions[partition]
    if (!log) return E.left(`${name} has no partition ${partition}`)
    if (sizeOf(messages) > definition.maxMessageBytes) return E.left('the batch is larger than the topic allows')
    for (const { key, value, headers } of messages) {
      log.push({ topic: name, partition, offset: log.length, key, value: Uint8Array.from(value), headers: { ...headers } })
    }
    wakeAll()
    return E.right(undefined)
  }

  const producer = (): Producer => {
    const inTurn = inSequence()
    let closed = false
    return {
      partitionOf: async (topic, key) => hashOf(key) % topicOf(topic).definition.partitions,
      send: (topic, partition, messages) =>
        inTurn(async () => {
          if (closed) return E.left({ _tag: 'Closed' })
          return E.mapLeft((reason: string) => ({ _tag: 'Rejected' as const, reason }))(write(topic, partition, messages))
        }),
      close: async () => {
        closed = true
      },
    }
  }

  const consume = async ({ group: name, topics: wanted, spanSize, handle }: ConsumerOptions): Promise<Consumer> => {
    const group: Group = groups.get(name) ?? { members: new Set(), offsets: new Map() }
    groups.set(name, group)
    const stopping = new AbortController()
    let mine = new AbortController()
    const troubles = new Map<string, string>()
    const member: Member = {
      topics: wanted,
      rebalance: () => {
        mine.abort()
        mine = new AbortController()
      },
    }
    const deal = (): void => {
      for (const other of group.members) other.rebalance()
      wakeAll()
    }
    const assigned = (): ReadonlyArray<readonly [string, number]> =>
      wanted.flatMap((topic) => {
        const readers = [...group.members].filter((other) => other.topics.includes(topic))
        const turn = readers.indexOf(member)
        return Array.from(topicOf(topic).partitions.keys())
          .filter((partition) => partition % readers.length === turn)
          .map((partition) => [topic, partition] as const)
      })

    /** Partitions that rest after a failure, and how often in a row they have failed. */
    const resting = new Map<string, number>()
    const failures = new Map<string, number>()
    const rest = (at: string, reason: string): void => {
      const before = failures.get(at) ?? 0
      failures.set(at, before + 1)
      troubles.set(at, reason)
      const pauseMs = Math.min(PAUSES.longestMs, PAUSES.firstMs * 2 ** Math.min(before, 16))
      resting.set(at, performance.now() + pauseMs)
      setTimeout(wakeAll, pauseMs + 1)
    }

    /** True when something was taken. */
    const takeFrom = async (topic: string, partition: number): Promise<boolean> => {
      const { signal } = mine
      const at = place(topic, partition)
      const from = group.offsets.get(at) ?? 0
      const fetched = topicOf(topic).partitions[partition]?.slice(from, from + FETCH) ?? []
      if (performance.now() < (resting.get(at) ?? 0)) return false
      for (const span of spansOf(fetched, spanSize)) {
        const both = AbortSignal.any([signal, stopping.signal])
        const done = await handle(span, both).catch((error: unknown) => E.left(reasonOf(error)))
        if (signal.aborted) return true
        if (E.isLeft(done)) {
          rest(at, done.left)
          return false
        }
        troubles.delete(at)
        failures.delete(at)
        group.offsets.set(at, (span.messages.at(-1)?.offset ?? from) + 1)
      }
      return fetched.length > 0
    }

    const run = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        // Sleep begins before the look, so that nothing written in between is slept through.
        let wake = (): void => undefined
        const woken = new Promise<void>((resolve) => (wake = resolve))
        sleepers.add(wake)
        const taken: boolean[] = []
        for (const [topic, partition] of assigned()) {
          if (!stopping.signal.aborted) taken.push(await takeFrom(topic, partition))
        }
        if (!taken.includes(true) && !stopping.signal.aborted) await woken
        sleepers.delete(wake)
      }
    }

    group.members.add(member)
    deal()
    const running = run()
    const consumer: Consumer = {
      trouble: () => troubles.values().next().value,
      stop: async () => {
        stopping.abort()
        wakeAll()
        await running
        group.members.delete(member)
        consumers.delete(consumer)
        deal()
      },
    }
    consumers.add(consumer)
    return consumer
  }

  return {
    ensureTopics: async (definitions) => {
      for (const definition of definitions) {
        const known = topics.get(definition.name)
        const found = known?.definition.partitions ?? definition.partitions
        if (found !== definition.partitions) {
          return E.left({ _tag: 'TopicDiffers', topic: definition.name, declared: definition.partitions, found })
        }
        topics.set(definition.name, {
          definition,
          partitions: known?.partitions ?? Array.from({ length: definition.partitions }, () => []),
        })
      }
      return E.right(undefined)
    },
    producer,
    consume,
    answers: async () => true,
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
    },
  }
}
