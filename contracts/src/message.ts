/** How maps of schemas become unions: `{ PledgeSubmitted: schema }` → `{ type: 'PledgeSubmitted' } & payload`. */
import type { z } from 'zod'

export type SchemaMap = Readonly<Record<string, z.ZodType<object>>>

export type MessageOf<M extends SchemaMap> = {
  readonly [K in keyof M & string]: { readonly type: K } & Readonly<z.output<M[K]>>
}[keyof M & string]

/** One member of a union of messages, by its type. */
export type Of<M extends { readonly type: string }, T extends M['type']> = Extract<M, { readonly type: T }>

/** What a message says, without its name. */
export const payloadOf = <M extends { readonly type: string }>(message: M): Omit<M, 'type'> => {
  const { type: _, ...payload } = message
  return payload
}
