/** Contributors and the catalogue: public ground. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { CapabilityCategory, CapacityKey } from '@muster/contracts/contributors'
import { Dimension } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND } from '@muster/http/problem'
import { allCapabilities, allPolicies, allScales, contributorById, listContributors } from '@muster/read-models/queries/ground'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import { oncePaged } from './paged.ts'

export const Contributor = z
  .looseObject({
    id: z.string(),
    kind: z.enum(['state', 'organisation']),
    name: z.string(),
    region: z.string().nullable(),
    subregion: z.string().nullable(),
    permanentMember: z.boolean(),
    neighbours: z.array(z.string()),
    revision: z.int(),
  })
  .meta({ id: 'Contributor' })
const Period = z.object({ from: z.string(), to: z.string().nullable() })
const ContributorDocument = z.looseObject({
  ...Contributor.shape,
  affiliations: z.array(z.object({ organisation: z.string(), periods: z.array(Period) })),
  figures: z.array(z.object({ contributor: z.string(), figure: CapacityKey, year: z.int(), value: z.int(), source: z.string() })),
})
const Capability = z
  .looseObject({
    id: z.string(),
    name: z.string(),
    category: CapabilityCategory,
    dimension: Dimension,
    measure: z.enum(['standing', 'stock']),
    unit: z.string(),
    divisible: z.boolean(),
  })
  .meta({ id: 'Capability' })
const Scale = z.looseObject({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  rates: z.array(z.looseObject({ contributor: z.string() })),
})
const Policy = z.looseObject({ id: z.string(), from: z.string(), terms: z.looseObject({}), source: z.string() })

export const contributorReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  listRoute(app, deps, {
    url: '/v1/contributors',
    summary: 'States and regional organisations',
    address: NO_ADDRESS,
    filters: NO_FILTERS,
    item: Contributor,
    read: async ({ moment }, _filters, page) => E.right(await listContributors(readModels, { asOf: moment.position, ...page })),
  })

  documentRoute(app, deps, {
    url: '/v1/contributors/:id',
    summary: 'One contributor with its affiliations and figures of capacity',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: ContributorDocument,
    read: async ({ moment }, { id }) => {
      const found = await contributorById(readModels, { asOf: moment.position, id })
      return found === undefined ? E.left(NOT_FOUND) : E.right({ body: found, headers: { etag: etagOf(found.revision) } })
    },
  })

  listRoute(app, deps, {
    url: '/v1/capabilities',
    summary: 'The catalogue',
    address: NO_ADDRESS,
    filters: NO_FILTERS,
    item: Capability,
    read: async ({ moment }, _filters, page) =>
      E.right(oncePaged(await allCapabilities(readModels, { asOf: moment.position }), page, ({ id }) => id)),
  })

  listRoute(app, deps, {
    url: '/v1/scales',
    summary: 'Scales of assessments with their rates in parts per million',
    address: NO_ADDRESS,
    filters: NO_FILTERS,
    item: Scale,
    read: async ({ moment }, _filters, page) =>
      E.right(oncePaged(await allScales(readModels, { asOf: moment.position }), page, ({ id }) => id)),
  })

  listRoute(app, deps, {
    url: '/v1/policies',
    summary: 'Policies in the order in which they come into force',
    address: NO_ADDRESS,
    filters: NO_FILTERS,
    item: Policy,
    read: async ({ moment }, _filters, page) =>
      E.right(oncePaged(await allPolicies(readModels, { asOf: moment.position }), page, ({ id }) => id)),
  })
}
