/**
 * From stored bytes to the events of today. Total on encode; on decode an event of an unknown type is *unknown*, not an
 * error (a newer writer may be at work), and a known type with a wrong payload is *malformed* and says where.
 */
import type { z } from 'zod'

export type Decoded<E> =
  | { readonly _tag: 'Known'; readonly event: E }
  | { readonly _tag: 'Unknown'; readonly type: string }
  | { readonly _tag: 'Malformed'; readonly type: string; readonly issues: ReadonlyArray<string> }

/** Turns the payload of an older shape into the next newer one; chained until the type has no upcaster left. */
export interface Upcaster {
  readonly from: string
  readonly to: string
  readonly up: (data: unknown) => unknown
}

export interface Codec<E extends { readonly type: string }> {
  readonly decode: (type: string, data: unknown) => Decoded<E>
  readonly encode: (event: E) => { readonly type: string; readonly data: Omit<E, 'type'> }
  readonly types: ReadonlyArray<string>
}
