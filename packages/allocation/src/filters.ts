/**
 * Which conditions stand between an offer and a line, in the order in which they are examined and explained.
 * Everything but windows depends only on the offer's conditions, so offers that agree in them are judged once.
 */
import type { ProblemMission, ProblemOffer, ProblemRequirement, ProblemAsset } from '@muster/contracts/allocation/problem'

export type FilterCode =
  | 'capability'
  | 'earmark'
  | 'caveat'
  | 'hostRefusal'
  | 'exclusion'
  | 'language'
  | 'readiness'
  | 'standard'
  | 'notice'
  | 'window'
  | 'tour'

/** What of an offer and its asset the filters look at, windows apart. */
export interface Conditions {
  readonly capability: string
  /** The contributor and every party. */
  readonly contributors: ReadonlyArray<string>
  readonly notIn: ReadonlyArray<string>
  readonly onlyIn: ReadonlyArray<string> | null
  readonly languages: ReadonlyArray<string>
  readonly standards: ReadonlyArray<string>
  readonly readiness: number
  readonly noticeDays: number
}

export const conditionsOf = (offer: ProblemOffer, asset: ProblemAsset): Conditions => ({
  capability: asset.capability,
  contributors: [...new Set([asset.contributor, ...(asset.parties ?? []).map((p) => p.contributor)])].toSorted(),
  notIn: offer.notIn,
  onlyIn: offer.onlyIn,
  languages: offer.languages,
  standards: offer.standards,
  readiness: offer.readiness,
  noticeDays: offer.noticeDays,
})

const list = (items: Iterable<string>): string => JSON.stringify([...new Set(items)].toSorted())

/** Equal text exactly when no filter can tell two offers apart. */
export const conditionsKey = (c: Conditions): string => {
  const only = c.onlyIn === null ? 'any' : list(c.onlyIn)
  return [
    c.capability,
    list(c.contributors),
    list(c.notIn),
    only,
    list(c.languages),
    list(c.standards),
    c.readiness,
    c.noticeDays,
  ].join('|')
}

/** A line as the filters see it, its lists made into sets once. */
export interface Demands {
  readonly requirement: ProblemRequirement
  readonly accepted: ReadonlySet<string>
  readonly refuses: ReadonlySet<string>
  readonly excludes: ReadonlySet<string>
}

export const demandsOf = (requirement: ProblemRequirement, mission: ProblemMission): Demands => ({
  requirement,
  accepted: new Set([requirement.capability, ...requirement.accepts]),
  refuses: new Set(mission.refuses),
  excludes: new Set(requirement.excludes),
})

const TESTS: ReadonlyArray<readonly [FilterCode, (c: Conditions, d: Demands) => boolean]> = [
  ['capability', (c, d) => d.accepted.has(c.capability)],
  ['earmark', (c, d) => c.onlyIn === null || c.onlyIn.includes(d.requirement.mission)],
  ['caveat', (c, d) => !c.notIn.includes(d.requirement.mission)],
  ['hostRefusal', (c, d) => !c.contributors.some((id) => d.refuses.has(id))],
  ['exclusion', (c, d) => !c.contributors.some((id) => d.excludes.has(id))],
  ['language', (c, d) => d.requirement.languages.every((l) => c.languages.includes(l))],
  ['readiness', (c, d) => c.readiness >= d.requirement.minReadiness],
  ['standard', (c, d) => d.requirement.standards.every((s) => c.standards.includes(s))],
  ['notice', (c, d) => c.noticeDays <= (d.requirement.maxNoticeDays ?? Number.POSITIVE_INFINITY)],
]

/** Every condition that fails; empty when the pair is eligible as far as conditions go. */
export const failures = (c: Conditions, d: Demands): ReadonlyArray<FilterCode> =>
  TESTS.flatMap(([code, passes]) => (passes(c, d) ? [] : [code]))
