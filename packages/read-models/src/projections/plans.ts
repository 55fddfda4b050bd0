/** Plans with everything they explain: events to rows. */
import type { PlanEvent } from '@muster/contracts/planning'
import type { Assignment } from '@muster/contracts/allocation/problem'
import { change, patch, put, type Change, type Projection, type Recorded } from '../change.ts'
import { recordId } from '../layers.ts'
import { plan, planAssignment, planDocument, planUncovered, planUnused, type PlanRow } from '../tables/records.ts'

type Computed = Extract<PlanEvent, { readonly type: 'PlanComputed' }>

const changed = (id: string, { revision }: Recorded, values: Partial<PlanRow>): Change =>
  patch(plan, id, () => ({ ...values, revision }))

const ordinal = (index: number): string => String(index).padStart(8, '0')
/** By the records themselves: layers of one line or pledge are one row. */
const assignmentKey = (id: string, { requirement, offer, from, to }: Assignment): string =>
  [id, recordId(requirement), recordId(offer), from, to].join('|')

const asked = (
  recorded: Recorded,
  terms: Pick<PlanRow, 'id' | 'basis' | 'from' | 'to'>,
  requestedAt: string | null,
): PlanRow => ({
  ...terms,
  status: 'requested',
  requestedAt,
  computedAt: null,
  decidedAt: null,
  inputsPosition: null,
  policy: null,
  problemDigest: null,
  digest: null,
  engine: null,
  tiers: [],
  burdens: [],
  assignments: 0,
  uncovered: 0,
  unused: 0,
  reason: null,
  supersededBy: null,
  revision: recorded.revision,
})

const computed = (event: Computed, recorded: Recorded): ReadonlyArray<Change> => {
  const { plan: id, problem, solution } = event
  const requirementOf = new Map(problem.requirements.map((requirement) => [requirement.id, requirement]))
  const ownerOf = new Map(problem.assets.map((asset) => [asset.id, asset.contributor]))
  const contributorOf = new Map(problem.offers.map((offer) => [offer.id, ownerOf.get(offer.asset) ?? '']))
  const terms = { id, basis: event.basis, from: problem.horizon.from, to: problem.horizon.to }
  return [
    change(plan, id, (current) => ({
      ...(current ?? asked(recorded, terms, null)),
      status: 'computed' as const,
      computedAt: recorded.recordedAt,
      inputsPosition: event.inputsPosition,
      policy: event.policy,
      problemDigest: event.problemDigest,
      digest: solution.digest,
      engine: solution.engine,
      tiers: solution.tiers,
      burdens: solution.burdens,
      assignments: solution.assignments.length,
      uncovered: solution.uncovered.length,
      unused: solution.unused.length,
      revision: recorded.revision,
    })),
    put(planDocument, id, { plan: id, problem, solution }),
    ...solution.assignments.map((assignment) =>
      change(planAssignment, assignmentKey(id, assignment), (current) => ({
        plan: id,
        offer: recordId(assignment.offer),
        requirement: recordId(assignment.requirement),
        quantity: assignment.quantity + (current?.quantity ?? 0),
        from: assignment.from,
        to: assignment.to,
        mission: requirementOf.get(assignment.requirement)?.mission ?? '',
        capability: requirementOf.get(assignment.requirement)?.capability ?? '',
        contributor: contributorOf.get(assignment.offer) ?? '',
        refusalCode: null,
        refusal: null,
      })),
    ),
    ...solution.uncovered.map(({ reason, ...stretch }, index) =>
      put(planUncovered, `${id}|${ordinal(index)}`, {
        plan: id,
        ...stretch,
        requirement: recordId(stretch.requirement),
        mission: requirementOf.get(stretch.requirement)?.mission ?? '',
        code: reason.code,
        evidence: reason.evidence,
      }),
    ),
    ...solution.unused.map(({ reason, ...stretch }, index) =>
      put(planUnused, `${id}|${ordinal(index)}`, {
        plan: id,
        ...stretch,
        offer: recordId(stretch.offer),
        contributor: contributorOf.get(stretch.offer) ?? '',
        code: reason.code,
        evidence: reason.evidence,
      }),
    ),
  ]
}

export const plans: Projection = (recorded) => {
  const { event, recordedAt } = recorded
  switch (event.type) {
    case 'PlanRequested':
      return [
        put(
          plan,
          event.plan,
          asked(recorded, { id: event.plan, basis: event.basis, from: event.from, to: event.to }, recordedAt),
        ),
      ]
    case 'PlanComputed':
      return computed(event, recorded)
    case 'PlanFailed':
      return [changed(event.plan, recorded, { status: 'failed', reason: `${event.code}: ${event.message}` })]
    case 'PlanApproved':
      return [changed(event.plan, recorded, { status: 'approved', decidedAt: recordedAt })]
    case 'PlanRejected':
      return [changed(event.plan, recorded, { status: 'rejected', decidedAt: recordedAt, reason: event.reason })]
    case 'PlanSuperseded':
      return [changed(event.plan, recorded, { status: 'superseded', supersededBy: event.by })]
    case 'PlanAssignmentRefused':
      return [
        patch(planAssignment, assignmentKey(event.plan, event.assignment), () => ({
          refusalCode: event.code,
          refusal: event.message,
        })),
        changed(event.plan, recorded, {}),
      ]
    default:
      return []
  }
}
