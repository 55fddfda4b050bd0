/** A problem and its plan in force, cut into families: a change reaches one or two of them, and only those are looked at. */
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import { compareRows } from '../deal.ts'
import { byId } from '../order.ts'
import type { Families } from './families.ts'
import { worthOf, worthOfLawfulRows, type Worth } from './worth.ts'

/** What belongs to one family. The rest of the problem is that of the whole; `published` are the part's rows in force. */
export class Part {
  readonly problem: Problem
  #worth: Worth | undefined

  constructor(problem: Problem, worth?: Worth) {
    this.problem = problem
    this.#worth = worth
  }

  /** What the rows in force are worth; computed when it is first asked for. */
  get worth(): Worth {
    this.#worth ??= worthOfLawfulRows(this.problem, this.problem.published) ?? worthOf(this.problem, this.problem.published)
    return this.#worth
  }
}

/** By family. What belongs to none (a row of a requirement that is gone) is kept under the empty name. */
export type Parts = ReadonlyMap<string, Part>

/** `elsewhere` says the capability of requirements that rows may name although the problem does not have them. */
export const partsOf = (
  problem: Problem,
  rows: ReadonlyArray<Assignment>,
  families: Families,
  elsewhere: Problem['requirements'] = [],
): Parts => {
  const capabilityOf = new Map([...elsewhere, ...problem.requirements].map((r) => [r.id, r.capability]))
  const assetCapability = new Map(problem.assets.map((a) => [a.id, a.capability]))
  const family = (capability: string | undefined): string => families.get(capability ?? '') ?? ''
  const requirements = Map.groupBy(problem.requirements, (r) => family(r.capability))
  const assets = Map.groupBy(problem.assets, (a) => family(a.capability))
  const offers = Map.groupBy(problem.offers, (o) => family(assetCapability.get(o.asset)))
  const published = Map.groupBy(rows, (row) => family(capabilityOf.get(row.requirement)))
  return new Map(
    ['', ...new Set(families.values())].map((name) => [
      name,
      new Part({
        ...problem,
        requirements: requirements.get(name) ?? [],
        assets: assets.get(name) ?? [],
        offers: offers.get(name) ?? [],
        published: published.get(name) ?? [],
      }),
    ]),
  )
}

/** The whole again, beside what no family changes. */
export const wholeOf = (frame: Problem, parts: Parts): Problem => {
  const problems = [...parts.values()].map(({ problem }) => problem)
  return {
    ...frame,
    requirements: problems.flatMap(({ requirements }) => requirements).toSorted(byId),
    assets: problems.flatMap(({ assets }) => assets).toSorted(byId),
    offers: problems.flatMap(({ offers }) => offers).toSorted(byId),
  }
}

/** Rows of several parts in the order of the document. */
export const rowsOfParts = (parts: Iterable<Part>): ReadonlyArray<Assignment> =>
  [...parts].flatMap(({ problem }) => problem.published).toSorted(compareRows)

/** The family in whose part the record is. */
export const homeOf = (parts: Parts, list: 'assets' | 'offers', id: string): string | undefined => {
  for (const [name, { problem }] of parts) if (has(problem[list], id)) return name
  return undefined
}

/** In a list sorted by id. */
const has = (list: ReadonlyArray<{ readonly id: string }>, id: string): boolean => {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.id ?? '') < id) low = middle + 1
    else high = middle
  }
  return list[low]?.id === id
}

export const worthOfParts = (parts: ReadonlyArray<Part>): Worth => {
  const sum = new Map<number, bigint>()
  for (const { worth } of parts) for (const [tier, value] of worth) sum.set(tier, (sum.get(tier) ?? 0n) + value)
  return sum
}
