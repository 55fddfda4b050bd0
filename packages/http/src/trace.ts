/** W3C trace context: a request keeps the trace it comes with, else it begins one. Source: https://www.w3.org/TR/trace-context/ */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

const headerOf = (headers: IncomingHttpHeaders): string | undefined => {
  const header = headers['traceparent']
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined
}

/** The caller's `traceparent`, when it is well formed. */
export const traceparentOf = headerOf

/** 32 hex digits: of the caller's trace, or new ones. */
export const traceIdOf = (headers: IncomingHttpHeaders): string =>
  headerOf(headers)?.slice(3, 35) ?? randomUUID().replaceAll('-', '')
