/** From an approved plan to proposals: one commitment for each assignment that is not already in force. */
import type { Problem } from '@muster/contracts/allocation/problem'
import type { Assignment } from '@muster/contracts/allocation/problem'
import type { PlanEvent } from '@muster/contracts/planning'
import type { Of } from '@muster/contracts/message'
import type { Reaction } from './reactions.ts'

export type Computed = Of<PlanEvent, 'PlanComputed'>

const AIR_AND_LIFT = new Set(['aviation', 'strategic-lift', 'transport'])

/**
 * Proposals of an approved plan, in the plan's own order. `pledgeOf` maps an offer of the problem to its pledge; `categoryOf` tells which
 * capabilities go by letter of assist; a plan over reported strengths proposes nothing, for it is made of counts, not of pledges.
 */
export const proposalsOf = (
  computed: Computed,
  lookups: Lookups,
): ReadonlyArray<{ readonly assignment: Assignment; readonly reaction: Reaction }> => {
  if (computed.basis !== 'pledges') return []
  const { problem, solution, plan } = computed
  const inForce = new Set(problem.published.map(keyOf))
  const assetOf = new Map(problem.assets.map((asset) => [asset.id, asset]))
  const offerOf = new Map(problem.offers.map((offer) => [offer.id, offer]))
  const lineOf = new Map(problem.requirements.map((line) => [line.id, line]))
  return solution.assignments.flatMap((assignment, index) => {
    const asset = assetOf.get(offerOf.get(assignment.offer)?.asset ?? '')
    const line = lineOf.get(assignment.requirement)
    if (inForce.has(keyOf(assignment)) || asset === undefined || line === undefined) return []
    const commitment = `${plan}-${String(index + 1).padStart(4, '0')}`
    const data = {
      commitment,
      kind: kindOf(problem, asset.capability, lookups),
      pledge: lookups.pledgeOf(assignment.offer),
      contributor: asset.contributor,
      mission: line.mission,
      requirement: assignment.requirement,
      capability: asset.capability,
      quantity: assignment.quantity,
      from: assignment.from,
      to: assignment.to,
      plan,
    }
    return [{ assignment, reaction: { key: `ProposeCommitment:${commitment}`, type: 'ProposeCommitment', data } as const }]
  })
}

export interface Lookups {
  readonly pledgeOf: (offer: string) => string
  readonly categoryOf: (capability: string) => string | undefined
}

const kindOf = ({ capabilities }: Problem, code: string, { categoryOf }: Lookups): 'mou' | 'loa' | 'funding' => {
  const capability = capabilities.find((candidate) => candidate.code === code)
  if (capability?.dimension === 'funding') return 'funding'
  return AIR_AND_LIFT.has(categoryOf(code) ?? '') ? 'loa' : 'mou'
}

const keyOf = ({ offer, requirement, quantity, from, to }: Assignment): string =>
  [offer, requirement, quantity, from, to].join('|')
