/** Plans, and why they are as they are. */
import { pageOf, type Page, type PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf, type RowOf } from '../table.ts'
import {
  plan,
  planAssignment,
  planDocument,
  planUncovered,
  planUnused,
  type PlanRow,
  type PlanStatus,
} from '../tables/records.ts'
import { heldAt, type AsOf } from './as-of.ts'

export type AssignmentRow = RowOf<typeof planAssignment>
export type UncoveredRow = RowOf<typeof planUncovered>
export type UnusedRow = RowOf<typeof planUnused>
export type PlanDocumentRow = RowOf<typeof planDocument>

/** Everything a plan says about a requirement line, a contributor or a pledge. */
export interface Explanation {
  readonly plan: PlanRow
  readonly assignments: ReadonlyArray<AssignmentRow>
  readonly uncovered: ReadonlyArray<UncoveredRow>
  readonly unused: ReadonlyArray<UnusedRow>
}
export interface ExplanationSubject {
  readonly requirement?: string | undefined
  readonly contributor?: string | undefined
  /** A pledge is an offer of the plan. */
  readonly pledge?: string | undefined
}

/** A page of plans, newest id first when ids grow; the whole department sees them, nobody else. */
export const listPlans = async (
  readModels: ReadModels,
  { asOf, status, after, limit }: AsOf & PageRequest & { readonly status?: PlanStatus | undefined },
): Promise<Page<PlanRow>> => {
  let query = readModels
    .db()
    .selectFrom('plan')
    .selectAll('plan')
    .where(heldAt('plan', asOf))
    .orderBy('plan.key')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('plan.key', '>', after)
  if (status !== undefined) query = query.where('plan.status', '=', status)
  return pageOf(
    await query.execute(),
    limit,
    ({ key }) => key,
    (stored) => rowOf(plan, stored),
  )
}

export const planById = async (
  readModels: ReadModels,
  { asOf, id }: AsOf & { readonly id: string },
): Promise<PlanRow | undefined> => {
  const stored = await readModels
    .db()
    .selectFrom('plan')
    .selectAll('plan')
    .where('plan.key', '=', id)
    .where(heldAt('plan', asOf))
    .executeTakeFirst()
  return stored && rowOf(plan, stored)
}

/** Approved plans that no later one has superseded, the one approved last first. */
export const plansInForce = async (readModels: ReadModels, { asOf }: AsOf): Promise<ReadonlyArray<PlanRow>> => {
  const rows = await readModels
    .db()
    .selectFrom('plan')
    .selectAll('plan')
    .where('plan.status', '=', 'approved')
    .where(heldAt('plan', asOf))
    .orderBy('plan.decidedAt', 'desc')
    .orderBy('plan.key', 'desc')
    .execute()
  return rows.map((stored) => rowOf(plan, stored))
}

export const planInForce = async (readModels: ReadModels, asked: AsOf): Promise<PlanRow | undefined> =>
  (await plansInForce(readModels, asked))[0]

/** Problem and solution as they were recorded, byte for byte what the digests were taken from. */
export const planDocuments = async (
  readModels: ReadModels,
  { asOf, id }: AsOf & { readonly id: string },
): Promise<PlanDocumentRow | undefined> => {
  const stored = await readModels
    .db()
    .selectFrom('plan_document')
    .selectAll('plan_document')
    .where('plan_document.key', '=', id)
    .where(heldAt('plan_document', asOf))
    .executeTakeFirst()
  return stored && rowOf(planDocument, stored)
}

export const planAssignments = async (
  readModels: ReadModels,
  { asOf, id, subject = {} }: AsOf & { readonly id: string; readonly subject?: ExplanationSubject },
): Promise<ReadonlyArray<AssignmentRow>> => {
  let query = readModels
    .db()
    .selectFrom('plan_assignment')
    .selectAll('plan_assignment')
    .where('plan_assignment.plan', '=', id)
    .where(heldAt('plan_assignment', asOf))
    .orderBy('plan_assignment.key')
  if (subject.requirement !== undefined) query = query.where('plan_assignment.requirement', '=', subject.requirement)
  if (subject.contributor !== undefined) query = query.where('plan_assignment.contributor', '=', subject.contributor)
  if (subject.pledge !== undefined) query = query.where('plan_assignment.offer', '=', subject.pledge)
  return (await query.execute()).map((stored) => rowOf(planAssignment, stored))
}

/** Reasons of a plan, whole or for one subject. Undefined when there is no such plan. */
export const explainPlan = async (
  readModels: ReadModels,
  { asOf, id, subject = {} }: AsOf & { readonly id: string; readonly subject?: ExplanationSubject },
): Promise<Explanation | undefined> => {
  const row = await planById(readModels, { asOf, id })
  if (row === undefined) return undefined
  const aboutOffers = subject.contributor !== undefined || subject.pledge !== undefined
  const aboutLines = subject.requirement !== undefined
  let gaps = readModels
    .db()
    .selectFrom('plan_uncovered')
    .selectAll('plan_uncovered')
    .where('plan_uncovered.plan', '=', id)
    .where(heldAt('plan_uncovered', asOf))
    .orderBy('plan_uncovered.key')
  if (subject.requirement !== undefined) gaps = gaps.where('plan_uncovered.requirement', '=', subject.requirement)
  let idle = readModels
    .db()
    .selectFrom('plan_unused')
    .selectAll('plan_unused')
    .where('plan_unused.plan', '=', id)
    .where(heldAt('plan_unused', asOf))
    .orderBy('plan_unused.key')
  if (subject.contributor !== undefined) idle = idle.where('plan_unused.contributor', '=', subject.contributor)
  if (subject.pledge !== undefined) idle = idle.where('plan_unused.offer', '=', subject.pledge)
  return {
    plan: row,
    assignments: await planAssignments(readModels, { asOf, id, subject }),
    uncovered: aboutOffers ? [] : (await gaps.execute()).map((stored) => rowOf(planUncovered, stored)),
    unused: aboutLines ? [] : (await idle.execute()).map((stored) => rowOf(planUnused, stored)),
  }
}
