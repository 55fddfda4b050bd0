/**
 * What the adapter costs over the bare client, against the same protocol double in a process of its own, turn by turn in the same
 * run. A double is no EventStoreDB: the figures speak of the adapter's share, not of a server's speed.
 */
import { EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client'
import * as E from 'fp-ts/lib/Either.js'
import { bounded } from '@muster/event-store-esdb/bounded'
import { openEsdbEventStore } from '@muster/event-store-esdb/store'
import type { Append, EventStore } from '@muster/event-store/event-store'
import { median, rateFigure, type Figure } from '../figure.ts'
import { syntheticEvent } from '../store/synthetic.ts'
import { startDoubleProcess } from './double-process.ts'

export interface EsdbFigureOptions {
  /** Appends of one event, and events read back, in each turn. */
  readonly events: number
  readonly turns: number
}

const CALLERS = 64
const AIM = 0.7
/** Looked at by nobody without TLS; given so that the bare client takes the call with a deadline, too. */
const NOBODY = { username: 'nobody', password: 'nothing' }

const secondsOf = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}

const numbers = (from: number, count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => from + index)

const bareAppends = (client: EventStoreDBClient, from: number, count: number) => async (): Promise<void> => {
  await bounded(numbers(from, count), CALLERS, async (n) => {
    const { id, type, data, metadata } = syntheticEvent(n)
    const event = jsonEvent({ id, type, data: { ...Object(data) }, metadata: { ...metadata } })
    await client.appendToStream(`bare/pledge-${n}`, event, { expectedRevision: NO_STREAM, credentials: NOBODY })
  })
}

const ownAppends = (store: EventStore, from: number, count: number, receipts: boolean) => async (): Promise<void> => {
  await bounded(numbers(from, count), CALLERS, async (n) => {
    const event = syntheticEvent(n)
    const append: Append = { stream: `pledge-${n}`, expected: { _tag: 'NoStream' }, events: [event] }
    const receipt = { key: `key-${n}`, fingerprint: 'print', response: { _tag: 'Answered', eventIds: [event.id] } }
    const answer = await store.append(receipts ? { ...append, receipts: [receipt] } : append)()
    if (E.isLeft(answer)) throw new Error(`an append failed: ${answer.left._tag}`)
  })
}

/** The adapter's own events, as fast as the client hands them over. */
const bareRead = (client: EventStoreDBClient, count: number) => async (): Promise<void> => {
  const subscription = client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: ['muster/'] }) })
  let seen = 0
  for await (const { event } of subscription) {
    seen += event ? 1 : 0
    if (seen >= count) break
  }
  await subscription.unsubscribe()
}

const ownRead = (store: EventStore) => async (): Promise<void> => {
  let seen = 0
  for await (const { events } of store.readAll('start', { pageSize: 1_000, follow: false })) seen += events.length
  if (seen === 0) throw new Error('nothing was read')
}

/** Appends and catching up, beside the bare client; and what a receipt adds to an append. */
export const esdbFigures = async ({ events, turns }: EsdbFigureOptions): Promise<ReadonlyArray<Figure>> => {
  const double = await startDoubleProcess()
  const client = EventStoreDBClient.connectionString(double.connectionString)
  const opened = await openEsdbEventStore({ connectionString: double.connectionString })()
  if (E.isLeft(opened)) throw new Error(opened.left.message)
  const store = opened.right
  const rates = {
    bare: [] as number[],
    own: [] as number[],
    withReceipts: [] as number[],
    bareRead: [] as number[],
    ownRead: [] as number[],
  }
  try {
    let next = 0
    const appendRate = async (appends: (from: number, count: number) => () => Promise<void>): Promise<number> => {
      const seconds = await secondsOf(appends(next, events))
      next += events
      return events / seconds
    }
    // The first turn warms both sides up and is not counted.
    for (let turn = 0; turn <= turns; turn += 1) {
      const bare = await appendRate((from, count) => bareAppends(client, from, count))
      const own = await appendRate((from, count) => ownAppends(store, from, count, false))
      const withReceipts = await appendRate((from, count) => ownAppends(store, from, count, true))
      const there = events * 2 * (turn + 1)
      const bareReading = there / (await secondsOf(bareRead(client, there)))
      const ownReading = there / (await secondsOf(ownRead(store)))
      if (turn === 0) continue
      rates.bare.push(bare)
      rates.own.push(own)
      rates.withReceipts.push(withReceipts)
      rates.bareRead.push(bareReading)
      rates.ownRead.push(ownReading)
    }
  } finally {
    await store.close()
    await client.dispose()
    await double.stop()
  }
  const bare = { name: 'bare client, unary appends', value: median(rates.bare) }
  const bareReading = { name: 'bare client, filtered subscription', value: median(rates.bareRead) }
  return [
    rateFigure(`append, ${CALLERS} callers (protocol double)`, median(rates.own), 'events/s', bare, AIM),
    rateFigure(`append with a receipt, ${CALLERS} callers (protocol double)`, median(rates.withReceipts), 'events/s', bare, null),
    rateFigure('catch up, pages of 1,000 (protocol double)', median(rates.ownRead), 'events/s', bareReading, AIM),
  ]
}
