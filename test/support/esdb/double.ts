/**
 * A double of EventStoreDB at the level of its protocol: a gRPC server on loopback, on the service definitions inside the
 * client's package, so that the real client can be tested where no server can be installed. It honours what the adapter relies
 * on and can be made to fail in the ways a cluster fails (`faults`). It keeps no disk, no users and no projections.
 */
import grpc from '@grpc/grpc-js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendReq, AppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFaults, type Fault, type Faults } from './faults.ts'
import { createLog, type ProposedEvent, type ServerLog } from './log.ts'
import { appendAnswer, expectationOf, proposedEvent, streamOf, withoutPosition } from './messages.ts'
import { answerRead, answerSubscription, drained, subjectOf, type ReadCall, type Send } from './reading.ts'

export interface Double {
  readonly host: string
  readonly port: number
  /** For the client: `esdb://127.0.0.1:…?tls=false`. */
  readonly connectionString: string
  readonly log: ServerLog
  readonly faults: Faults
  /** Calls of any kind under way at this moment. */
  readonly openCalls: () => number
  /** Messages with an event that were handed to the transport so far. */
  readonly eventsSent: () => number
  /** The methods called so far: `Append`, `Read`, `Subscribe`. */
  readonly calls: ReadonlyArray<string>
  /** Ends every call and refuses new ones; the log stays. */
  readonly stop: () => Promise<void>
  /** Comes back on the same port with the same log. */
  readonly start: () => Promise<void>
}

export interface DoubleOptions {
  /** Several nodes may share a log. */
  readonly log?: ServerLog
  /** A free one unless given. */
  readonly port?: number
}

const HOST = '127.0.0.1'

const statusOf = (fault: Fault): Partial<grpc.StatusObject> => {
  if (fault._tag !== 'NotLeader') return { code: grpc.status.UNAVAILABLE, details: 'Server Is Not Ready' }
  const metadata = new grpc.Metadata()
  metadata.set('exception', 'not-leader')
  metadata.set('leader-endpoint-host', fault.host)
  metadata.set('leader-endpoint-port', String(fault.port))
  return { code: grpc.status.NOT_FOUND, details: 'Leader info available', metadata }
}

/** How many events a read hands over before it meets with its fault. */
const eventsBefore = (fault: Fault | undefined): number => {
  switch (fault?._tag) {
    case 'Unavailable':
    case 'Silent':
    case 'HalfClosed':
      return fault.afterEvents ?? 0
    default:
      return Infinity
  }
}

export const startDouble = async ({ log = createLog(), port: wanted = 0 }: DoubleOptions = {}): Promise<Double> => {
  const faults = createFaults()
  const calls: string[] = []
  const open = new Set<object>()
  let sent = 0
  let port = wanted
  let server: grpc.Server | undefined

  const append: grpc.handleClientStreamingCall<AppendReq, AppendResp> = (call, answer) => {
    calls.push('Append')
    open.add(call)
    let options: AppendReq.Options | undefined
    const events: ProposedEvent[] = []
    const finish: typeof answer = (...outcome) => {
      open.delete(call)
      answer(...outcome)
    }
    call.on('cancelled', () => open.delete(call))
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions()
      const message = request.getProposedMessage()
      if (message) events.push(proposedEvent(message))
    })
    call.on('end', () => void conclude())
    const conclude = async (): Promise<void> => {
      if (!options) return finish({ code: grpc.status.INVALID_ARGUMENT, details: 'no options' })
      const stream = streamOf(options.getStreamIdentifier())
      const expected = expectationOf(options)
      const fault = faults.meet({ _tag: 'Append', stream })
      const write = () => appendAnswer(log.append(stream, expected, events), expected)
      switch (fault?._tag) {
        case undefined:
          return finish(null, write())
        case 'Placeless':
          return finish(null, withoutPosition(write()))
        case 'NotLeader':
          return finish(statusOf(fault))
        case 'Late': {
          const early = fault.written ? write() : undefined
          await fault.until
          const late = early ?? write()
          return call.cancelled ? undefined : finish(null, late)
        }
        case 'Silent':
          if (fault.written) write()
          return undefined
        case 'Unavailable':
        case 'HalfClosed':
          if (fault._tag === 'Unavailable' && fault.written) write()
          return finish(statusOf(fault))
      }
    }
  }

  const read = (call: ReadCall): void => {
    const subject = subjectOf(call.request)
    calls.push(subject.subscription ? 'Subscribe' : 'Read')
    open.add(call)
    call.on('cancelled', () => open.delete(call))
    void answering(call, faults.meet({ _tag: 'Read', ...subject }))
  }

  const answering = async (call: ReadCall, fault: Fault | undefined): Promise<void> => {
    const options = call.request.getOptions()
    const fail = (status: Partial<grpc.StatusObject>): void => {
      open.delete(call)
      call.emit('error', status)
    }
    if (!options) return fail({ code: grpc.status.INVALID_ARGUMENT, details: 'no options' })
    if (fault?._tag === 'NotLeader') return fail(statusOf(fault))
    if (fault?._tag === 'Late') await fault.until
    const limit = eventsBefore(fault)
    let events = 0
    const send: Send = async (message: ReadResp) => {
      if (call.cancelled || (message.hasEvent() && events >= limit)) return false
      if (message.hasEvent()) {
        events += 1
        sent += 1
      }
      if (!call.write(message)) await drained(call)
      return !call.cancelled
    }
    try {
      if (options.hasSubscription()) await answerSubscription(log, options, send, call)
      else await answerRead(log, options, send)
    } catch (error) {
      return fail({ code: grpc.status.INVALID_ARGUMENT, details: String(error) })
    }
    if (call.cancelled || fault?._tag === 'Silent') return
    if (fault?._tag === 'Unavailable') return fail(statusOf(fault))
    open.delete(call)
    call.end()
  }

  const unimplemented = (_: unknown, answer: (status: Partial<grpc.StatusObject>) => void): void =>
    answer({ code: grpc.status.UNIMPLEMENTED, details: 'not part of the double' })

  const start = async (): Promise<void> => {
    server = new grpc.Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 })
    server.addService(streamsGrpc.StreamsService, {
      append,
      read,
      delete: unimplemented,
      tombstone: unimplemented,
      batchAppend: (call: grpc.ServerDuplexStream<unknown, unknown>) =>
        call.emit('error', { code: grpc.status.UNIMPLEMENTED, details: 'not part of the double' }),
    })
    port = await bound(server, port)
  }

  await start()
  return {
    host: HOST,
    port,
    connectionString: `esdb://${HOST}:${port}?tls=false`,
    log,
    faults,
    calls,
    openCalls: () => open.size,
    eventsSent: () => sent,
    stop: async () => {
      server?.forceShutdown()
      server = undefined
      open.clear()
    },
    start,
  }
}

/** After a stop the system may hold the port for a moment. */
const bound = async (server: grpc.Server, port: number): Promise<number> => {
  const credentials = grpc.ServerCredentials.createInsecure()
  for (let tries = 1; ; tries += 1) {
    const { promise, resolve } = Promise.withResolvers<number | Error>()
    server.bindAsync(`${HOST}:${port}`, credentials, (error, taken) => resolve(error ?? taken))
    const answer = await promise
    if (typeof answer === 'number') return answer
    if (tries === 50) throw answer
    await sleep(20)
  }
}
