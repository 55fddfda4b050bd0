/** Who is kept from serving a line by which condition: the first three reasons of every gap. */
import type { Problem, ProblemAsset, ProblemMission } from '@muster/contracts/allocation/problem'
import { conditionsOf, demandsOf, failures, type FilterCode } from '../filters.ts'
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

/** Judges offers against lines one by one; used only for lines that stay open. */
export class Eligibility {
  readonly #problem: Problem
  readonly #assets: ReadonlyMap<string, ProblemAsset>
  readonly #missions: ReadonlyMap<string, ProblemMission>
  readonly #byCapability = new Map<string, number[]>()

  constructor(problem: Problem) {
    this.#problem = problem
    this.#assets = new Map(problem.assets.map((a) => [a.id, a]))
    this.#missions = new Map(problem.missions.map((m) => [m.id, m]))
    for (const [o, offer] of problem.offers.entries()) {
      const asset = this.#assets.get(offer.asset)
      if (asset === undefined || asset.copies === 0) continue
      const list = this.#byCapability.get(asset.capability)
      if (list) list.push(o)
      else this.#byCapability.set(asset.capability, [o])
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
    const nearMisses = new Map<FilterCode, string[]>()
    let offered = 0
    let eligible = 0
    for (const code of codes) {
      for (const o of this.#byCapability.get(code) ?? []) {
        const offer = this.#problem.offers[o]
        const asset = this.#assets.get(offer?.asset ?? '')
        if (offer === undefined || asset === undefined || (requirement.counts === 'persons' && asset.persons === 0)) continue
        offered += 1
        const failed = failures(conditionsOf(offer, asset), demands)
        if (failed.length === 0) eligible += 1
        for (const filter of failed) counts.set(filter, (counts.get(filter) ?? 0) + 1)
        const [only] = failed
        if (failed.length === 1 && only !== undefined) nearMisses.set(only, [...(nearMisses.get(only) ?? []), offer.id])
      }
    }
    if (offered === 0) {
      return {
        code: 'NO_CAPABILITY',
        evidence: { capabilities: codes },
        text: `${requirement.id}: nobody offers ${codes.join(' or ')}.`,
      }
    }
    if (eligible > 0) return { code: 'ELIGIBLE', offers: eligible }
    return { code: 'ALL_FILTERED', ...filtered(requirement.id, offered, counts, nearMisses) }
  }
}

const filtered = (
  id: string,
  offered: number,
  counts: ReadonlyMap<FilterCode, number>,
  nearMisses: ReadonlyMap<FilterCode, ReadonlyArray<string>>,
): { readonly evidence: Record<string, unknown>; readonly text: string } => {
  const [nearest] = [...nearMisses].toSorted((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))
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
