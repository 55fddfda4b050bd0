/**
 * Logs carry ids, classifications and figures of the machinery, never what records say. The list below is the whole of what
 * can appear: whatever else is handed to the logger is dropped, so that a careless call cannot leak.
 */
import pino, { type Bindings, type ChildLoggerOptions, type DestinationStream, type LogFn, type Logger } from 'pino'

const ALLOWED = new Set([
  'service',
  'reqId',
  'traceId',
  'correlationId',
  'causationId',
  'commandId',
  'eventId',
  'stream',
  'position',
  'revision',
  'type',
  'role',
  'classification',
  'outcome',
  'code',
  'method',
  'route',
  'status',
  'ms',
  'count',
  'subscription',
  'topic',
  'partition',
  'offset',
  'lag',
  'attempt',
  'signal',
  'address',
  'port',
  'path',
  'err',
])

const scalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

/** What remains of an object that somebody logs. */
export const allowed = (object: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key, value]) => ALLOWED.has(key) && (key === 'err' || scalar(value))))

/** An error's kind, code and frames; its message may quote a payload. */
export const errorShape = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { kind: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    kind: error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    frames: frames.map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: errorShape(error.cause) }),
  }
}

export type { Logger }

export interface LogOptions {
  readonly service: string
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Standard error unless given: standard output belongs to answers. */
  readonly destination?: DestinationStream
}

/** A call without a text would take its text from the error's message. */
const withText = (args: Parameters<LogFn>): Parameters<LogFn> => {
  const [object, text, ...rest] = args
  if (typeof object === 'string') return args
  return [object instanceof Error ? { err: object } : object, text ?? 'event', ...rest]
}

export const createLogger = ({ service, level = 'info', destination = pino.destination(2) }: LogOptions): Logger => {
  const root = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowed, bindings: allowed },
      serializers: { err: errorShape },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withText(args))
        },
      },
    },
    destination,
  )
  // Bindings of a child pass by the formatters, so they are filtered here; grandchildren inherit this from their parent.
  const guarded = root.child({})
  return Object.assign(guarded, {
    child(this: Logger, bindings: Bindings, options: ChildLoggerOptions = {}): Logger {
      return root.child.call<Logger, [Bindings, ChildLoggerOptions], Logger>(this, allowed(bindings), options)
    },
  })
}
