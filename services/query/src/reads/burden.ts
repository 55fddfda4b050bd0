/**
 * Burden by contributor against a fair share. Parts that the reader may not see stand in one row of their own, under no
 * name; they belong to the whole against which every share is measured. Where they are so few that the whole would give one
 * of them away, everything that follows from the whole is suppressed.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { BurdenMethod } from '@muster/contracts/contributors'
import { Month } from '@muster/contracts/primitives'
import { monthOf } from '@muster/kernel/time'
import type { BurdenAnswer, BurdenRow } from '@muster/read-models/queries/answers'
import { burdenIn } from '@muster/read-models/queries/burden'
import { ALL_MISSIONS, latestMonth } from '@muster/read-models/queries/composition'
import { withheldTotal, type Withheld } from '@muster/sovereignty/aggregate'
import { CONFIDENTIAL_CONTRIBUTOR } from '@muster/sovereignty/view'
import type { QueryDeps } from '../deps.ts'
import { listRoute, NO_ADDRESS } from '../read-route.ts'
import type { Reader } from '../reader.ts'
import { oncePaged } from './paged.ts'

export const Burden = z
  .object({
    contributor: z.string(),
    own: z.number().nullable(),
    capacity: z.number(),
    fairShare: z.number().nullable(),
    rho: z
      .number()
      .nullable()
      .describe('own share ÷ capacity share; 1 is a fair share; null where the capacity is 0, or suppressed'),
  })
  .meta({ id: 'Burden' })

export const burdenFilters = z.strictObject({
  dimension: z.enum(['personnel', 'equipment', 'funding', 'composite']).default('personnel'),
  method: BurdenMethod.default('policy'),
  month: Month.optional().describe('The last month of which there are official counts, unless given'),
})
type Filters = z.output<typeof burdenFilters>

interface DisclosedRow extends Omit<BurdenRow, 'own' | 'fairShare'> {
  readonly own: number | null
  readonly fairShare: number | null
}
export interface DisclosedBurden extends Omit<BurdenAnswer, 'rows' | 'measures'> {
  readonly rows: ReadonlyArray<DisclosedRow>
  readonly measures: BurdenAnswer['measures'] | null
  /** Something withheld takes part and what follows from it is not shown. */
  readonly suppressed: boolean
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
const sumOf = (rows: ReadonlyArray<BurdenRow>): number => rows.reduce((sum, { own }) => sum + own, 0)

const underNoName = (own: number | null): DisclosedRow => ({
  contributor: CONFIDENTIAL_CONTRIBUTOR,
  own,
  capacity: 0,
  fairShare: null,
  rho: null,
})

/** `seen` is made of what the reader may see, `whole` of everything. */
export const disclosed = (whole: BurdenAnswer, seen: BurdenAnswer): DisclosedBurden => {
  const ownSeen = new Map(seen.rows.map(({ contributor, own }) => [contributor, own]))
  const withheld = whole.rows.flatMap(({ contributor, own }): ReadonlyArray<Withheld> => {
    const quantity = own - (ownSeen.get(contributor) ?? 0)
    return quantity === 0 ? [] : [{ contributor, quantity }]
  })
  if (withheld.length === 0) return { ...whole, suppressed: false }
  const named = whole.rows.filter(({ contributor }) => ownSeen.has(contributor))
  const answer = { ...whole, measures: null }
  if (whole.dimension === 'composite') {
    // Its parts are shares of several wholes: there is no quantity in it that could be safe.
    return { ...answer, rows: [...named.map((row) => ({ ...row, own: null, rho: null })), underNoName(null)], suppressed: true }
  }
  const rest = withheldTotal(withheld)
  const scale = rest === null ? null : (sumOf(seen.rows) + rest) / sumOf(whole.rows)
  const rows = named.map(({ contributor, capacity, fairShare }): DisclosedRow => {
    const own = ownSeen.get(contributor) ?? 0
    if (scale === null) return { contributor, own, capacity, fairShare: null, rho: null }
    // Made of what is seen, for everyone alike: whose figure has a withheld part must not show.
    const fair = fairShare * scale
    return { contributor, own, capacity, fairShare: rounded(fair, 2), rho: fair > 0 ? rounded(own / fair, 6) : null }
  })
  return { ...answer, rows: [...rows, underNoName(rest)], suppressed: rest === null }
}

export const burdenFor = async (
  { readModels }: Pick<QueryDeps, 'readModels'>,
  { visibility, moment, day }: Reader,
  { dimension, method, month }: Filters,
): Promise<DisclosedBurden> => {
  const asOf = moment.position
  const when = month ?? (await latestMonth(readModels, { asOf, mission: ALL_MISSIONS })) ?? monthOf(day)
  const question = { asOf, dimension, method, month: when }
  const whole = await burdenIn(readModels, question)
  return visibility.all
    ? { ...whole, suppressed: false }
    : disclosed(whole, await burdenIn(readModels, { ...question, visibility }))
}

export const burdenReads = (app: FastifyInstance, deps: QueryDeps): void => {
  listRoute(app, deps, {
    url: '/v1/burden',
    summary: 'Own burden, capacity, fair share and ρ by contributor, with the measures of the distribution',
    address: NO_ADDRESS,
    filters: burdenFilters,
    item: Burden,
    beside: {
      dimension: z.string(),
      method: BurdenMethod,
      month: z.string(),
      unit: z.string(),
      policy: z.string().nullable(),
      measures: z.looseObject({}).nullable().describe('Null is suppressed'),
      suppressed: z.boolean(),
    },
    read: async (reader, filters, page) => {
      const { rows, ...beside } = await burdenFor(deps, reader, filters)
      return E.right({ ...oncePaged(rows, page, ({ contributor }) => contributor), beside })
    },
  })
}
