/** The flag board: findings about one contributor are its business too, all others are the department's. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { FlagFamily, FlagKind, Severity } from '@muster/contracts/planning'
import { ContributorId, MissionId } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND } from '@muster/http/problem'
import type { FlagView } from '@muster/read-models/queries/answers'
import { flagById, listFlags } from '@muster/read-models/queries/flags'
import { view } from '@muster/sovereignty/view'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import type { Reader } from '../reader.ts'

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

export const flagDocument = ({ label: _label, ...flag }: FlagView): object => flag

/** Whether a finding still stands is decided by its own label, which never changes. */
export const visibleFlags = ({ principal }: Reader, flags: ReadonlyArray<FlagView>): ReadonlyArray<FlagView> =>
  flags.filter((flag) => view(flag, flag.label, principal) !== undefined)

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
      return E.right({ items: visibleFlags(reader, items).map(flagDocument), next })
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
      const [visible] = visibleFlags(reader, found === undefined ? [] : [found])
      if (visible === undefined) return E.left(NOT_FOUND)
      return E.right({ body: flagDocument(visible), headers: { etag: etagOf(visible.revision) } })
    },
  })
}
