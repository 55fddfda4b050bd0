/** From an approved plan to proposals: one commitment for each assignment that is not already proposed. */
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import type { Of } from '@muster/contracts/message'
import type { PlanEvent } from '@muster/contracts/planning'
import type { ProposalTerms } from '@muster/read-models/queries/pledge-units'
import type { Reaction } from './reactions.ts'

export type Computed = Of<PlanEvent, 'PlanComputed'>

const AIR_AND_LIFT = new Set(['aviation', 'strategic-lift', 'transport'])

export interface Lookups {
  /** What an assignment means in the units of its pledge; undefined when the pledge is not known. */
  readonly termsOf: (assignment: Assignment) => ProposalTerms | undefined
  readonly categoryOf: (capability: string) => string | undefined
}

export interface PlannedProposal {
  readonly assignment: Assignment
  readonly reaction: Reaction
}

/** The id of an assignment's commitment says which one of the plan it is. */
const commitmentId = (plan: string, index: number): string => `${plan}-${String(index + 1).padStart(4, '0')}`

/** The assignment behind a commitment of the plan. */
export const assignmentOf = ({ plan, solution }: Computed, commitment: string): Assignment | undefined =>
  solution.assignments.find((_, index) => commitmentId(plan, index) === commitment)

/** In the plan's own order. A plan over reported strengths proposes nothing, for it is made of counts, not of pledges. */
export const proposalsOf = (computed: Computed, { termsOf, categoryOf }: Lookups): ReadonlyArray<PlannedProposal> => {
  if (computed.basis !== 'pledges') return []
  const { problem, solution, plan } = computed
  const proposed = new Set(problem.published.map(keyOf))
  const assetOf = new Map(problem.assets.map((asset) => [asset.id, asset]))
  const offerOf = new Map(problem.offers.map((offer) => [offer.id, offer]))
  const lineOf = new Map(problem.requirements.map((line) => [line.id, line]))
  return solution.assignments.flatMap((assignment, index): ReadonlyArray<PlannedProposal> => {
    const asset = assetOf.get(offerOf.get(assignment.offer)?.asset ?? '')
    const line = lineOf.get(assignment.requirement)
    const terms = termsOf(assignment)
    if (proposed.has(keyOf(assignment)) || asset === undefined || line === undefined || terms === undefined) return []
    const commitment = commitmentId(plan, index)
    const data = {
      commitment,
      kind: kindOf(problem, asset.capability, categoryOf),
      pledge: terms.pledge,
      contributor: asset.contributor,
      mission: line.mission,
      requirement: terms.requirement,
      capability: asset.capability,
      quantity: terms.quantity,
      ...(terms.currency === null ? {} : { currency: terms.currency }),
      from: assignment.from,
      to: assignment.to,
      plan,
    }
    return [{ assignment, reaction: { key: `ProposeCommitment:${commitment}`, type: 'ProposeCommitment', data } }]
  })
}

const kindOf = ({ capabilities }: Problem, code: string, categoryOf: Lookups['categoryOf']): 'mou' | 'loa' | 'funding' => {
  const capability = capabilities.find((candidate) => candidate.code === code)
  if (capability?.dimension === 'funding') return 'funding'
  return AIR_AND_LIFT.has(categoryOf(code) ?? '') ? 'loa' : 'mou'
}

const keyOf = ({ offer, requirement, quantity, from, to }: Assignment): string =>
  [offer, requirement, quantity, from, to].join('|')
