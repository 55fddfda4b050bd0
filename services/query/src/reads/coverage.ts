/**
 * Coverage by mission, capability and month. Pledges and commitments that the reader may not see stay in the figures; a
 * figure in which one takes part is suppressed (null), because with capabilities that stand in for one another even
 * large sums could be subtracted from each other until one record is left.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { CapabilityCode, MissionId, Month } from '@muster/contracts/primitives'
import { addDays, monthOf } from '@muster/kernel/time'
import type { CoverageRow } from '@muster/read-models/queries/answers'
import { coverage } from '@muster/read-models/queries/coverage'
import type { Page, PageRequest } from '@muster/read-models/paging'
import { EVERYTHING } from '@muster/read-models/visibility'
import type { QueryDeps } from '../deps.ts'
import { listRoute, NO_ADDRESS } from '../read-route.ts'
import type { Reader } from '../reader.ts'

const Figure = z.int().nullable()
export const Coverage = z
  .object({
    mission: z.string(),
    capability: z.string(),
    month: z.string(),
    counts: z.enum(['copies', 'persons']),
    required: Figure.describe('Null where no ceiling is known'),
    pledged: Figure.describe('On offer, nothing more; null is suppressed'),
    committed: Figure.describe('Accepted or signed; null is suppressed'),
    deployed: Figure.describe('What is there; null where it was not reported, or suppressed'),
    deployedBy: z.enum(['commitments', 'counts-by-contributor', 'mission-totals']).nullable(),
    gap: Figure.describe('required − the larger of committed and deployed, never below 0'),
    suppressed: z
      .array(z.enum(['pledged', 'committed', 'deployed', 'gap']))
      .optional()
      .describe('Figures that would give a confidential record away'),
  })
  .meta({ id: 'Coverage' })

const MonthOrDay = z.union([Month, z.iso.date()], 'a month as YYYY-MM')
export const coverageFilters = z.strictObject({
  mission: MissionId.optional(),
  capability: CapabilityCode.optional(),
  from: MonthOrDay.optional().describe('First month, or its first day'),
  to: MonthOrDay.optional().describe('Last month, included; or the day on which the window ends, not included'),
})
type Filters = z.output<typeof coverageFilters>

const FIGURES = ['pledged', 'committed', 'deployed', 'gap'] as const

const sameRow = (a: CoverageRow, b: CoverageRow): boolean =>
  a.mission === b.mission && a.capability === b.capability && a.counts === b.counts && a.month === b.month

/**
 * `seen` is the row made of what the reader may see. A row that only exists because of something withheld is not shown: it
 * would tell of it.
 */
export const disclosed = (whole: CoverageRow, seen: CoverageRow | undefined): ReadonlyArray<object> => {
  if (seen === undefined) return []
  const differing = FIGURES.filter((figure) => whole[figure] !== seen[figure])
  if (differing.length === 0) return [whole]
  // The gap follows from what is committed and there, also where it happens to be the same.
  const follows = differing.includes('committed') || differing.includes('deployed')
  const suppressed = FIGURES.filter((figure) => differing.includes(figure) || (figure === 'gap' && follows))
  return [
    { ...whole, ...Object.fromEntries(suppressed.map((figure) => [figure, null])), deployedBy: seen.deployedBy, suppressed },
  ]
}

/** Windows of days are half-open, months stand for themselves. */
const lastMonth = (to: string): string => monthOf(to.length === 10 ? addDays(to, -1) : to)

export const coveragePage = async (
  { readModels }: Pick<QueryDeps, 'readModels'>,
  { visibility, moment }: Reader,
  { mission, capability, from, to }: Filters,
  page: PageRequest,
): Promise<Page<object>> => {
  const filter = { mission, capability, first: from && monthOf(from), last: to && lastMonth(to) }
  const asked = { asOf: moment.position, filter, ...page }
  const whole = await coverage(readModels, { ...asked, visibility: EVERYTHING })
  if (visibility.all) return whole
  const seen = await coverage(readModels, { ...asked, visibility })
  return {
    items: whole.items.flatMap((row) =>
      disclosed(
        row,
        seen.items.find((each) => sameRow(each, row)),
      ),
    ),
    next: whole.next,
  }
}

export const coverageReads = (app: FastifyInstance, deps: QueryDeps): void => {
  listRoute(app, deps, {
    url: '/v1/coverage',
    summary: 'Required, pledged, committed, deployed and the gap, by mission, capability and month',
    address: NO_ADDRESS,
    filters: coverageFilters,
    item: Coverage,
    read: async (reader, filters, page) => E.right(await coveragePage(deps, reader, filters, page)),
  })
}
