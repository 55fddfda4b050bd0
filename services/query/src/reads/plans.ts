/**
 * Plans and their reasons. A plan is the department's; a contributor sees of one that was decided upon what it says about
 * its own pledges, without the sentences and figures that tell of others.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { DEPARTMENT } from '@muster/contracts/label'
import { ContributorId, RecordId } from '@muster/contracts/primitives'
import { etagOf } from '@muster/http/etag'
import { NOT_FOUND } from '@muster/http/problem'
import {
  explainPlan,
  listPlans,
  planAssignments,
  planById,
  planDocuments,
  type AssignmentRow,
  type Explanation,
  type UncoveredRow,
  type UnusedRow,
} from '@muster/read-models/queries/plans'
import type { PlanRow } from '@muster/read-models/tables/records'
import { view } from '@muster/sovereignty/view'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, listRoute, NO_ADDRESS, NO_FILTERS } from '../read-route.ts'
import type { Reader } from '../reader.ts'
import { visiblePage } from './visible.ts'

const Status = z.enum(['requested', 'computed', 'failed', 'approved', 'rejected', 'superseded'])
export const Plan = z
  .looseObject({
    id: z.string(),
    status: Status,
    basis: z.enum(['pledges', 'reported-strength']),
    from: z.string(),
    to: z.string(),
    revision: z.int(),
  })
  .meta({ id: 'PlanRow' })
const Reason = z.looseObject({ kind: z.enum(['assignment', 'uncovered', 'unused']), text: z.string() }).meta({ id: 'Reason' })

/** Before a decision a plan is a thought of the department. */
const isDecided = ({ status }: PlanRow): boolean => status === 'approved' || status === 'superseded'

/** What a contributor sees of a plan that was decided upon. */
const outline = ({ id, status, basis, from, to, decidedAt, revision }: PlanRow): object => ({
  id,
  status,
  basis,
  from,
  to,
  decidedAt,
  revision,
})

/** The whole plan, its outline for a contributor, or nothing. */
const planFor = ({ principal }: Reader, plan: PlanRow): object | undefined =>
  view<object, object | undefined>(plan, DEPARTMENT, principal, () =>
    principal.role === 'nation' && isDecided(plan) ? outline(plan) : undefined,
  )

const ownOf =
  ({ principal, visibility }: Reader) =>
  <T extends { readonly contributor: string }>(rows: ReadonlyArray<T>): ReadonlyArray<T> =>
    visibility.all ? rows : rows.filter(({ contributor }) => contributor === principal.contributor)

const assignmentReason = (row: AssignmentRow): object => ({
  kind: 'assignment',
  ...row,
  text:
    `${row.quantity} of ${row.offer} (${row.contributor}) ${row.refusal === null ? 'serve' : 'were to serve'} ${row.requirement} in ${row.mission} from ${row.from} to ${row.to}.` +
    (row.refusal === null ? '' : ` ${row.refusal}`),
})
const uncoveredReason = (row: UncoveredRow): object => ({ kind: 'uncovered', ...row })
/** The sentence and the evidence may tell whose pledge was taken instead. */
const unusedReason =
  ({ visibility }: Reader) =>
  (row: UnusedRow): object => {
    if (visibility.all) return { kind: 'unused', ...row }
    const { evidence: _evidence, text: _text, ...own } = row
    return {
      kind: 'unused',
      ...own,
      text: `${row.quantity} of ${row.offer} are not used from ${row.from} to ${row.to}: ${row.code}.`,
    }
  }

const reasonsFor = (reader: Reader, { assignments, uncovered, unused }: Explanation): ReadonlyArray<object> => [
  ...ownOf(reader)(assignments).map(assignmentReason),
  ...(reader.visibility.all ? uncovered.map(uncoveredReason) : []),
  ...ownOf(reader)(unused).map(unusedReason(reader)),
]

export const planReads = (app: FastifyInstance, deps: QueryDeps): void => {
  const { readModels } = deps

  listRoute(app, deps, {
    url: '/v1/plans',
    summary: 'Plans',
    address: NO_ADDRESS,
    filters: z.strictObject({ status: Status.optional() }),
    item: Plan,
    read: async (reader, { status }, page) => {
      const { items, next } = await visiblePage(page, {
        read: (rows) => listPlans(readModels, { asOf: reader.moment.position, status, ...rows }),
        visible: async (plans) => plans.filter((plan) => planFor(reader, plan) !== undefined),
        keyOf: ({ id }) => id,
      })
      return E.right({ items: items.flatMap((plan) => planFor(reader, plan) ?? []), next })
    },
  })

  documentRoute(app, deps, {
    url: '/v1/plans/:id',
    summary: 'One plan with its assignments',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: z.looseObject({ ...Plan.shape, assignments: z.array(z.looseObject({ offer: z.string(), requirement: z.string() })) }),
    read: async (reader, { id }) => {
      const asOf = reader.moment.position
      const plan = await planById(readModels, { asOf, id })
      const visible = plan && planFor(reader, plan)
      if (plan === undefined || visible === undefined) return E.left(NOT_FOUND)
      const assignments = ownOf(reader)(await planAssignments(readModels, { asOf, id }))
      return E.right({ body: { ...visible, assignments }, headers: { etag: etagOf(plan.revision) } })
    },
  })

  documentRoute(app, deps, {
    url: '/v1/plans/:id/documents',
    summary: 'Problem and plan as the verifier takes them, byte for byte what their digests were taken from',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: z.looseObject({ plan: z.string(), problem: z.unknown(), solution: z.unknown() }),
    read: async (reader, { id }) => {
      const documents = await planDocuments(readModels, { asOf: reader.moment.position, id })
      const visible = documents && view(documents, DEPARTMENT, reader.principal)
      return visible === undefined ? E.left(NOT_FOUND) : E.right({ body: visible })
    },
  })

  documentRoute(app, deps, {
    url: '/v1/plans/:id/explain',
    summary: 'Why it fell as it did: for a requirement, a contributor or a pledge',
    address: ID_ADDRESS,
    filters: z.strictObject({
      requirement: RecordId.optional(),
      contributor: ContributorId.optional(),
      pledge: RecordId.optional(),
    }),
    answer: z.looseObject({ plan: z.string(), items: z.array(Reason) }),
    read: async (reader, { id, ...subject }) => {
      const explanation = await explainPlan(readModels, { asOf: reader.moment.position, id, subject })
      const visible = explanation && planFor(reader, explanation.plan)
      if (explanation === undefined || visible === undefined) return E.left(NOT_FOUND)
      return E.right({ body: { plan: id, status: explanation.plan.status, items: reasonsFor(reader, explanation) } })
    },
  })
}
