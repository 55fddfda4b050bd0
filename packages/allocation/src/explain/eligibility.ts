/** Who is kept from serving a line by which condition: the first three reasons of every gap. */
import type { Problem, ProblemMission } from '@muster/contracts/allocation/problem'
import { conditionsKey, conditionsOf, demandsOf, failures, type Conditions, type FilterCode } from '../filters.ts'
import { compareText } from '../order.ts'
import { count, some } from './words.ts'

export type Supply =
  | { readonly code: 'NO_CAPABILITY'; readonly evidence: Record<string, unknown>; readonly text: string }
  | { readonly code: 'ALL_FILTERED'; readonly evidence: Record<string, unknown>; readonly text: string }
  | { readonly code: 'ELIGIBLE'; readonly offers: number }

const WORDS: Readonly<Record<FilterCode, string>> = {
  capability: 'another capability',
  earmark: 'an earmark for other missions',
  caveat: 'a caveat against the mission',
  hostRefusal: "the host's refusal",
  exclusion: 'an exclusion by the requirement',
  language: 'a language',
  readiness: 'too low a readiness',
  standard: 'a standard',
  notice: 'too long a notice',
  window: 'its window',
  tour: 'its shortest tour',
}

/** Offers that no filter tells apart. */
interface Alike {
  readonly conditions: Conditions
  readonly hasPersons: boolean
  /** Indexes into the sorted problem. */
  readonly offers: number[]
}

/** Judges offers against lines; used only for lines that stay open. */
export class Eligibility {
  readonly #problem: Problem
  readonly #missions: ReadonlyMap<string, ProblemMission>
  readonly #byCapability = new Map<string, Alike[]>()

  constructor(problem: Problem) {
    this.#problem = problem
    const assets = new Map(problem.assets.map((a) => [a.id, a]))
    this.#missions = new Map(problem.missions.map((m) => [m.id, m]))
    const known = new Map<string, Alike>()
    for (const [o, offer] of problem.offers.entries()) {
      const asset = assets.get(offer.asset)
      if (asset === undefined || asset.copies === 0) continue
      const conditions = conditionsOf(offer, asset)
      const hasPersons = asset.persons > 0
      const key = `${conditionsKey(conditions)}|${hasPersons}`
      const same = known.get(key)
      if (same) same.offers.push(o)
      else {
        const alike: Alike = { conditions, hasPersons, offers: [o] }
        known.set(key, alike)
        const list = this.#byCapability.get(asset.capability)
        if (list) list.push(alike)
        else this.#byCapability.set(asset.capability, [alike])
      }
    }
  }

  /** What conditions leave of the offers for one requirement (index into the sorted problem), windows apart. */
  supplyOf(line: number): Supply {
    const requirement = this.#problem.requirements[line]
    const mission = this.#missions.get(requirement?.mission ?? '')
    if (requirement === undefined || mission === undefined) return { code: 'ELIGIBLE', offers: 0 }
    const codes = [...new Set([requirement.capability, ...requirement.accepts])].toSorted(compareText)
    const demands = demandsOf(requirement, mission)
    const counts = new Map<FilterCode, number>()
    const nearMisses = new Map<FilterCode, Alike[]>()
    let offered = 0
    let eligible = 0
    for (const alike of codes.flatMap((code) => this.#byCapability.get(code) ?? [])) {
      if (requirement.counts === 'persons' && !alike.hasPersons) continue
      const { length } = alike.offers
      offered += length
      const failed = failures(alike.conditions, demands)
      if (failed.length === 0) eligible += length
      for (const filter of failed) counts.set(filter, (counts.get(filter) ?? 0) + length)
      const [only] = failed
      if (failed.length === 1 && only !== undefined) nearMisses.set(only, [...(nearMisses.get(only) ?? []), alike])
    }
    if (offered === 0) {
      return {
        code: 'NO_CAPABILITY',
        evidence: { capabilities: codes },
        text: `${requirement.id}: nobody offers ${codes.join(' or ')}.`,
      }
    }
    if (eligible > 0) return { code: 'ELIGIBLE', offers: eligible }
    const misses = [...nearMisses].map(([filter, alikes]) => [filter, this.#idsOf(codes, alikes)] as const)
    return { code: 'ALL_FILTERED', ...filtered(requirement.id, offered, counts, misses) }
  }

  /** In the order of the capabilities, then of the problem. */
  #idsOf(codes: ReadonlyArray<string>, alikes: ReadonlyArray<Alike>): ReadonlyArray<string> {
    return codes.flatMap((code) =>
      alikes
        .filter(({ conditions }) => conditions.capability === code)
        .flatMap(({ offers }) => offers)
        .toSorted((a, b) => a - b)
        .flatMap((o) => this.#problem.offers[o]?.id ?? []),
    )
  }
}

const filtered = (
  id: string,
  offered: number,
  counts: ReadonlyMap<FilterCode, number>,
  nearMisses: ReadonlyArray<readonly [FilterCode, ReadonlyArray<string>]>,
): { readonly evidence: Record<string, unknown>; readonly text: string } => {
  const [nearest] = nearMisses.toSorted((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))
  const byFilter = Object.fromEntries([...counts].toSorted((a, b) => compareText(a[0], b[0])))
  const evidence = {
    offers: offered,
    failing: byFilter,
    ...(nearest === undefined
      ? {}
      : { nearest: { filter: nearest[0], count: nearest[1].length, offers: nearest[1].slice(0, 10) } }),
  }
  const miss =
    nearest === undefined
      ? 'each fails on more than one condition'
      : `${nearest[1].length} of them only on ${WORDS[nearest[0]]} (${some(nearest[1])})`
  return { evidence, text: `${id}: none of ${count(offered, 'offer')} passes its conditions; ${miss}.` }
}
