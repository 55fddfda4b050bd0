/**
 * The public event feed and the live stream of changes: the log itself, cut event by event to what the reader may see. An
 * event is shown by the label its record has now; it is held back until the read models know that label.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { streamKind, type RecordedEvent } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { problem, sendProblem, type Problem } from '@muster/http/problem'
import { lastEventId, streamEvents, type ServerSentEvent } from '@muster/http/sse'
import { labelsOf } from '@muster/read-models/queries/labels'
import { view } from '@muster/sovereignty/view'
import type { QueryDeps } from '../deps.ts'
import { listRoute, NO_ADDRESS } from '../read-route.ts'
import { readerOf, type Reader } from '../reader.ts'
import { flagEventData } from './finding.ts'

export const FeedItem = z
  .object({
    position: z.int(),
    id: z.string(),
    type: z.string(),
    stream: z.string(),
    revision: z.int(),
    time: z.string(),
    data: z.unknown(),
  })
  .meta({ id: 'FeedItem' })
type FeedItem = z.output<typeof FeedItem>

const itemOf = ({ position, id, type, stream, revision, recordedAt, data }: RecordedEvent): FeedItem => ({
  position,
  id,
  type,
  stream,
  revision,
  time: recordedAt,
  data,
})

/** Those of these events that the reader may see; labels are looked up where not everything is open anyway. */
const visibleOf = async (
  { readModels }: QueryDeps,
  { principal, visibility }: Reader,
  events: ReadonlyArray<RecordedEvent>,
): Promise<ReadonlyArray<FeedItem>> => {
  if (visibility.all) return events.map(itemOf)
  const asOf = await readModels.position()
  const labels = await labelsOf(readModels, { asOf, streams: events.map(({ stream }) => stream) })
  return events.flatMap((event) => {
    const label = labels.get(event.stream)
    if (label === undefined || view(event, label, principal) === undefined) return []
    const item = itemOf(event)
    return [streamKind(event.stream) === 'flag' ? { ...item, data: flagEventData(event.type, event.data) } : item]
  })
}

const PAGE = 500
/** A reader with little clearance may have to be led past many events; after so many the page ends, even if it is empty. */
const SCANNED_AT_MOST = 20_000

const readFeed = async (
  deps: QueryDeps,
  reader: Reader,
  after: number,
  limit: number,
): Promise<{ readonly items: ReadonlyArray<FeedItem>; readonly through: number; readonly more: boolean }> => {
  const until = reader.moment.position
  const items: FeedItem[] = []
  let through = Math.min(after, until)
  if (after >= until) return { items, through: after, more: false }
  const start = after === 0 ? 'start' : settledAt(after)
  const pageSize = Math.min(PAGE, Math.max(limit, 50))
  for await (const page of deps.store.readAll(start, { pageSize, follow: false, until: settledAt(until) })) {
    for (const item of await visibleOf(deps, reader, page.events)) {
      if (items.length === limit) return { items, through: items.at(-1)?.position ?? through, more: true }
      items.push(item)
    }
    through = page.through
    if (through - after >= SCANNED_AT_MOST && through < until) return { items, through, more: true }
  }
  return { items, through: until, more: false }
}

/** Whoever goes on from there would wait for ever, or miss what comes. */
const beyondHead = async ({ store }: QueryDeps, after: number): Promise<Problem | undefined> => {
  if (after === 0) return undefined
  const head = await store.head()
  const detail = `The log has not reached position ${after}; its last is ${head}. Go on after a position that an answer gave.`
  return after > head
    ? problem('invalid-parameter', { detail, violations: [{ pointer: '/after', message: 'not reached yet' }] })
    : undefined
}

const After = z.coerce.number('a position').int('a position').min(0).max(Number.MAX_SAFE_INTEGER)

async function* changes(
  deps: QueryDeps,
  request: FastifyRequest,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  const start = after === 0 ? 'start' : settledAt(after)
  for await (const page of deps.store.readAll(start, { pageSize: PAGE, follow: true, signal })) {
    // A stream may live long: affiliations and labels are looked up anew for every page.
    const reader = await readerWhenKnown(deps, request, page.through, signal)
    if (reader === undefined) return
    const items = await visibleOf(deps, reader, page.events)
    for (const item of items) yield { id: item.position, event: { type: item.type, data: item } }
    if (page.through > (items.at(-1)?.position ?? 0) && page.events.length > 0) yield { id: page.through }
  }
}

const readerWhenKnown = async (
  deps: QueryDeps,
  request: FastifyRequest,
  position: number,
  signal: AbortSignal,
): Promise<Reader | undefined> => {
  while (!signal.aborted) {
    const reader = await readerOf(deps, request.actor, { minPosition: String(position) })
    if (E.isRight(reader)) return reader.right
  }
  return undefined
}

export const feedReads = (app: FastifyInstance, deps: QueryDeps): void => {
  listRoute(app, deps, {
    url: '/v1/events',
    summary: 'The event feed by position; after is exclusive',
    address: NO_ADDRESS,
    filters: z.strictObject({ after: After.default(0) }),
    item: FeedItem,
    beside: { through: z.int().describe('Everything up to here was looked at: go on after this position') },
    read: async (reader, { after }, page) => {
      const beyond = await beyondHead(deps, after)
      if (beyond !== undefined) return E.left(beyond)
      const feed = await readFeed(deps, reader, page.after === undefined ? after : Number(page.after), page.limit)
      return E.right({ items: feed.items, next: feed.more ? String(feed.through) : null, beside: { through: feed.through } })
    },
  })

  app.get(
    '/v1/changes',
    {
      schema: {
        tags: ['feed'],
        summary: 'Changes as they come (server-sent events); resumes after Last-Event-ID or after, else begins now',
        querystring: z.strictObject({ after: After.optional() }),
        response: { 200: { description: 'Feed items', content: { 'text/event-stream': { schema: FeedItem } } } },
      },
    },
    async (request, reply) => {
      const { after } = z.object({ after: After.optional() }).parse(request.query)
      const from = lastEventId(request) ?? after ?? (await deps.store.head())
      const beyond = await beyondHead(deps, from)
      if (beyond !== undefined) return sendProblem(request, reply, beyond)
      await streamEvents(request, reply, (signal) => changes(deps, request, from, signal))
      return reply
    },
  )
}
