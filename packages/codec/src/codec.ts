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
 * that nothing malformed passes silently into a fold. Throws when two upcasters begin at one type or when they go in circles.
 */
export const codecOf = <M extends EventSchemas>(schemas: M, upcasters: ReadonlyArray<Upcaster> = []): Codec<EventOf<M>> => {
  const chains = chainsOf(upcasters)
  const isKnown = (type: string): type is keyof M & string => Object.hasOwn(schemas, type)
  // The schema of this very type made the payload; the compiler cannot follow a look-up by a variable key.
  const isMade = (event: object, type: string): event is EventOf<M> => isKnown(type) && Object.hasOwn(event, 'type')

  return {
    types: Object.keys(schemas),
    encode: ({ type, ...data }) => ({ type, data }),
    decode: (storedType, storedData) => {
      const chain = chains.get(storedType)
      const type = chain?.at(-1)?.to ?? storedType
      if (!isKnown(type)) return { _tag: 'Unknown', type: storedType }
      const malformed = (issues: ReadonlyArray<string>): Decoded<EventOf<M>> => ({ _tag: 'Malformed', type: storedType, issues })
      let data = storedData
      try {
        for (const step of chain ?? []) data = step.up(data)
      } catch (error) {
        return malformed([`/: the upcaster failed: ${error instanceof Error ? error.message : String(error)}`])
      }
      const parsed = schemas[type]?.safeParse(data)
      if (!parsed?.success)
        return malformed(parsed?.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`) ?? [])
      const event = { ...parsed.data, type }
      return isMade(event, type) ? { _tag: 'Known', event } : malformed(['/: not an event'])
    },
  }
}

/** For each old type the steps that lead to the type of today. */
const chainsOf = (upcasters: ReadonlyArray<Upcaster>): ReadonlyMap<string, ReadonlyArray<Upcaster>> => {
  const steps = new Map(upcasters.map((upcaster) => [upcaster.from, upcaster]))
  if (steps.size < upcasters.length) throw new TypeError('two upcasters begin at the same event type')
  const chains = new Map<string, ReadonlyArray<Upcaster>>()
  for (const from of steps.keys()) {
    const chain: Upcaster[] = []
    for (let step = steps.get(from); step !== undefined; step = steps.get(step.to)) {
      if (chain.length === steps.size) throw new TypeError(`the upcasters of ${from} go in circles`)
      chain.push(step)
    }
    chains.set(from, chain)
  }
  return chains
}
