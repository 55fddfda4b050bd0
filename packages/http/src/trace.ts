/** A request keeps the trace it comes with, else it begins one. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { parseTraceparent, traceparentOf } from '@muster/kernel/trace-context'

/** 32 hex digits: of the caller's trace, or new ones. It serves as request id, correlation id and trace id of problems. */
export const traceIdOf = (headers: IncomingHttpHeaders): string =>
  parseTraceparent(headers['traceparent'])?.traceId ?? randomUUID().replaceAll('-', '')

/** The caller's `traceparent`, when it is well formed: kept with the events it causes. */
export const callersTrace = (headers: IncomingHttpHeaders): string | undefined => {
  const context = parseTraceparent(headers['traceparent'])
  return context === undefined ? undefined : traceparentOf(context)
}
