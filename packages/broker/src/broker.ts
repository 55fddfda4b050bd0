/**
 * The port every message broker implements; `contract.ts` is the suite that every one of them must pass.
 *
 * Delivery is at least once: a producer that is started anew may repeat its last batch, and a consumer that ends before its offset
 * is stored takes its last span again. Whoever reads keeps what it has done by the message's own id.
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Either } from 'fp-ts/lib/Either.js'

export interface TopicDefinition {
  readonly name: string
  /** Never changed afterwards: another number would send a key to another partition and lose its order. */
  readonly partitions: number
  readonly retentionMs: number | 'forever'
  /** True: of each key the last message is kept for ever; without a value it is removed. */
  readonly compacted: boolean
  /** Longest batch that is taken, in bytes. */
  readonly maxMessageBytes: number
}

export type Headers = Readonly<Record<string, string>>

export interface OutgoingMessage {
  /** Messages of one key keep their order. */
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Headers
}

export interface Message {
  readonly topic: string
  readonly partition: number
  /** Place in the partition, from 0; offsets rise, gaps are allowed. */
  readonly offset: number
  /** Empty when the sender gave none. */
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Headers
}

export type SendError =
  /** The broker has looked at the batch and will never take it (too large, malformed); nothing of it was written. */
  | { readonly _tag: 'Rejected'; readonly reason: string }
  /** Closed before the broker answered: the batch may have been written or not. */
  | { readonly _tag: 'Closed' }

/** Sends one batch after the other, each until the broker has written it, rejected it, or the producer is closed. */
export interface Producer {
  readonly partitionOf: (topic: string, key: string) => Promise<number>
  /**
   * Messages of one partition, written in their order and whole or not at all. Calls wait for each other: a batch goes on its
   * way when the one before is settled, because a broker could take another batch for the repetition of a lost one.
   */
  readonly send: (
    topic: string,
    partition: number,
    messages: ReadonlyNonEmptyArray<OutgoingMessage>,
  ) => Promise<Either<SendError, void>>
  readonly close: () => Promise<void>
}

/** Consecutive messages of one partition. */
export interface Span {
  readonly topic: string
  readonly partition: number
  readonly messages: ReadonlyNonEmptyArray<Message>
}

export interface ConsumerOptions {
  /** Members of one group share the partitions; each partition has one reader of a group. */
  readonly group: string
  readonly topics: ReadonlyArray<string>
  /** Most messages in a span. */
  readonly spanSize: number
  /**
   * Right: the effects are durable and the offset may move. Left: why not; the same messages come again after a pause, for ever, and
   * nothing of their partition overtakes them, while other partitions go on. What throws counts as Left. `signal`: the partition has gone to another member, or the
   * consumer stops.
   */
  readonly handle: (span: Span, signal: AbortSignal) => Promise<Either<string, void>>
}

export interface Consumer {
  /** Why the last try failed; undefined while all is well. */
  readonly trouble: () => string | undefined
  /** Resolves when the span under way has ended and the group has been left. */
  readonly stop: () => Promise<void>
}

export type TopicError =
  /** A topic is there with another number of partitions than declared. */
  | { readonly _tag: 'TopicDiffers'; readonly topic: string; readonly declared: number; readonly found: number }
  | { readonly _tag: 'BrokerUnavailable'; readonly reason: string }

export interface Broker {
  /** Creates what is missing, as declared; what is there stays, and retention and sizes are set as declared. */
  readonly ensureTopics: (topics: ReadonlyArray<TopicDefinition>) => Promise<Either<TopicError, void>>
  readonly producer: () => Producer
  /** Begins at the stored offset of the group, at the first message where there is none. */
  readonly consume: (options: ConsumerOptions) => Promise<Consumer>
  /** Does the broker answer at this moment? */
  readonly answers: () => Promise<boolean>
  readonly close: () => Promise<void>
}
