/** How the double answers reads and subscriptions: ranges, directions, filters, checkpoints, catching up and going on live. */
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerLog, StoredEvent } from './log.ts'
import { caughtUp, checkpoint, confirmation, eventMessage, streamNotFound, streamOf } from './messages.ts'

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>

/** Sends unless the caller has gone; waits while the caller does not keep up. Answers whether to go on. */
export type Send = (message: ReadResp) => Promise<boolean>

interface Filter {
  readonly matches: (event: StoredEvent) => boolean
  /** A checkpoint is sent after so many events have been looked at. */
  readonly interval: number
}

const DEFAULT_WINDOW = 32

const filterOf = (options: ReadReq.Options): Filter | undefined => {
  const filter = options.getFilter()
  const expression = filter?.getEventType() ?? filter?.getStreamIdentifier()
  if (!filter || !expression) return undefined
  const subject = filter.hasEventType() ? (event: StoredEvent) => event.type : (event: StoredEvent) => event.stream
  const pattern = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex())
  const prefixes = expression.getPrefixList()
  return {
    matches: (event) => (pattern ? pattern.test(subject(event)) : prefixes.some((prefix) => subject(event).startsWith(prefix))),
    interval: (filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW) * filter.getCheckpointintervalmultiplier(),
  }
}

const isBackwards = (options: ReadReq.Options): boolean =>
  options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS

export const subjectOf = (request: ReadReq): { readonly stream: string; readonly subscription: boolean } => {
  const options = request.getOptions()
  const stream = options?.getStream()
  return {
    stream: stream ? streamOf(stream.getStreamIdentifier()) : '$all',
    subscription: options?.hasSubscription() ?? false,
  }
}

/** Positions must be ones that the server gave: between two records there is nothing to read. */
const checked = (log: ServerLog, position: number): number => {
  const index = log.indexFrom(position)
  if (log.all[index]?.position !== position) throw new RangeError(`no record begins at ${position}`)
  return index
}

export const answerRead = async (log: ServerLog, options: ReadReq.Options, send: Send): Promise<void> => {
  const stream = options.getStream()
  const backwards = isBackwards(options)
  const events = stream ? log.stream(streamOf(stream.getStreamIdentifier())) : log.all
  if (stream && events.length === 0) {
    await send(streamNotFound(streamOf(stream.getStreamIdentifier())))
    return
  }
  const all = options.getAll()
  let index = backwards ? events.length - 1 : 0
  if (stream?.hasRevision()) index = Number(stream.getRevision())
  // Backwards a position is exclusive, forwards it is included.
  if (all?.hasPosition()) index = checked(log, Number(all.getPosition()?.getCommitPosition())) - (backwards ? 1 : 0)
  const step = backwards ? -1 : 1
  for (let left = Number(options.getCount()); left > 0; left -= 1, index += step) {
    const event = events[index]
    if (!event || !(await send(eventMessage(event)))) return
  }
}

/** Catch-up subscriptions to `$all`; a position is exclusive. */
export const answerSubscription = async (log: ServerLog, options: ReadReq.Options, send: Send, call: ReadCall): Promise<void> => {
  const position = options.getAll()?.getPosition()
  const filter = filterOf(options)
  let next = position ? checked(log, Number(position.getCommitPosition())) + 1 : 0
  let considered = 0
  let live = false
  let going = await send(confirmation('subscription of the double'))
  while (going && !call.cancelled) {
    const event = log.all[next]
    if (event) {
      next += 1
      if (!filter || filter.matches(event)) going = await send(eventMessage(event))
      considered += 1
      if (going && filter && considered % filter.interval === 0) going = await send(checkpoint(event.position))
    } else {
      if (!live) going = await send(caughtUp())
      live = true
      if (going) await growth(log, next, call)
    }
  }
}

const growth = (log: ServerLog, length: number, call: ReadCall): Promise<void> =>
  new Promise((resolve) => {
    if (log.all.length > length || call.cancelled) return resolve()
    const wake = () => {
      stop()
      call.off('cancelled', wake)
      resolve()
    }
    const stop = log.onGrowth(wake)
    call.on('cancelled', wake)
  })

const ENDS_OF_WAITING = ['drain', 'cancelled', 'close']

/** Resolves once the caller has taken what was written, or has gone. */
export const drained = (call: ReadCall): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      for (const event of ENDS_OF_WAITING) call.off(event, go)
      resolve()
    }
    for (const event of ENDS_OF_WAITING) call.on(event, go)
  })
