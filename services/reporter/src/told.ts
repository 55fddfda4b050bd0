/** What a message of the events topic says to this report. Pure: bytes in, words out; what is not for us is skipped before anything else. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Message } from '@muster/broker/broker'
import { IntegrationHeaders, integrationSchemas } from '@muster/contracts/integration/events'

/** What a pledge offers: units of the catalogue, or minor units of a currency. */
export interface Offer {
  readonly contributor: string
  readonly capability: string
  readonly currency: string | null
  readonly quantity: number
}

/** Uniformed persons of a contributor in a mission in a month. */
export interface Strength {
  readonly mission: string
  readonly contributor: string
  readonly month: string
  readonly persons: number
}

export type Fact =
  | ({ readonly _tag: 'Offered'; readonly pledge: string } & Offer)
  /** Withdrawn, expired, returned, or not to be told of any more. */
  | { readonly _tag: 'NotOffered'; readonly pledge: string }
  | ({ readonly _tag: 'Present' } & Strength)

/** One event of one record; its key and sequence say whether it has been applied before. */
export interface Told {
  readonly key: string
  readonly sequence: number
  /** Left: a message of a type that we need and cannot read. */
  readonly fact: E.Either<string, Fact>
}

const Envelope = IntegrationHeaders.pick({ ce_type: true, ce_partitionkey: true, ce_sequence: true })
/** Newer versions of the contract may have more headers and more types than we know. */
const Typed = z.object({ ce_type: z.string() })

type Terms = Pick<
  z.output<(typeof integrationSchemas)['muster.pledge.submitted.v1']>,
  'contributor' | 'capability' | 'quantity' | 'amount'
>

const offered = (pledge: string, { contributor, capability, quantity, amount }: Terms): Fact => ({
  _tag: 'Offered',
  pledge,
  contributor,
  capability,
  currency: amount?.currency ?? null,
  quantity: amount === undefined ? (quantity ?? 0) : Number(amount.amount),
})

const persons = ({ men, women }: { readonly men: number; readonly women: number }): number => men + women

/** Reads a value by its schema and says what it means here. */
const reading =
  <S extends z.ZodType>(schema: S, meaning: (data: z.output<S>) => Fact) =>
  (value: unknown): E.Either<string, Fact> => {
    const parsed = schema.safeParse(value)
    return parsed.success ? E.right(meaning(parsed.data)) : E.left(z.prettifyError(parsed.error))
  }

const notOffered = ({ pledge }: { readonly pledge: string }): Fact => ({ _tag: 'NotOffered', pledge })

const READINGS: ReadonlyMap<string, (value: unknown) => E.Either<string, Fact>> = new Map([
  ['muster.pledge.submitted.v1', reading(integrationSchemas['muster.pledge.submitted.v1'], (data) => offered(data.pledge, data))],
  [
    'muster.pledge.amended.v1',
    reading(integrationSchemas['muster.pledge.amended.v1'], ({ pledge, terms }) => offered(pledge, terms)),
  ],
  ['muster.pledge.returned.v1', reading(integrationSchemas['muster.pledge.returned.v1'], notOffered)],
  ['muster.pledge.withdrawn.v1', reading(integrationSchemas['muster.pledge.withdrawn.v1'], notOffered)],
  ['muster.pledge.expired.v1', reading(integrationSchemas['muster.pledge.expired.v1'], notOffered)],
  ['muster.pledge.withheld.v1', reading(integrationSchemas['muster.pledge.withheld.v1'], notOffered)],
  [
    'muster.strength.reported.v1',
    reading(
      integrationSchemas['muster.strength.reported.v1'],
      ({ mission, contributor, month, troops, experts, formedPolice, individualPolice }) => ({
        _tag: 'Present',
        mission,
        contributor,
        month,
        persons: persons(troops) + persons(experts) + persons(formedPolice) + persons(individualPolice),
      }),
    ),
  ],
])

const parseJson = (value: Uint8Array): E.Either<string, unknown> =>
  E.tryCatch(
    (): unknown => JSON.parse(Buffer.from(value).toString()),
    () => 'the value is not JSON',
  )

/** Undefined: nothing of this report. Left: it does not even say which record it is about. */
export const toldBy = ({ headers, value }: Pick<Message, 'headers' | 'value'>): E.Either<string, Told | undefined> => {
  const typed = Typed.safeParse(headers)
  if (!typed.success) return E.left('the header ce_type is missing')
  const read = READINGS.get(typed.data.ce_type)
  if (read === undefined) return E.right(undefined)
  const envelope = Envelope.safeParse(headers)
  if (!envelope.success) return E.left(z.prettifyError(envelope.error))
  const { ce_partitionkey: key, ce_sequence } = envelope.data
  return E.right({ key, sequence: Number(ce_sequence), fact: E.chain(read)(parseJson(value)) })
}
