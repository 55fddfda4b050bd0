/**
 * Commands over Kafka: a group of consumers on the topics of all kinds of records, the same command handler as over HTTP.
 *
 * Once in effect: the log knows a command by its sender and its id, and answers a repeat as before. Results and dead letters are written before
 * the offset moves, so each may come again after a crash, and none is missing. While the log is away nothing moves.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Broker, TopicError } from '@muster/broker/broker'
import { openLanes } from '@muster/broker/lanes'
import { commandTopics, deadLettersTopic, resultsTopic, topics } from '@muster/contracts/integration/topics'
import type { Check } from '@muster/http/health'
import { spanHandler, type HandlingOptions } from './span.ts'

export interface CommandConsumerOptions extends HandlingOptions {
  readonly broker: Broker
}

export interface CommandConsumer {
  /** Why the last try failed; undefined while all is well. */
  readonly trouble: () => string | undefined
  /** How it shows in `/readyz`. */
  readonly check: () => Check
  /** Lets the spans under way end, for a moment, and leaves the group; whatever was not finished comes again. */
  readonly stop: () => Promise<void>
}

const GROUP = 'muster-intake'
const SPAN = 500
const DRAIN_MS = 5_000

/** Creates the topics that are missing. Left: one sentence that says what is wrong and what to do. */
export const openCommandConsumer = async (options: CommandConsumerOptions): Promise<E.Either<string, CommandConsumer>> => {
  const { broker } = options
  const ensured = await broker.ensureTopics(topics)
  if (E.isLeft(ensured)) return E.left(adviceOn(ensured.left))
  const results = openLanes(broker, resultsTopic.name)
  const deadLetters = openLanes(broker, deadLettersTopic.name)
  const consumer = await broker.consume({
    group: GROUP,
    topics: Object.values(commandTopics).map(({ name }) => name),
    spanSize: SPAN,
    handle: spanHandler({ ...options, results, deadLetters }),
  })
  const { trouble } = consumer
  return E.right({
    trouble,
    check: () => {
      const detail = trouble()
      return { name: 'commands', ok: detail === undefined, ...(detail === undefined ? {} : { detail }) }
    },
    stop: async () => {
      const stopped = consumer.stop()
      const patience = new AbortController()
      await Promise.race([stopped, sleep(DRAIN_MS, undefined, { signal: patience.signal }).catch(() => undefined)])
      patience.abort()
      // A broker that does not answer would keep the last send for ever.
      await Promise.all([results.close(), deadLetters.close()])
      await stopped
    },
  })
}

const adviceOn = (error: TopicError): string =>
  error._tag === 'TopicDiffers'
    ? `The topic ${error.topic} has ${error.found} partitions where ${error.declared} are declared. Partitions are never changed: use a broker of its own, or move to new topics.`
    : `Kafka cannot be used (${error.reason}). Check that it runs and that KAFKA_BROKERS names it.`
