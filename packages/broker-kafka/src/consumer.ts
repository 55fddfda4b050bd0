/**
 * The reader: a member of a group that hands over spans, keeps its membership alive meanwhile, stores an offset only after the effect is
 * durable, and joins again whatever happens to the broker.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Consumer as Client, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import type { Consumer, ConsumerOptions, Message, Span } from '@muster/broker/broker'
import { reasonOf } from '@muster/broker/retry'
import { spansOf } from '@muster/broker/spans'

const HEARTBEAT_MS = 500
const REJOIN_MS = 500
const PAUSES = { firstMs: 50, longestMs: 5_000 }
const MEMBERSHIP = 'the group'

const settings = (groupId: string): Parameters<Kafka['consumer']>[0] => ({
  groupId,
  allowAutoTopicCreation: false,
  // A member waits in a fetch when others join or leave: short fetches make a rebalance take 0.6 s instead of 5 to 10.
  maxWaitTimeInMs: 200,
  sessionTimeout: 6_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: HEARTBEAT_MS,
})

const headersOf = (headers: KafkaMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value
      return first === undefined ? [] : [[name, first.toString()]]
    }),
  )

const messageOf = (topic: string, partition: number, { offset, key, value, headers }: KafkaMessage): Message => ({
  topic,
  partition,
  offset: Number(offset),
  key: key?.toString() ?? '',
  value: value ?? new Uint8Array(),
  headers: headersOf(headers),
})

export const kafkaConsumer = (
  kafka: Kafka,
  { group, topics, spanSize, handle }: ConsumerOptions,
  report: (trouble: string) => void,
): Consumer => {
  const stopping = new AbortController()
  /** By partition, and of the membership itself: one partition's success does not hide another's trouble. */
  const troubles = new Map<string, string>()
  const failed = (place: string, reason: string): void => {
    troubles.set(place, reason)
    report(reason)
  }

  /** How often in a row a partition's first span has failed. */
  const failures = new Map<string, number>()
  const pauses = new Set<NodeJS.Timeout>()

  /** The partition alone rests; the client fetches the others meanwhile, and this span again afterwards. */
  const rest = (place: string, payload: EachBatchPayload): void => {
    const before = failures.get(place) ?? 0
    failures.set(place, before + 1)
    const resume = payload.pause()
    const pause = setTimeout(
      () => {
        pauses.delete(pause)
        resume()
      },
      Math.min(PAUSES.longestMs, PAUSES.firstMs * 2 ** Math.min(before, 16)),
    )
    pauses.add(pause)
  }

  /** Handles one span, beating all the while; false when it is to come again. Throws what kafkajs needs to see to join again. */
  const take = async (span: Span, payload: EachBatchPayload): Promise<boolean> => {
    const place = `${span.topic}/${span.partition}`
    const mine = new AbortController()
    const signal = AbortSignal.any([mine.signal, stopping.signal])
    let lost: unknown
    const beat = setInterval(() => {
      if (!payload.isRunning() || payload.isStale()) mine.abort()
      payload.heartbeat().catch((error: unknown) => {
        lost = error
        mine.abort()
      })
    }, HEARTBEAT_MS)
    try {
      const done = await handle(span, signal).catch((error: unknown) => E.left(reasonOf(error)))
      if (lost !== undefined) throw lost
      if (E.isRight(done)) {
        troubles.delete(place)
        failures.delete(place)
        return true
      }
      if (!signal.aborted) {
        failed(place, done.left)
        rest(place, payload)
      }
      return false
    } finally {
      clearInterval(beat)
    }
  }

  const eachBatch = async (client: Client, payload: EachBatchPayload): Promise<void> => {
    const { topic, partition } = payload.batch
    const messages = payload.batch.messages.map((message) => messageOf(topic, partition, message))
    for (const span of spansOf(messages, spanSize)) {
      if (stopping.signal.aborted || !payload.isRunning() || payload.isStale()) return
      if (!(await take(span, payload))) return
      const last = span.messages.at(-1)?.offset ?? 0
      await client.commitOffsets([{ topic, partition, offset: String(last + 1) }])
      payload.resolveOffset(String(last))
      await payload.heartbeat()
    }
  }

  /** One membership, until it crashes beyond what kafkajs mends by itself, or the consumer stops. */
  const belong = async (): Promise<void> => {
    const client = kafka.consumer(settings(group))
    const ended = new Promise<string | undefined>((resolve) => {
      client.on(client.events.CRASH, ({ payload: { error, restart } }) => {
        failed(MEMBERSHIP, reasonOf(error))
        if (!restart) resolve(reasonOf(error))
      })
      client.on(client.events.GROUP_JOIN, () => {
        troubles.clear()
      })
      stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    try {
      await client.connect()
      // From the beginning for every member: one without it would begin a partition that nobody has read yet at its end.
      await client.subscribe({ topics: [...topics], fromBeginning: true })
      await client.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => eachBatch(client, payload),
      })
      await ended
    } finally {
      for (const pause of pauses) clearTimeout(pause)
      pauses.clear()
      await client.disconnect().catch((error: unknown) => report(reasonOf(error)))
    }
  }

  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await belong()
      } catch (error) {
        failed(MEMBERSHIP, reasonOf(error))
      }
      await sleep(REJOIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const supervising = supervise()
  return {
    trouble: () => troubles.values().next().value,
    stop: async () => {
      stopping.abort()
      await supervising
    },
  }
}
