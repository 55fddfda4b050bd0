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

/** Schemas by event type; payloads are stored without the type, which stands beside them. */
export type EventSchemas = Readonly<Record<string, z.ZodType<object>>>
type EventOf<M extends EventSchemas> = {
  readonly [T in keyof M & string]: { readonly type: T } & Readonly<z.output<M[T]>>
}[keyof M & string]

/**
 * A codec of these event types. Upcasters are chained by type name until none is left; the schema of today then checks the payload, so
 * that nothing malformed passes silently into a fold.
 */
export const codecOf = <M extends EventSchemas>(schemas: M, upcasters: ReadonlyArray<Upcaster> = []): Codec<EventOf<M>> => {
  const steps = new Map(upcasters.map((upcaster) => [upcaster.from, upcaster]))
  const isKnown = (type: string): type is keyof M & string => Object.hasOwn(schemas, type)
  return {
    types: Object.keys(schemas),
    encode: ({ type, ...data }) => ({ type, data }),
    decode: (storedType, storedData) => {
      let type = storedType
      let data = storedData
      for (let step = steps.get(type); step !== undefined; step = steps.get(type)) {
        data = step.up(data)
        type = step.to
      }
      const schema = isKnown(type) ? schemas[type] : undefined
      if (schema === undefined) return { _tag: 'Unknown', type: storedType }
      const parsed = schema.safeParse(data)
      // The schema of this type has just accepted the payload; the compiler cannot follow a look-up by a variable key.
      if (parsed.success) return { _tag: 'Known', event: { ...parsed.data, type } as EventOf<M> }
      return {
        _tag: 'Malformed',
        type: storedType,
        issues: parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`),
      }
    },
  }
}
