/**
 * W3C trace context as text: it travels in the HTTP header, in message headers and in stored metadata alike.
 * Source: https://www.w3.org/TR/trace-context/
 */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

export interface TraceContext {
  /** 32 hex digits: the whole journey. */
  readonly traceId: string
  /** 16 hex digits: the step it came from. */
  readonly spanId: string
  readonly flags: string
}

/** Undefined for anything that is not a well-formed `traceparent` of version 00. */
export const parseTraceparent = (header: unknown): TraceContext | undefined => {
  const parts = typeof header === 'string' ? TRACEPARENT.exec(header) : null
  const [, traceId, spanId, flags] = parts ?? []
  return traceId === undefined || spanId === undefined || flags === undefined ? undefined : { traceId, spanId, flags }
}

export const traceparentOf = ({ traceId, spanId, flags }: TraceContext): string => `00-${traceId}-${spanId}-${flags}`
