/**
 * Fairness policies side by side: what each makes of the plan in force, and what the plan would be under it. Shown before a
 * policy is changed, for every contributor.
 */
import { measures, type Measures } from '@muster/burden/measures'
import { compositeBurden, relativeBurden, type Load } from '@muster/burden/relative-burden'
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import type { PolicyVariant } from '@muster/contracts/allocation/questions'
import type { Dimension } from '@muster/contracts/primitives'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { allocate, type AllocateOptions } from '../allocate.ts'
import { DIMENSIONS, exactBurdens } from '../balance/burdens.ts'
import { compile } from '../compile.ts'
import type { AllocationError, Violation } from '../errors.ts'
import { readProblem } from '../problem.ts'
import { differenceOf, type PlanDifference } from './counterfactual.ts'

export interface ContributorEffect {
  readonly contributor: string
  readonly dimension: Dimension
  readonly capacity: string
  /** ρ in the plan in force, by the policy in force. */
  readonly now: number | null
  /** ρ in the plan in force, by this policy. */
  readonly judged: number | null
  /** ρ in the plan that this policy leads to, by this policy. */
  readonly replanned: number | null
}

export interface PolicyPreview {
  readonly name: string
  readonly contributors: ReadonlyArray<ContributorEffect>
  /** Composite ρ by the policy's weights. */
  readonly composite: ReadonlyArray<{
    readonly contributor: string
    readonly judged: number | null
    readonly replanned: number | null
  }>
  readonly measures: ReadonlyArray<{
    readonly dimension: Dimension
    readonly judged: Measures
    readonly replanned: Measures
  }>
  /** From the plan in force to the one under this policy: coverage gained or lost, rows and burdens that differ. */
  readonly difference: PlanDifference
  /** Digest of the plan under this policy. */
  readonly plan: string
}

export const policyPreview =
  (
    document: unknown,
    variants: ReadonlyArray<PolicyVariant>,
    options: AllocateOptions = {},
  ): TaskEither<AllocationError, ReadonlyArray<PolicyPreview>> =>
  async () => {
    const read = readProblem(document)
    if (E.isLeft(read)) return read
    const problem = read.right
    const violations = strangers(problem, variants)
    if (violations.length > 0) return E.left({ _tag: 'RefusedProblem', code: 'UNKNOWN_REFERENCE', violations })
    const inForce = await allocate(document, options)()
    if (E.isLeft(inForce)) return inForce
    const now = loadsOf(problem, inForce.right.assignments)
    const previews: PolicyPreview[] = []
    for (const variant of variants) {
      const under = underPolicy(problem, variant)
      const plan = await allocate(under, options)()
      if (E.isLeft(plan)) return plan
      previews.push(previewOf(variant, now, under, inForce.right, plan.right))
    }
    return E.right(previews)
  }

const strangers = (problem: Problem, variants: ReadonlyArray<PolicyVariant>): ReadonlyArray<Violation> => {
  const known = new Set(problem.contributors.map(({ id }) => id))
  return variants.flatMap(({ capacity }, i) =>
    Object.keys(capacity).flatMap((id) =>
      known.has(id) ? [] : [{ pointer: `/policies/${i}/capacity/${id}`, message: `${id} is not in the problem` }],
    ),
  )
}

const underPolicy = (problem: Problem, { capacity, slackPpm, maxMissionsPerContributor }: PolicyVariant): Problem => ({
  ...problem,
  contributors: problem.contributors.map((c) => ({ ...c, capacity: { ...c.capacity, ...capacity[c.id] } })),
  policy: {
    slackPpm: slackPpm ?? problem.policy.slackPpm,
    maxMissionsPerContributor:
      maxMissionsPerContributor === undefined ? problem.policy.maxMissionsPerContributor : maxMissionsPerContributor,
  },
})

type Loads = Readonly<Record<Dimension, ReadonlyArray<Load>>>

/** What everyone carries in some rows of a problem, exactly: in units of burden times a common denominator. */
const loadsOf = (problem: Problem, rows: ReadonlyArray<Assignment>): Loads => {
  const model = compile({ ...problem, published: [...rows] })
  const { own } = exactBurdens(model, model.published)
  const of = (dimension: Dimension): ReadonlyArray<Load> =>
    model.contributors.map(({ id, capacity }, c) => ({
      contributor: id,
      own: own[dimension][c] ?? 0n,
      capacity: BigInt(capacity[dimension]),
    }))
  return { personnel: of('personnel'), equipment: of('equipment'), funding: of('funding') }
}

/** The same burdens against other capacities. */
const against = (loads: ReadonlyArray<Load>, yardstick: ReadonlyArray<Load>): ReadonlyArray<Load> => {
  const capacities = new Map(yardstick.map(({ contributor, capacity }) => [contributor, capacity]))
  return loads.map((load) => ({ ...load, capacity: capacities.get(load.contributor) ?? 0n }))
}

const previewOf = (variant: PolicyVariant, now: Loads, under: Problem, inForce: Plan, plan: Plan): PolicyPreview => {
  const replanned = loadsOf(under, plan.assignments)
  const judged: Loads = {
    personnel: against(now.personnel, replanned.personnel),
    equipment: against(now.equipment, replanned.equipment),
    funding: against(now.funding, replanned.funding),
  }
  const asked = new Set(under.capabilities.map((c) => c.dimension))
  const dimensions = DIMENSIONS.filter((dimension) => asked.has(dimension))
  const composites = [compositeBurden(judged, variant.weights), compositeBurden(replanned, variant.weights)] as const
  return {
    name: variant.name,
    contributors: dimensions.flatMap((dimension) => {
      const [before, same, after] = [now, judged, replanned].map((loads) => relativeBurden(loads[dimension]))
      return (after ?? []).map((line, c) => ({
        contributor: line.contributor,
        dimension,
        capacity: line.capacity.toString(),
        now: before?.[c]?.rho ?? null,
        judged: same?.[c]?.rho ?? null,
        replanned: line.rho,
      }))
    }),
    composite: composites[0].map(({ contributor, rho }, c) => ({
      contributor,
      judged: rho,
      replanned: composites[1][c]?.rho ?? null,
    })),
    measures: dimensions.map((dimension) => ({
      dimension,
      judged: measures(judged[dimension]),
      replanned: measures(replanned[dimension]),
    })),
    difference: differenceOf(inForce, plan),
    plan: plan.digest,
  }
}
