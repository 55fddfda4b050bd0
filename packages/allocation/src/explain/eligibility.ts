/** Who is kept from serving a line by which condition: the first three reasons of every gap. */
import type { Problem, ProblemMission } from '@muster/contracts/allocation/problem'
import { conditionsOf, demandsOf, failures, type Conditions, type Demands, type FilterCode } from '../filters.ts'
import { compareText } from '../order.ts'
import { Sieve } from '../sieve.ts'
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

interface Judged {
  readonly id: string
  readonly conditions: Conditions
  readonly hasPersons: boolean
}

/** Judges offers against lines; used only for lines that stay open. */
export class Eligibility {
  readonly #problem: Problem
  readonly #missions: ReadonlyMap<string, ProblemMission>
  readonly #offers: ReadonlyArray<Judged>
  readonly #byCapability: ReadonlyMap<string, ReadonlyArray<Judged>>
  readonly #sieve: Sieve

  constructor(problem: Problem) {
    this.#problem = problem
    const assets = new Map(problem.assets.map((a) => [a.id, a]))
    this.#missions = new Map(problem.missions.map((m) => [m.id, m]))
    this.#offers = problem.offers.flatMap((offer) => {
      const asset = assets.get(offer.asset)
      if (asset === undefined || asset.copies === 0) return []
      return [{ id: offer.id, conditions: conditionsOf(offer, asset), hasPersons: asset.persons > 0 }]
    })
    this.#byCapability = Map.groupBy(this.#offers, ({ conditions }) => conditions.capability)
    this.#sieve = new Sieve(this.#offers.map(({ conditions }, o) => [o, conditions] as const))
  }

  /** What conditions leave of the offers for one requirement (index into the sorted problem), windows apart. */
  supplyOf(line: number): Supply {
    const requirement = this.#problem.requirements[line]
    const mission = this.#missions.get(requirement?.mission ?? '')
    if (requirement === undefined || mission === undefined) return { code: 'ELIGIBLE', offers: 0 }
    const counts = (offer: Judged | undefined): boolean => requirement.counts !== 'persons' || offer?.hasPersons === true
    const eligible = this.#sieve.passing(requirement, mission).filter((o) => counts(this.#offers[o])).length
    if (eligible > 0) return { code: 'ELIGIBLE', offers: eligible }
    const codes = [...new Set([requirement.capability, ...requirement.accepts])].toSorted(compareText)
    const offered = codes.flatMap((code) => this.#byCapability.get(code) ?? []).filter(counts)
    if (offered.length === 0) {
      return {
        code: 'NO_CAPABILITY',
        evidence: { capabilities: codes },
        text: `${requirement.id}: nobody offers ${codes.join(' or ')}.`,
      }
    }
    return { code: 'ALL_FILTERED', ...filtered(requirement.id, offered, demandsOf(requirement, mission)) }
  }
}

const filtered = (
  id: string,
  offers: ReadonlyArray<Judged>,
  demands: Demands,
): { readonly evidence: Record<string, unknown>; readonly text: string } => {
  const counts = new Map<FilterCode, number>()
  const nearMisses = new Map<FilterCode, string[]>()
  for (const offer of offers) {
    const failed = failures(offer.conditions, demands)
    for (const filter of failed) counts.set(filter, (counts.get(filter) ?? 0) + 1)
    const [only] = failed
    if (failed.length > 1 || only === undefined) continue
    const misses = nearMisses.get(only)
    if (misses) misses.push(offer.id)
    else nearMisses.set(only, [offer.id])
  }
  const [nearest] = [...nearMisses].toSorted((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))
  const byFilter = Object.fromEntries([...counts].toSorted((a, b) => compareText(a[0], b[0])))
  const evidence = {
    offers: offers.length,
    failing: byFilter,
    ...(nearest === undefined
      ? {}
      : { nearest: { filter: nearest[0], count: nearest[1].length, offers: nearest[1].slice(0, 10) } }),
  }
  const miss =
    nearest === undefined
      ? 'each fails on more than one condition'
      : `${nearest[1].length} of them only on ${WORDS[nearest[0]]} (${some(nearest[1])})`
  return { evidence, text: `${id}: none of ${count(offers.length, 'offer')} passes its conditions; ${miss}.` }
}
