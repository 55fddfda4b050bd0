/** The pledge register, one pledge, and what happened to it in plain words. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Caveat, PledgeTerms } from '@muster/contracts/pledging'
import { CapabilityCode, ContributorId, MissionId } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND, type Problem } from '@muster/http/problem'
import type { PledgeView } from '@muster/read-models/queries/answers'
import { listPledges, pledgeById } from '@muster/read-models/queries/pledges'
import { timelineOf } from '@muster/read-models/queries/timeline'
import type { ReadModels } from '@muster/read-models/read-models'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import type { Reader } from '../reader.ts'
import { visiblePage } from './visible.ts'

export const PledgeStatus = z.enum(['submitted', 'acknowledged', 'accepted', 'returned', 'withdrawn', 'expired'])
const Figure = z.int().min(0)
export const Pledge = PledgeTerms.extend({
  id: z.string(),
  stream: z.string(),
  status: PledgeStatus,
  version: z.int(),
  revision: z.int(),
  submittedAt: z.string(),
  reasons: z.array(z.string()),
  capacity: z
    .object({ pledged: Figure, free: Figure, reserved: Figure, deployed: Figure, released: Figure })
    .describe('On the day asked for: free + reserved + deployed + released = pledged'),
  holds: z.array(z.looseObject({ commitment: z.string(), quantity: z.int(), from: z.string(), to: z.string() })),
  caveats: z.array(Caveat).optional(),
}).meta({ id: 'Pledge' })

export const HistoryEntry = z
  .object({ position: z.int(), time: z.string(), type: z.string(), text: z.string() })
  .meta({ id: 'HistoryEntry' })

export const pledgeFilters = z.strictObject({
  contributor: ContributorId.optional(),
  capability: CapabilityCode.optional(),
  status: PledgeStatus.optional(),
  mission: MissionId.optional().describe('Earmarked for this mission'),
  ownReference: z.string().max(200).optional(),
  search: z.string().max(200).optional().describe('Words of reference, capability, announcement or note'),
})

const streamOfPledge = (id: string): string => `pledge-${id}`

/** The terms flat, with what became of them; the label has done its work. */
export const pledgeDocument = ({ label: _label, ...view }: PledgeView): object => ({ ...view, stream: streamOfPledge(view.id) })

/** Pledges the reader may see by their label then and by their label today. */
export const onlyVisible = async (reader: Reader, views: ReadonlyArray<PledgeView>): Promise<ReadonlyArray<PledgeView>> => {
  const still = await reader.stillSees(views.map(({ id }) => streamOfPledge(id)))
  return views.filter(({ id, label }) => still.has(streamOfPledge(id)) && reader.sees(label))
}

const visiblePledge = async (readModels: ReadModels, reader: Reader, id: string): Promise<E.Either<Problem, PledgeView>> => {
  const found = await pledgeById(readModels, { asOf: reader.moment.position, id, day: reader.day })
  const [visible] = await onlyVisible(reader, found === undefined ? [] : [found])
  return visible === undefined ? E.left(NOT_FOUND) : E.right(visible)
}

export const pledgeReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  listRoute(app, deps, {
    url: '/v1/pledges',
    summary: 'The pledge register',
    address: NO_ADDRESS,
    filters: pledgeFilters,
    item: Pledge,
    read: async (reader, filter, page) => {
      const { visibility, moment, day } = reader
      const { items, next } = await visiblePage(page, {
        read: (rows) => listPledges(readModels, { asOf: moment.position, visibility, day, filter, ...rows }),
        visible: (views) => onlyVisible(reader, views),
        keyOf: ({ id }) => id,
      })
      return E.right({ items: items.map(pledgeDocument), next })
    },
  })

  documentRoute(app, deps, {
    url: '/v1/pledges/:id',
    summary: 'One pledge',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: Pledge,
    read: async (reader, { id }) =>
      E.map((view: PledgeView) => ({ body: pledgeDocument(view), headers: { etag: etagOf(view.revision) } }))(
        await visiblePledge(readModels, reader, id),
      ),
  })

  listRoute(app, deps, {
    url: '/v1/pledges/:id/history',
    summary: 'What happened to it, event by event, in plain words',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    item: HistoryEntry,
    read: async (reader, { id }, page) => {
      const pledge = await visiblePledge(readModels, reader, id)
      if (E.isLeft(pledge)) return pledge
      return E.right(await timelineOf(readModels, { asOf: reader.moment.position, stream: streamOfPledge(id), ...page }))
    },
  })
}
