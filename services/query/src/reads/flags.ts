/** The flag board: findings about one contributor are its business too, all others are the department's. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { FlagFamily, FlagKind, Severity } from '@muster/contracts/planning'
import { ContributorId, MissionId } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND } from '@muster/http/problem'
import { flagById, listFlags } from '@muster/read-models/queries/flags'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import { flagFor } from './finding.ts'

const Status = z.enum(['raised', 'acknowledged', 'cleared'])
export const Flag = z
  .looseObject({
    id: z.string(),
    kind: FlagKind,
    family: FlagFamily,
    severity: Severity,
    status: Status,
    text: z.string(),
    evidence: z.record(z.string(), z.unknown()),
    raisedAt: z.string(),
    changedAt: z.string(),
    revision: z.int(),
  })
  .meta({ id: 'Flag' })

export const flagReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  listRoute(app, deps, {
    url: '/v1/flags',
    summary: 'Findings with their evidence',
    address: NO_ADDRESS,
    filters: z.strictObject({
      kind: FlagKind.optional(),
      family: FlagFamily.optional(),
      status: Status.optional(),
      severity: Severity.optional(),
      mission: MissionId.optional(),
      contributor: ContributorId.optional(),
    }),
    item: Flag,
    read: async (reader, filter, page) => {
      const { visibility, moment } = reader
      const { items, next } = await listFlags(readModels, { asOf: moment.position, visibility, filter, ...page })
      return E.right({ items: items.flatMap((flag) => flagFor(reader, flag) ?? []), next })
    },
  })

  documentRoute(app, deps, {
    url: '/v1/flags/:id',
    summary: 'One finding',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: Flag,
    read: async (reader, { id }) => {
      const found = await flagById(readModels, { asOf: reader.moment.position, id })
      const visible = found && flagFor(reader, found)
      if (found === undefined || visible === undefined) return E.left(NOT_FOUND)
      return E.right({ body: visible, headers: { etag: etagOf(found.revision) } })
    },
  })
}
