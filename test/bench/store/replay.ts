/**
 * Replay of a long log with a fold, from the store as a reader sees it (paged, decoded, in order), against bare JSON.parse of
 * the same bytes held in memory. Memory must not grow with the length of the log.
 */
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { codecOf } from '@muster/codec/codec'
import type { RecordedEvent } from '@muster/event-store/event'
import type { Append, EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { median, rateFigure, type Figure } from '../figure.ts'
import { syntheticEvent } from './synthetic.ts'

const EVENTS_PER_STREAM = 5
const APPENDS_AT_ONCE = 2_000
const PAGE = 2_000
const AIM = 0.6
const MEMORY_AIM_MB = 256

const opened = async (path: string): Promise<EventStore> => {
  const store = await openSqliteEventStore({ path })()
  if (E.isLeft(store)) throw new Error(store.left.message)
  return store.right
}

const fill = async (store: EventStore, events: number): Promise<void> => {
  for (let first = 0; first < events; first += APPENDS_AT_ONCE * EVENTS_PER_STREAM) {
    const appends: Append[] = []
    const end = Math.min(events, first + APPENDS_AT_ONCE * EVENTS_PER_STREAM)
    for (let n = first; n < end; n += EVENTS_PER_STREAM) {
      const rest = Array.from({ length: Math.min(EVENTS_PER_STREAM, end - n) - 1 }, (_, index) => syntheticEvent(n + 1 + index))
      appends.push({ stream: `pledge-P-${n}`, expected: { _tag: 'NoStream' }, events: [syntheticEvent(n), ...rest] })
    }
    const refused = (await store.appendAll(appends)).find(E.isLeft)
    if (refused) throw new Error(`the log could not be filled: ${refused.left._tag}`)
  }
}

/** What is offered by whom, as a read model would count it. */
interface Totals {
  events: number
  readonly units: Map<string, number>
}

const add = (totals: Totals, contributor: string, quantity: number): void => {
  totals.events += 1
  totals.units.set(contributor, (totals.units.get(contributor) ?? 0) + quantity)
}

const isOffer = (data: unknown): data is { readonly contributor: string; readonly quantity: number } =>
  typeof data === 'object' && data !== null && 'contributor' in data && 'quantity' in data

const foldRecorded = (totals: Totals, { data }: RecordedEvent): void => {
  if (isOffer(data)) add(totals, data.contributor, data.quantity)
}

/** Checks every payload, as projections do. */
const codec = codecOf({
  PledgeSubmitted: z.object({
    pledge: z.string(),
    contributor: z.string().regex(/^[A-Z][A-Z0-9]{1,15}$/),
    ownReference: z.string().min(1).max(200),
    capability: z.string().regex(/^[A-Z][A-Z0-9-]{0,23}$/),
    quantity: z.int().min(1),
    unitSize: z.int().min(1),
    divisible: z.boolean(),
    from: z.iso.date(),
    to: z.iso.date(),
    noticeDays: z.int().min(0),
    readiness: z.int().min(1).max(4),
    languages: z.array(z.string()),
    persons: z.int().min(0),
    classification: z.enum(['unclassified', 'confidential']),
  }),
})

const foldDecoded = (totals: Totals, { type, data }: RecordedEvent): void => {
  const decoded = codec.decode(type, data)
  if (decoded._tag === 'Known') add(totals, decoded.event.contributor, decoded.event.quantity)
}

interface Replay {
  readonly eventsPerSecond: number
  readonly totals: Totals
  readonly peakMb: number
}

const megabytes = (): number => {
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 / 1024
}

const replay = async (store: EventStore, fold: (totals: Totals, event: RecordedEvent) => void): Promise<Replay> => {
  const totals: Totals = { events: 0, units: new Map() }
  let peakMb = 0
  const started = performance.now()
  for await (const page of store.readAll('start', { pageSize: PAGE, follow: false })) {
    for (const event of page.events) fold(totals, event)
    peakMb = Math.max(peakMb, megabytes())
  }
  return { eventsPerSecond: (totals.events / (performance.now() - started)) * 1000, totals, peakMb }
}

/** Only JSON.parse, on rows that are in memory already; in portions, so that holding them does not weigh on the reference. */
const bareParse = (path: string): number => {
  const db = new Database(path, { readonly: true })
  const rows = db.prepare<[number, number]>('SELECT body FROM events WHERE position > ? ORDER BY position LIMIT ?').pluck()
  let parsed = 0
  let busy = 0
  for (;;) {
    const portion = rows.all(parsed, PAGE).filter((row) => typeof row === 'string')
    if (portion.length === 0) break
    const started = performance.now()
    for (const row of portion) JSON.parse(row)
    busy += performance.now() - started
    parsed += portion.length
  }
  db.close()
  return (parsed / busy) * 1000
}

export interface ReplayBenchOptions {
  readonly folder: string
  readonly events: number
  /** Reference and replay take turns so often. */
  readonly rounds: number
}

export const replayFigures = async ({ folder, events, rounds }: ReplayBenchOptions): Promise<ReadonlyArray<Figure>> => {
  const path = `${folder}/replay.db`
  const store = await opened(path)
  await fill(store, events)
  const bare: number[] = []
  const folded: number[] = []
  const decoded: number[] = []
  let peakMb = 0
  for (let round = 0; round <= rounds; round += 1) {
    const reference = bareParse(path)
    const recorded = await replay(store, foldRecorded)
    const checked = await replay(store, foldDecoded)
    for (const { totals } of [recorded, checked]) {
      if (totals.events !== events) throw new Error(`${totals.events} events folded, ${events} written`)
    }
    peakMb = Math.max(peakMb, recorded.peakMb, checked.peakMb)
    // The first round warms up and is not counted.
    if (round === 0) continue
    bare.push(reference)
    folded.push(recorded.eventsPerSecond)
    decoded.push(checked.eventsPerSecond)
  }
  await store.close()
  const reference = { name: 'bare JSON.parse of the same rows', value: median(bare) }
  const length = events.toLocaleString('en')
  return [
    rateFigure(`replay of ${length} events with a fold`, median(folded), 'events/s', reference, AIM),
    rateFigure(`replay of ${length} events, every payload checked by its schema`, median(decoded), 'events/s', reference, null),
    {
      name: `replay of ${length} events, most memory in use`,
      value: peakMb,
      unit: 'MB',
      reference: null,
      ratio: null,
      aim: MEMORY_AIM_MB,
      met: peakMb <= MEMORY_AIM_MB,
    },
  ]
}
