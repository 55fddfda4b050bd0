/** Faults built in on purpose, each a mistake that such systems are known for: a run that cannot tell them from the real thing proves nothing. */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker } from '@muster/broker/broker'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { NEXT } from '@muster/subscription/delivery'
import { registerFor } from './harness/checkpoints.ts'
import type { Mutation } from './world/services.ts'

/** Says that everything is written as soon as it is asked for. */
const hastyProducer = (broker: Broker): Broker => ({
  ...broker,
  producer: () => {
    const producer = broker.producer()
    return {
      ...producer,
      send: async (...batch) => {
        void producer.send(...batch)
        return E.right(undefined)
      },
    }
  },
})

/** Stores the offset first and handles afterwards. */
const hastyConsumer = (broker: Broker): Broker => ({
  ...broker,
  consume: (options) =>
    broker.consume({
      ...options,
      handle: async (span, signal) => {
        void options.handle(span, signal)
        return E.right(undefined)
      },
    }),
})

const forgetful = (store: EventStore): EventStore => ({
  ...store,
  appendAll: (appends) => store.appendAll(appends.map((append) => ({ ...append, receipts: [] }))),
  receiptOf: async () => undefined,
  recordReceipts: async () => undefined,
})

/** Writes whatever it has decided, whoever wrote meanwhile. */
const reckless = (store: EventStore): EventStore => ({
  ...store,
  appendAll: (appends) => store.appendAll(appends.map((append) => ({ ...append, expected: { _tag: 'Any' } }))),
})

/** Takes every event that a page holds for all of what comes: the last one of a page with several is passed over. */
const leaky = (store: EventStore): EventStore => ({
  ...store,
  readAll: async function* (after, options) {
    for await (const page of store.readAll(after, options)) {
      yield options.follow && page.events.length > 2 ? { ...page, events: page.events.slice(0, -1) } : page
    }
  },
})

export const mutations: Readonly<Record<string, Mutation>> = {
  'a relay that moves its checkpoint before the broker has written': { relayBroker: hastyProducer },
  'an intake that stores its offset before the effects': { intakeBroker: hastyConsumer },
  'a handler that keeps no receipts': { store: forgetful },
  'a writer that expects nothing of its stream': { store: reckless },
  'a reader that passes over an event': { store: leaky },
  'a keeper that gives every command a new key': {
    give:
      (give, { scheduler }) =>
      (reaction, correlationId) =>
        give({ ...reaction, key: `${reaction.key} ${scheduler.chance.next()}` }, correlationId),
  },
  'a read model whose checkpoint is written apart from its rows': {
    register: (process, register, refuses) => {
      const rows = { position: settledAt(0), rows: register.rows }
      return {
        ...registerFor(process, register, refuses),
        deliver: (delivery) => async () => {
          rows.position = delivery.after
          const written = await registerFor(process, rows, refuses).deliver(delivery)()
          if (E.isLeft(written)) return written
          await process.call({
            port: 'write checkpoint',
            writes: true,
            effect: async () => (register.position = delivery.through),
          })
          return E.right(NEXT)
        },
      }
    },
  },
}
