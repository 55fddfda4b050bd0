/**
 * The allocation problem (`muster.problem/1`) as the log knows it at a position. The same log, position and question give the
 * same document, byte for byte.
 *
 * - basis `pledges`: pledges on offer with what is free of them, against what requirement lines still lack. Firm commitments
 *   are facts, not choices: what they cover is taken off the lines, what they hold off the pledges. Proposals that wait for
 *   an answer are the published plan.
 * - basis `reported-strength`: everyone counted in the last month reported, as divisible offers in persons, against the
 *   missions' ceilings (where none is known, against what was counted there). Where they are now is the published plan.
 */
import * as E from 'fp-ts/lib/Either.js'
import { capacities } from '@muster/burden/capacity'
import type { Problem } from '@muster/contracts/allocation/problem'
import type { CapacityKey, PolicyTerms } from '@muster/contracts/contributors'
import { Dimension } from '@muster/contracts/primitives'
import type { Day, Window } from '@muster/kernel/time'
import { consentsTo, type Consents } from '@muster/missions/consent'
import type { ReadModels } from '../read-models.ts'
import type { CapabilityRow } from '../tables/ground.ts'
import type { ConsentRow } from '../tables/missions.ts'
import { groupBy, type AsOf } from './as-of.ts'
import { bearersOf, type BearerRow } from './burden.ts'
import { allCapabilities, allScales, policyOn } from './ground.ts'
import { consentsOf } from './missions.ts'
import { pledgeParts } from './problem-pledges.ts'
import { countedParts } from './problem-strengths.ts'

export interface ProblemQuestion extends AsOf {
  readonly basis: 'pledges' | 'reported-strength'
  readonly horizon: Window
  /** The day from which notice counts; the horizon's first unless given. */
  readonly decidedAt?: Day
}

export interface FoldedProblem {
  readonly problem: Problem
  /** Id of the policy in force. */
  readonly policy: string
}

export type ProblemRefusal =
  | { readonly _tag: 'NoPolicy'; readonly message: string }
  | { readonly _tag: 'NothingCounted'; readonly message: string }

/** What the two bases bring; the rest of the problem is the same for both. */
export interface ProblemParts extends Pick<Problem, 'requirements' | 'assets' | 'offers' | 'published'> {
  readonly missions: ReadonlyArray<{ readonly id: string; readonly ceilings: Problem['missions'][number]['ceilings'] }>
}

export interface PartsQuestion extends AsOf {
  readonly horizon: Window
  readonly decidedAt: Day
  readonly catalogue: ReadonlyMap<string, CapabilityRow>
}

/** A mission takes nothing from a contributor that the host refuses on any day of the horizon: rather too little than unlawful. */
const refusedBy = (
  consents: ReadonlyArray<ConsentRow>,
  contributors: ReadonlyArray<string>,
  { from, to }: Window,
): ReadonlyArray<string> => {
  if (consents.length === 0) return []
  const steps: Consents = consents
    .flatMap(({ contributor, decisions }) =>
      decisions.map((each) => ({ contributor: contributor ?? undefined, stance: each.decision, from: each.from })),
    )
    .toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  const days = new Set([from, ...steps.map((step) => step.from).filter((day) => day > from && day < to)])
  return contributors.filter((contributor) => ![...days].every((day) => consentsTo(steps, contributor, day)))
}

const contributorsOf = (bearers: ReadonlyArray<BearerRow>, keys: PolicyTerms['keys'], year: number): Problem['contributors'] => {
  const byDimension = Dimension.options.map((dimension) => ({
    dimension,
    capacityOf: new Map(
      capacities(bearers, { method: 'policy', dimension, keys, year }).map(({ contributor, capacity }) => [
        contributor,
        capacity,
      ]),
    ),
  }))
  return bearers.map(({ contributor }) => ({
    id: contributor,
    capacity: Object.fromEntries(
      byDimension.map(({ dimension, capacityOf }) => [dimension, Number(capacityOf.get(contributor) ?? 0n)]),
    ),
  }))
}

const FIGURES: ReadonlyArray<CapacityKey> = ['population', 'armed-forces', 'military-expenditure', 'gdp']

export const problemAt = async (
  readModels: ReadModels,
  { asOf, basis, horizon, decidedAt = horizon.from }: ProblemQuestion,
): Promise<E.Either<ProblemRefusal, FoldedProblem>> => {
  const policy = await policyOn(readModels, { asOf, day: decidedAt })
  if (policy === undefined) {
    return E.left({ _tag: 'NoPolicy', message: `No policy is in force on ${decidedAt}; adopt one first.` })
  }
  const { keys, slackPpm, maxMissionsPerContributor } = policy.terms
  const catalogue = new Map((await allCapabilities(readModels, { asOf })).map((row) => [row.id, row]))
  const question: PartsQuestion = { asOf, horizon, decidedAt, catalogue }
  const parts = basis === 'pledges' ? await pledgeParts(readModels, question) : await countedParts(readModels, question)
  if (parts === undefined) {
    return E.left({ _tag: 'NothingCounted', message: 'No strength was reported by then; report one, or plan from pledges.' })
  }
  const { missions, requirements, assets, offers, published } = parts

  const involved = new Set(
    assets.flatMap(({ contributor, parties = [] }) => [contributor, ...parties.map((party) => party.contributor)]),
  )
  const scales = await allScales(readModels, { asOf })
  const bearers = (await bearersOf(readModels, { asOf, keys: FIGURES, scales })).filter(
    ({ contributor, isState }) => isState || involved.has(contributor),
  )
  const consents = groupBy(await consentsOf(readModels, { asOf }), ({ mission }) => mission)
  const ids = bearers.map(({ contributor }) => contributor)
  const problem: Problem = {
    format: 'muster.problem/1',
    horizon: { from: horizon.from, to: horizon.to },
    decidedAt,
    capabilities: [...catalogue.values()].map(({ id, dimension, measure }) => ({ code: id, dimension, measure })),
    contributors: contributorsOf(bearers, keys, Number(decidedAt.slice(0, 4))),
    missions: missions.map(({ id, ceilings }) => ({
      id,
      ceilings,
      refuses: [...refusedBy(consents.get(id) ?? [], ids, horizon)],
    })),
    requirements,
    assets,
    offers,
    policy: { slackPpm, maxMissionsPerContributor },
    published,
  }
  return E.right({ problem, policy: policy.id })
}
