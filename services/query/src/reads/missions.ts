/** Missions: public ground, like the official counts of who is there. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { MissionId, Month } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND } from '@muster/http/problem'
import { ALL_MISSIONS, compositionOf } from '@muster/read-models/queries/composition'
import { missionBoard, missionById } from '@muster/read-models/queries/missions'
import { timelineOf } from '@muster/read-models/queries/timeline'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import { HistoryEntry } from './pledges.ts'

const Persons = z.int().nullable()
export const Mission = z
  .looseObject({
    id: z.string(),
    name: z.string(),
    hosts: z.array(z.string()),
    from: z.string(),
    to: z.string().nullable(),
    ended: z.boolean(),
    ceiling: z.object({ military: Persons, police: Persons }).describe('In force on the day asked for'),
    strength: z.object({ month: z.string(), military: z.int(), police: z.int(), contributors: z.int() }).nullable(),
    requirements: z.int(),
    revision: z.int(),
  })
  .meta({ id: 'Mission' })
const MissionDocument = z.looseObject({
  ...Mission.shape,
  mandate: z.array(z.looseObject({ step: z.string() })),
  ceilings: z.array(z.looseObject({ category: z.string(), from: z.string(), quantity: z.int() })),
  budgets: z.array(z.looseObject({ fiscalYear: z.string() })),
  consents: z.array(z.looseObject({ contributor: z.string().nullable() })),
  requirementLines: z.array(z.looseObject({ id: z.string(), capability: z.string(), quantity: z.int() })),
  totals: z
    .array(z.looseObject({ month: z.string(), total: z.int() }))
    .describe('Official totals by month, 1990–2017, which do not say who was there'),
  peak: z
    .object({ month: z.string(), total: z.int(), ceiling: Persons, percentOfCeiling: z.number().nullable() })
    .nullable()
    .describe('The largest of them, against the ceilings in force then'),
})

export const Composition = z
  .object({
    month: z.string(),
    mission: z.string(),
    total: z.int(),
    contributors: z.int(),
    shares: z.array(z.object({ contributor: z.string(), quantity: z.int(), percent: z.number() })),
    hhi: z.number().nullable().describe('Σ share², 0…1'),
    gini: z.number().nullable().describe('Over the contributors present'),
    top5Percent: z.number().nullable(),
  })
  .meta({ id: 'Composition' })

export const compositionFilters = z.strictObject({
  mission: MissionId.default(ALL_MISSIONS).describe('Acronym, or ALL'),
  month: Month,
})

export const missionReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  listRoute(app, deps, {
    url: '/v1/missions',
    summary: 'The mission board',
    address: NO_ADDRESS,
    filters: NO_FILTERS,
    item: Mission,
    read: async ({ moment, day }, _filters, page) =>
      E.right(await missionBoard(readModels, { asOf: moment.position, day, ...page })),
  })

  documentRoute(app, deps, {
    url: '/v1/missions/:id',
    summary: 'Mandate, ceilings, money, consent and requirements of one mission',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: MissionDocument,
    read: async ({ moment, day }, { id }) => {
      const found = await missionById(readModels, { asOf: moment.position, id, day })
      return found === undefined ? E.left(NOT_FOUND) : E.right({ body: found, headers: { etag: etagOf(found.revision) } })
    },
  })

  listRoute(app, deps, {
    url: '/v1/missions/:id/history',
    summary: 'What happened to it, event by event, in plain words',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    item: HistoryEntry,
    read: async ({ moment, day }, { id }, page) => {
      const asOf = moment.position
      if ((await missionById(readModels, { asOf, id, day })) === undefined) return E.left(NOT_FOUND)
      return E.right(await timelineOf(readModels, { asOf, stream: `mission-${id}`, ...page }))
    },
  })

  documentRoute(app, deps, {
    url: '/v1/composition',
    summary: 'Who makes up a mission in a month, by the official counts, and how concentrated that is',
    address: NO_ADDRESS,
    filters: compositionFilters,
    answer: Composition,
    read: async ({ moment }, { mission, month }) => {
      const found = await compositionOf(readModels, { asOf: moment.position, mission, month })
      return found === undefined ? E.left(NOT_FOUND) : E.right({ body: found })
    },
  })
}
