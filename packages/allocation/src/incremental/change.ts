/** What may change between two problems, as data: records put in (new, or in place of those of the same id) and ids taken out. */
import type { Problem } from '@muster/contracts/allocation/problem'
import { byId } from '../order.ts'

export interface Change {
  readonly put?: Partial<Pick<Problem, 'requirements' | 'assets' | 'offers' | 'contributors' | 'missions'>>
  readonly drop?: {
    readonly requirements?: ReadonlyArray<string>
    readonly assets?: ReadonlyArray<string>
    readonly offers?: ReadonlyArray<string>
  }
}

/** The problem after the change. An asset takes its offers with it, a requirement the needs of others for it. */
export const changed = (problem: Problem, { put = {}, drop = {} }: Change): Problem => {
  const goneAssets = new Set(drop.assets)
  const goneLines = new Set(drop.requirements)
  const offers = merged(problem.offers, put.offers, drop.offers)
  const requirements = merged(problem.requirements, put.requirements, drop.requirements)
  return {
    ...problem,
    contributors: merged(problem.contributors, put.contributors, []),
    missions: merged(problem.missions, put.missions, []),
    requirements:
      goneLines.size === 0 ? requirements : requirements.map((r) => ({ ...r, needs: r.needs.filter((n) => !goneLines.has(n)) })),
    assets: merged(problem.assets, put.assets, drop.assets),
    offers: goneAssets.size === 0 ? offers : offers.filter((o) => !goneAssets.has(o.asset)),
  }
}

const merged = <T extends { readonly id: string }>(
  now: T[],
  put: ReadonlyArray<T> = [],
  drop: ReadonlyArray<string> = [],
): T[] => {
  if (put.length === 0 && drop.length === 0) return now
  const out = new Set([...drop, ...put.map((p) => p.id)])
  return [...now.filter((item) => !out.has(item.id)), ...put].toSorted(byId)
}
