/** Commitments: firm undertakings, each visible to whom its pledge is visible, and to the contributor it binds. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ContributorId, MissionId, RecordId } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND } from '@muster/http/problem'
import type { CommitmentView } from '@muster/read-models/queries/answers'
import { commitmentById, listCommitments } from '@muster/read-models/queries/commitments'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import type { Reader } from '../reader.ts'
import { visiblePage } from './visible.ts'

const Status = z.enum(['proposed', 'accepted', 'declined', 'signed', 'deployed', 'repatriated', 'paid', 'cancelled'])
export const Commitment = z
  .looseObject({
    id: z.string(),
    stream: z.string(),
    kind: z.enum(['mou', 'loa', 'funding']),
    pledge: z.string(),
    contributor: z.string(),
    mission: z.string(),
    requirement: z.string(),
    capability: z.string(),
    quantity: z.int(),
    from: z.string(),
    to: z.string(),
    status: Status,
    revision: z.int(),
    present: z.int().describe('Units there now'),
  })
  .meta({ id: 'Commitment' })

const streamOf = (id: string): string => `commitment-${id}`
export const commitmentDocument = ({ label: _label, ...view }: CommitmentView): object => ({ ...view, stream: streamOf(view.id) })

export const onlyVisible = async (
  reader: Reader,
  views: ReadonlyArray<CommitmentView>,
): Promise<ReadonlyArray<CommitmentView>> => {
  const still = await reader.stillSees(views.map(({ id }) => streamOf(id)))
  return views.filter(({ id, label }) => still.has(streamOf(id)) && reader.sees(label))
}

export const commitmentReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  listRoute(app, deps, {
    url: '/v1/commitments',
    summary: 'Commitments',
    address: NO_ADDRESS,
    filters: z.strictObject({
      contributor: ContributorId.optional(),
      mission: MissionId.optional(),
      pledge: RecordId.optional(),
      plan: RecordId.optional(),
      status: Status.optional(),
    }),
    item: Commitment,
    read: async (reader, filter, page) => {
      const { visibility, moment } = reader
      const { items, next } = await visiblePage(page, {
        read: (rows) => listCommitments(readModels, { asOf: moment.position, visibility, filter, ...rows }),
        visible: (views) => onlyVisible(reader, views),
        keyOf: ({ id }) => id,
      })
      return E.right({ items: items.map(commitmentDocument), next })
    },
  })

  documentRoute(app, deps, {
    url: '/v1/commitments/:id',
    summary: 'One commitment',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: Commitment,
    read: async (reader, { id }) => {
      const found = await commitmentById(readModels, { asOf: reader.moment.position, id })
      const [visible] = await onlyVisible(reader, found === undefined ? [] : [found])
      if (visible === undefined) return E.left(NOT_FOUND)
      return E.right({ body: commitmentDocument(visible), headers: { etag: etagOf(visible.revision) } })
    },
  })
}
