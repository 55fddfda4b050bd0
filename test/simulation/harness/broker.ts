/**
 * A broker whose logs, groups and offsets outlive its clients. Partitions of a consumer go on side by side and apart from each other, a
 * span is as long as chance wants, partitions are dealt anew at any moment, and a member that lost one may still be at work on it.
 */
import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import type {
  Broker,
  Consumer,
  ConsumerOptions,
  Message,
  OutgoingMessage,
  Producer,
  SendError,
  TopicDefinition,
} from '@muster/broker/broker'
import { inSequence } from '@muster/broker/sequence'
import { createTail, type Tail } from '@muster/event-store/tail'
import type { Process } from './process.ts'

interface Partition {
  readonly log: Message[]
  readonly tail: Tail
}

interface Topic {
  readonly definition: TopicDefinition
  readonly partitions: ReadonlyArray<Partition>
}

interface Member {
  readonly name: string
  readonly topics: ReadonlyArray<string>
  /** Partitions have been dealt anew. */
  readonly dealt: () => void
}

interface Group {
  readonly members: Member[]
  readonly offsets: Map<string, number>
  /** Counts the deals; a commit of an earlier one does not count. */
  deal: number
  /** Turns partitions on to other members at each deal that wants it. */
  turn: number
}

export interface Cluster {
  readonly topics: ReadonlyMap<string, Topic>
  /** Why it will never take a message; undefined: it takes it. */
  rejects: (topic: string, message: OutgoingMessage) => string | undefined
  /** No call is answered meanwhile. */
  isAway: () => boolean
  readonly createTopics: (definitions: ReadonlyArray<TopicDefinition>) => ReturnType<Awaited<Broker['ensureTopics']>>
  readonly write: (topic: string, partition: number, messages: ReadonlyArray<OutgoingMessage>) => E.Either<string, void>
  readonly partitionOf: (topic: string, key: string) => number
  readonly messages: (topic: string) => ReadonlyArray<Message>
  readonly group: (name: string) => Group
  readonly rebalance: () => void
  /** How many messages the group has not taken yet. */
  readonly lag: (group: string, topics: ReadonlyArray<string>) => number
}

const place = (topic: string, partition: number): string => `${topic}/${partition}`
const SESSION_MS = 3_000
const AGAIN_MS = 100
const LOOK_MS = 20
/** A reason without a stack: aborting is most of what a rebalance does. */
const GONE = 'gone'
/** Fewer than declared: what concerns one record stays in one of them, whatever their number. */
const MOST_PARTITIONS = 2

const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

const sizeOf = (messages: ReadonlyArray<OutgoingMessage>): number =>
  messages.reduce((bytes, { key, value, headers }) => bytes + key.length + value.length + JSON.stringify(headers).length, 0)

export const createCluster = (): Cluster => {
  const topics = new Map<string, Topic>()
  const groups = new Map<string, Group>()
  const topicOf = (name: string) => {
    const topic = topics.get(name)
    if (!topic) throw new Error(`there is no topic ${name}`)
    return topic
  }
  const cluster: Cluster = {
    topics,
    rejects: () => undefined,
    isAway: () => false,
    createTopics: async (definitions) => {
      for (const definition of definitions) {
        const { name, partitions: declared } = definition
        const known = topics.get(name)
        const found = known?.definition.partitions ?? declared
        if (found !== declared) return E.left({ _tag: 'TopicDiffers', topic: name, declared, found })
        const partitions =
          known?.partitions ??
          Array.from({ length: Math.min(declared, MOST_PARTITIONS) }, () => ({ log: [], tail: createTail() }))
        topics.set(name, { definition, partitions })
      }
      return E.right(undefined)
    },
    write: (name, partition, messages) => {
      const { definition, partitions } = topicOf(name)
      const place = partitions[partition]
      if (!place) return E.left(`${name} has no partition ${partition}`)
      const reason = messages.map((message) => cluster.rejects(name, message)).find((why) => why !== undefined)
      if (reason !== undefined) return E.left(reason)
      if (sizeOf(messages) > definition.maxMessageBytes) return E.left('the batch is larger than the topic allows')
      for (const { key, value, headers } of messages) {
        place.log.push({
          topic: name,
          partition,
          offset: place.log.length,
          key,
          value: Uint8Array.from(value),
          headers: { ...headers },
        })
      }
      place.tail.grown()
      return E.right(undefined)
    },
    partitionOf: (topic, key) => hashOf(key) % topicOf(topic).partitions.length,
    messages: (name) => topicOf(name).partitions.flatMap(({ log }) => log),
    group: (name) => {
      const group = groups.get(name) ?? { members: [], offsets: new Map<string, number>(), deal: 0, turn: 0 }
      groups.set(name, group)
      return group
    },
    rebalance: () => {
      for (const group of groups.values()) {
        group.turn += 1
        deal(group)
      }
    },
    lag: (name, wanted) =>
      wanted
        .flatMap((topic) =>
          topicOf(topic).partitions.map(
            ({ log }, index) => log.length - (cluster.group(name).offsets.get(place(topic, index)) ?? 0),
          ),
        )
        .reduce((sum, behind) => sum + behind, 0),
  }
  return cluster
}

const deal = (group: Group): void => {
  group.deal += 1
  for (const member of group.members) member.dealt()
}

const isMine = (group: Group, member: Member, topic: string, partition: number): boolean => {
  const readers = group.members.filter(({ topics }) => topics.includes(topic))
  return readers[(partition + group.turn) % readers.length] === member
}

/** The port as one process has it; its calls wait while the cluster is away, as the adapter's do. */
export const brokerFor = (process: Process, cluster: Cluster): Broker => {
  const { call, scheduler, died } = process
  const consumers = new Set<Consumer>()

  const back = async (signal: AbortSignal): Promise<void> => {
    while (cluster.isAway() && !signal.aborted) await scheduler.sleep(AGAIN_MS, signal)
  }

  const producer = (): Producer => {
    const inTurn = inSequence()
    const closing = new AbortController()
    const CLOSED: E.Either<SendError, void> = E.left({ _tag: 'Closed' })
    return {
      partitionOf: (topic, key) => call({ port: `partitionOf ${key}`, effect: async () => cluster.partitionOf(topic, key) }),
      send: (topic, partition, messages) =>
        inTurn(async () => {
          await back(closing.signal)
          if (closing.signal.aborted) return CLOSED
          const answer = await call<E.Either<SendError, void>>({
            port: `send ${place(topic, partition)} ×${messages.length}`,
            writes: true,
            effect: async () =>
              E.mapLeft((reason: string): SendError => ({ _tag: 'Rejected', reason }))(cluster.write(topic, partition, messages)),
          })
          return closing.signal.aborted ? CLOSED : answer
        }),
      close: async () => closing.abort(GONE),
    }
  }

  const consume = async ({ group: name, topics, spanSize, handle }: ConsumerOptions): Promise<Consumer> => {
    const group = cluster.group(name)
    const stopping = new AbortController()
    let mine = new AbortController()
    let failure: string | undefined
    let working = 0

    const pump = async (at: string, { log, tail }: Partition, deal: number, signal: AbortSignal): Promise<void> => {
      for (;;) {
        const version = tail.version()
        const from = group.offsets.get(at) ?? 0
        const size = Math.min(spanSize, 1 + Math.floor(scheduler.chance.next() * (log.length - from)))
        const messages = log.slice(from, from + size)
        if (!isNonEmpty(messages)) {
          await tail.grownSince(version, signal)
          if (signal.aborted) return
          continue
        }
        await back(signal)
        await call({ port: `fetch ${at}@${from}+${size}`, effect: async () => undefined })
        if (signal.aborted) return
        const answer = await handle({ topic: messages[0].topic, partition: messages[0].partition, messages }, signal).catch(
          (error: unknown) => E.left(String(error)),
        )
        if (E.isLeft(answer)) {
          if (signal.aborted) return
          failure = answer.left
          await scheduler.sleep(AGAIN_MS, signal)
          if (signal.aborted) return
          continue
        }
        failure = undefined
        await call({
          port: `commit ${at}@${from + size}`,
          writes: true,
          effect: async () => {
            if (group.deal === deal) group.offsets.set(at, from + size)
          },
        })
        if (signal.aborted) return
      }
    }

    const begin = (): void => {
      mine.abort(GONE)
      mine = new AbortController()
      const { signal } = mine
      for (const topic of topics) {
        for (const [index, partition] of (cluster.topics.get(topic)?.partitions ?? []).entries()) {
          if (!isMine(group, member, topic, index)) continue
          working += 1
          void pump(place(topic, index), partition, group.deal, signal).finally(() => {
            working -= 1
          })
        }
      }
    }
    const member: Member = { name: process.name, topics, dealt: begin }
    const leave = (): void => {
      const place = group.members.indexOf(member)
      if (place < 0) return
      group.members.splice(place, 1)
      mine.abort(GONE)
      deal(group)
    }
    await call({ port: `join ${name}`, effect: async () => undefined })
    group.members.push(member)
    died.addEventListener('abort', () => {
      mine.abort(GONE)
      // Nobody hears that it died; the group waits for its silence.
      void scheduler.sleep(SESSION_MS).then(leave)
    })
    deal(group)
    const consumer: Consumer = {
      trouble: () => failure,
      stop: async () => {
        stopping.abort(GONE)
        mine.abort(GONE)
        while (working > 0) await scheduler.sleep(LOOK_MS)
        leave()
        consumers.delete(consumer)
      },
    }
    consumers.add(consumer)
    return consumer
  }

  return {
    ensureTopics: (definitions) =>
      call({
        port: 'ensureTopics',
        effect: async () =>
          cluster.isAway() ? E.left({ _tag: 'BrokerUnavailable', reason: 'away' }) : cluster.createTopics(definitions),
      }),
    producer,
    consume,
    answers: async () => !cluster.isAway(),
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
    },
  }
}
