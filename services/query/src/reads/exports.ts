/** Whole tables as NDJSON or CSV, streamed page by page, all as of one position; the same rows as the lists show. */
import { Readable } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { violationsOf } from '@muster/contracts/violations'
import { problem, sendProblem } from '@muster/http/problem'
import { compositionOf } from '@muster/read-models/queries/composition'
import { listPledges } from '@muster/read-models/queries/pledges'
import type { Page, PageRequest } from '@muster/read-models/paging'
import { line } from '../csv.ts'
import type { QueryDeps } from '../deps.ts'
import { readerOf, readParameters, type Reader } from '../reader.ts'
import { burdenFilters, burdenFor } from './burden.ts'
import { coverageFilters, coveragePage } from './coverage.ts'
import { compositionFilters } from './missions.ts'
import { oncePaged } from './paged.ts'
import { onlyVisible, pledgeDocument, pledgeFilters } from './pledges.ts'

const PAGE = 500

interface Export<F extends z.ZodObject> {
  readonly name: string
  readonly summary: string
  readonly filters: F
  readonly columns: ReadonlyArray<string>
  readonly page: (reader: Reader, filters: z.output<F>, page: PageRequest) => Promise<Page<object>>
}

async function* rowsOf(page: (request: PageRequest) => Promise<Page<object>>): AsyncGenerator<object> {
  let after: string | undefined
  do {
    const { items, next } = await page({ after, limit: PAGE })
    yield* items
    after = next ?? undefined
  } while (after !== undefined)
}

async function* asText(
  rows: AsyncIterable<object>,
  format: 'ndjson' | 'csv',
  columns: ReadonlyArray<string>,
): AsyncGenerator<string> {
  if (format === 'csv') yield line(columns)
  for await (const row of rows) {
    const values = new Map<string, unknown>(Object.entries(row))
    yield format === 'csv' ? line(columns.map((column) => values.get(column))) : `${JSON.stringify(row)}\n`
  }
}

const CONTENT_TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8; header=present' }
const Format = z.enum(['ndjson', 'csv']).default('ndjson')

const exportRoute = <F extends z.ZodObject>(
  app: FastifyInstance,
  deps: QueryDeps,
  { name, summary, filters, columns, page }: Export<F>,
): void => {
  const Common = z.strictObject({ ...readParameters, format: Format })
  const isCommon = (parameter: string): boolean => Object.hasOwn(Common.shape, parameter)
  app.get(
    `/v1/exports/${name}`,
    {
      config: { cost: 1_000 },
      schema: {
        tags: ['exports'],
        summary,
        querystring: z.strictObject({ ...filters.shape, ...Common.shape }),
        response: {
          200: {
            description: summary,
            content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
          },
        },
      },
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const entries = Object.entries(z.record(z.string(), z.unknown()).parse(request.query)).filter(([, value]) => value !== '')
      const common = Common.safeParse(Object.fromEntries(entries.filter(([parameter]) => isCommon(parameter))))
      const own = filters.safeParse(Object.fromEntries(entries.filter(([parameter]) => !isCommon(parameter))))
      if (!common.success || !own.success) {
        const violations = [...(common.error ? violationsOf(common.error) : []), ...(own.error ? violationsOf(own.error) : [])]
        return sendProblem(request, reply, problem('invalid-parameter', { detail: 'See the violations.', violations }))
      }
      const { format, ...query } = common.data
      const reader = await readerOf(deps, request.actor, query)
      if (E.isLeft(reader)) return sendProblem(request, reply, reader.left)
      const { position, time } = reader.right.moment
      const rows = rowsOf((each) => page(reader.right, own.data, each))
      return reply
        .header('content-type', CONTENT_TYPES[format])
        .header('content-disposition', `attachment; filename="muster-${name}-${position}.${format}"`)
        .header('muster-as-of', String(position))
        .header('muster-as-of-time', time ?? '')
        .send(Readable.from(asText(rows, format, columns)))
    },
  )
}

export const exportReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  exportRoute(app, deps, {
    name: 'pledges',
    summary: 'The pledge register',
    filters: pledgeFilters,
    columns: [
      'id',
      'contributor',
      'ownReference',
      'capability',
      'quantity',
      'amount',
      'from',
      'to',
      'status',
      'readiness',
      'noticeDays',
      'classification',
      'releaseTo',
      'earmark',
      'validUntil',
      'version',
      'revision',
      'submittedAt',
      'note',
    ],
    page: async (reader, filter, page) => {
      const { visibility, moment, day } = reader
      const { items, next } = await listPledges(readModels, { asOf: moment.position, visibility, day, filter, ...page })
      return { items: (await onlyVisible(reader, items)).map(pledgeDocument), next }
    },
  })

  exportRoute(app, deps, {
    name: 'coverage',
    summary: 'Coverage by mission, capability and month',
    filters: coverageFilters,
    columns: [
      'mission',
      'capability',
      'month',
      'counts',
      'required',
      'pledged',
      'committed',
      'deployed',
      'deployedBy',
      'gap',
      'suppressed',
    ],
    page: (reader, filters, page) => coveragePage(deps, reader, filters, page),
  })

  exportRoute(app, deps, {
    name: 'composition',
    summary: 'Who makes up a mission in a month',
    filters: compositionFilters,
    columns: ['mission', 'month', 'contributor', 'quantity', 'percent'],
    page: async ({ moment }, { mission, month }, page) => {
      const found = await compositionOf(readModels, { asOf: moment.position, mission, month })
      const shares = (found?.shares ?? []).map((share) => ({ mission, month, ...share }))
      return oncePaged(shares, page, ({ contributor }) => contributor)
    },
  })

  exportRoute(app, deps, {
    name: 'burden',
    summary: 'Burden by contributor',
    filters: burdenFilters,
    columns: ['dimension', 'method', 'month', 'unit', 'contributor', 'own', 'capacity', 'fairShare', 'rho'],
    page: async (reader, filters, page) => {
      const { rows, dimension, method, month, unit } = await burdenFor(deps, reader, filters)
      return oncePaged(
        rows.map((row) => ({ dimension, method, month, unit, ...row })),
        page,
        ({ contributor }) => contributor,
      )
    },
  })
}
