/**
 * Server-sent events: `id` is the position of the log, so that a reader resumes with `Last-Event-ID` where it left off. A
 * heartbeat keeps proxies from closing a quiet stream. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { once } from 'node:events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export interface ServerSentEvent {
  /** Position of the log. */
  readonly id: number
  /** Absent: only the position moves on. */
  readonly event?: { readonly type: string; readonly data: unknown }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Ends every open stream; fastify waits for them when it closes. */
    openStreams: Set<AbortController>
  }
}

export const openStreamsOf = (app: FastifyInstance): void => {
  const streams = new Set<AbortController>()
  app.decorate('openStreams', streams)
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort()
  })
}

const text = ({ id, event }: ServerSentEvent): string =>
  event === undefined ? `id: ${id}\n\n` : `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`

const HEARTBEAT_MS = 15_000

/** `events` is asked to end through the signal: the reader went away, or the server is closing. */
export const streamEvents = async (
  request: FastifyRequest,
  reply: FastifyReply,
  events: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>,
  heartbeatMs: number = HEARTBEAT_MS,
): Promise<void> => {
  const controller = new AbortController()
  const { openStreams } = request.server
  openStreams.add(controller)
  reply.hijack()
  const response = reply.raw
  response.once('close', () => controller.abort())
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  })
  response.write('retry: 2000\n\n')
  const beat = async (): Promise<void> => {
    // A stream ends with the token it was opened with; the reader comes back with a new one.
    if (await request.server.stillAuthentic(request)) response.write(': still here\n\n')
    else controller.abort()
  }
  const heartbeat = setInterval(() => void beat(), heartbeatMs)
  try {
    for await (const event of events(controller.signal)) {
      // A reader that is slower than the log holds the log's reader back, not our memory.
      if (!response.write(text(event))) await once(response, 'drain', { signal: controller.signal })
    }
  } catch (error) {
    if (!controller.signal.aborted) request.log.error({ err: error, traceId: request.id }, 'stream of changes broke off')
  } finally {
    clearInterval(heartbeat)
    openStreams.delete(controller)
    response.end()
  }
}

/** Where a reader wants to go on: `Last-Event-ID`, when it is a position. */
export const lastEventId = (request: FastifyRequest): number | undefined => {
  const header = request.headers['last-event-id']
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
