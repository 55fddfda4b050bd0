/** Words the tests of commands over Kafka are written in: two synthetic nations, senders with real tokens, what came back. */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker, Message, OutgoingMessage } from '@muster/broker/broker'
import { reader, sendAll } from '@muster/broker/testing'
import { BatchAnswer } from '@muster/contracts/answers'
import { commandTopics, deadLettersTopic, resultsTopic, topics, type AggregateKind } from '@muster/contracts/integration/topics'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { TEST_SECRET } from '@muster/http/testing'
import { tokensWith, type TokenRequest, type Tokens } from '@muster/http/tokens'
import type { Clock } from '@muster/kernel/time'
import { openCommandConsumer, type CommandConsumer, type CommandConsumerOptions } from './consumer.ts'

export const clock: Clock = () => '2027-01-10T12:00:00.000Z'
export const tokens: Tokens = tokensWith(TEST_SECRET, clock)

export const tokenOf = async (request: TokenRequest): Promise<string> => {
  const token = await tokens.issue(request)
  if (E.isLeft(token)) throw new Error(token.left._tag)
  return token.right
}
export const NEPAL = await tokenOf({ role: 'nation', contributor: 'NPL' })
export const RWANDA = await tokenOf({ role: 'nation', contributor: 'RWA' })
export const OFFICER = await tokenOf({ role: 'officer' })

/** A message to one topic. */
export interface Posted extends OutgoingMessage {
  readonly topic: string
}

interface Given {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly token: string
  readonly kind?: AggregateKind
  readonly key: string
}

export const command = ({ id, type, data, token, kind = 'pledge', key }: Given): Posted => ({
  topic: commandTopics[kind].name,
  key,
  value: Buffer.from(JSON.stringify({ id, type, data })),
  headers: { ce_id: id, authorization: `Bearer ${token}` },
})

export const submit = (pledge: string, token: string, over: Readonly<Record<string, unknown>> = {}): Posted =>
  command({
    id: `submit ${pledge}`,
    type: 'SubmitPledge',
    key: pledge,
    token,
    data: {
      pledge,
      contributor: pledge.slice(0, 3),
      ownReference: pledge,
      capability: 'INF-BN',
      quantity: 2,
      from: '2027-03-01',
      to: '2028-03-01',
      classification: 'confidential',
      ...over,
    },
  })

export const amend = (pledge: string, quantity: number, token: string): Posted =>
  command({ id: `amend ${pledge} ${quantity}`, type: 'AmendPledge', key: pledge, token, data: { pledge, quantity } })

/** What the commands refer to: two states and a capability. */
export const ground = async (handler: Pick<CommandHandler, 'handle'>): Promise<void> => {
  const results = await handler.handle(
    [
      { type: 'RegisterContributor', data: { contributor: 'NPL', kind: 'state', name: 'Nepal' } },
      { type: 'RegisterContributor', data: { contributor: 'RWA', kind: 'state', name: 'Rwanda' } },
      {
        type: 'DefineCapability',
        data: {
          capability: 'INF-BN',
          name: 'Infantry battalion',
          category: 'infantry',
          dimension: 'personnel',
          measure: 'standing',
          unit: 'unit',
          divisible: false,
          source: 'synthetic',
        },
      },
    ].map((message, index) => ({ key: `ground-${index}`, actor: { role: 'officer' }, message, correlationId: 'ground' })),
  )
  for (const result of results) if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
}

export const quiet: CommandConsumerOptions['logger'] = { warn: () => undefined }

export const opened = async (
  options: Pick<CommandConsumerOptions, 'broker' | 'handler'> & Partial<CommandConsumerOptions>,
): Promise<CommandConsumer> => {
  const consumer = await openCommandConsumer({ tokens, logger: quiet, ...options })
  if (E.isLeft(consumer)) throw new Error(consumer.left)
  return consumer.right
}

export interface Post {
  /** In this order, as far as they share a key. */
  readonly send: (...messages: ReadonlyArray<Posted>) => Promise<void>
  readonly results: ReadonlyArray<Message>
  readonly deadLetters: ReadonlyArray<Message>
  /** Every answer to a command so far, in the order in which they came. */
  readonly answersTo: (id: string) => ReadonlyArray<BatchAnswer>
  readonly close: () => Promise<void>
}

let posts = 0
/** A sender who also reads every result and every dead letter. */
export const openPost = async (broker: Broker): Promise<Post> => {
  posts += 1
  const ensured = await broker.ensureTopics(topics)
  if (E.isLeft(ensured)) throw new Error(JSON.stringify(ensured.left))
  const group = (topic: string): string => `post-${process.pid}-${posts}-${topic}`
  const [results, dead] = await Promise.all(
    [resultsTopic.name, deadLettersTopic.name].map((topic) => reader(broker, { group: group(topic), topics: [topic] })),
  )
  if (results === undefined || dead === undefined) throw new Error('no readers')
  const producer = broker.producer()
  return {
    send: async (...messages) => {
      for (const [topic, posted] of Map.groupBy(messages, (message) => message.topic)) await sendAll(producer, topic, posted)
    },
    results: results.seen,
    deadLetters: dead.seen,
    answersTo: (id) =>
      results.seen
        .filter(({ headers }) => headers['ce_id'] === id)
        .map(({ value }) => BatchAnswer.parse(JSON.parse(Buffer.from(value).toString()))),
    close: async () => {
      await Promise.all([results.consumer.stop(), dead.consumer.stop(), producer.close()])
    },
  }
}

/** The log as `stream revision type`, with what an event says of quantities. */
export const eventsOf = async (store: EventStore, prefix = 'pledge-'): Promise<ReadonlyArray<RecordedEvent>> => {
  const found: RecordedEvent[] = []
  for await (const page of store.readAll('start', { pageSize: 1_000, follow: false })) {
    found.push(...page.events.filter(({ stream }) => stream.startsWith(prefix)))
  }
  return found
}
