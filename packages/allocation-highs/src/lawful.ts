/** What the tours of one component are worth, and whether they keep every rule: whole numbers, day by day, no solver. */
import type { Tour } from '@muster/allocation/model'
import { countedCover, type Span } from '@muster/allocation/search/cover'
import { Steps } from '@muster/allocation/search/steps'
import { shownWindow, type View } from '@muster/allocation/search/view'

/** Whether every tour is lawful by itself and no sum exceeds its limit. */
export const isLawful = (view: View, tours: ReadonlyArray<Tour>): boolean =>
  tours.every((tour) => isLawfulTour(view, tour)) &&
  keepsCopies(view, tours) &&
  keepsCeilings(view, tours) &&
  keepsParts(view, tours) &&
  keepsMissions(view, tours)

/** Counted cover per local line: spans of positive cover (stock: one span on the pseudo-day). */
export const coverOf = (view: View, tours: ReadonlyArray<Tour>): ReadonlyMap<number, ReadonlyArray<Span>> => {
  const present = view.lines.map(() => new Steps())
  for (const tour of tours) {
    const { from, to } = ownDays(view, tour)
    present[view.line[tour.pair] ?? 0]?.add(from, to, tour.quantity * (view.units[tour.pair] ?? 1))
  }
  return countedCover(view, [...view.lines.keys()], present)
}

/** Per tier: Σ weight × cover × days. */
export const valuesOf = (view: View, tours: ReadonlyArray<Tour>): ReadonlyArray<number> => {
  const values = view.model.tiers.map(() => 0)
  for (const [l, spans] of coverOf(view, tours)) {
    const { tier, weight } = view.lines[l] ?? { tier: 0, weight: 0 }
    for (const { from, to, value } of spans) values[tier] = (values[tier] ?? 0) + weight * value * (to - from)
  }
  return values
}

const isStock = (view: View, pair: number): boolean => view.lines[view.line[pair] ?? 0]?.stock === true

const ownDays = (view: View, tour: Tour): { readonly from: number; readonly to: number } =>
  isStock(view, tour.pair) ? { from: 0, to: 1 } : tour

const isLawfulTour = (view: View, { pair, quantity, from, to }: Tour): boolean => {
  if (!Number.isSafeInteger(quantity) || quantity <= 0) return false
  if (isStock(view, pair)) {
    const shown = shownWindow(view, pair, 0, 1)
    return from === shown.from && to === shown.to
  }
  return from >= (view.from[pair] ?? 0) && to <= (view.to[pair] ?? 0) && to - from >= (view.tour[pair] ?? 1)
}

const most = (steps: Steps): number => steps.values.reduce((a, b) => Math.max(a, b), 0)

const keepsCopies = (view: View, tours: ReadonlyArray<Tour>): boolean => {
  const away = view.assets.map(() => new Steps())
  for (const tour of tours) {
    const { from, to } = ownDays(view, tour)
    away[view.asset[tour.pair] ?? 0]?.add(from, to, tour.quantity)
  }
  return view.assets.every(({ copies }, a) => most(away[a] ?? new Steps()) <= copies)
}

const keepsCeilings = (view: View, tours: ReadonlyArray<Tour>): boolean =>
  view.model.ceilings.every((ceiling) => {
    const under = new Steps()
    for (const { pair, quantity, from, to } of tours) {
      const [line, asset] = [view.lines[view.line[pair] ?? 0], view.assets[view.asset[pair] ?? 0]]
      if (line?.mission === ceiling.mission && asset !== undefined && ceiling.capabilities.has(asset.capability))
        under.add(Math.max(from, ceiling.from), Math.min(to, ceiling.to), quantity)
    }
    return most(under) <= ceiling.quantity
  })

/** part ÷ parts × units ≤ max(1, percent of what is required that day), by cross-multiplication over all parts of a day. */
const keepsParts = (view: View, tours: ReadonlyArray<Tour>): boolean => {
  const capped = tours.filter(({ pair }) => percentOf(view, view.line[pair] ?? 0) !== undefined)
  const groups = Map.groupBy(capped, ({ pair }) => {
    const line = view.lines[view.line[pair] ?? 0]
    return `${line?.mission}/${line?.capability}`
  })
  return [...groups.values()].every((own) => keepsPartsOfGroup(view, own))
}

const percentOf = (view: View, l: number): number | undefined => view.model.missions[view.lines[l]?.mission ?? -1]?.maxPercent

const keepsPartsOfGroup = (view: View, tours: ReadonlyArray<Tour>): boolean => {
  const l = view.line[tours[0]?.pair ?? 0] ?? 0
  const percent = BigInt(percentOf(view, l) ?? 100)
  const group = view.lines.filter(
    (line) => line.mission === view.lines[l]?.mission && line.capability === view.lines[l]?.capability,
  )
  const contributors = new Set(
    tours.flatMap(({ pair }) => view.assets[view.asset[pair] ?? 0]?.parties ?? []).map((p) => p.contributor),
  )
  const days = new Set([...tours.map((tour) => tour.from), ...group.flatMap((line) => [line.from, line.to])])
  return [...days].every((day) => {
    const required = group.reduce((sum, line) => (line.from <= day && day < line.to ? sum + BigInt(line.quantity) : sum), 0n)
    const present = tours.filter((tour) => tour.from <= day && day < tour.to)
    const parts = present.reduce((product, { pair }) => product * BigInt(view.assets[view.asset[pair] ?? 0]?.parts ?? 1), 1n)
    const limit = percent * required > 100n ? percent * required : 100n
    return [...contributors].every((contributor) => {
      const have = present.reduce((sum, { pair, quantity }) => {
        const asset = view.assets[view.asset[pair] ?? 0]
        const part = asset?.parties.find((party) => party.contributor === contributor)?.part ?? 0
        return sum + (BigInt(quantity * (view.units[pair] ?? 1) * part) * parts) / BigInt(asset?.parts ?? 1)
      }, 0n)
      return have * 100n <= limit * parts
    })
  })
}

const keepsMissions = (view: View, tours: ReadonlyArray<Tour>): boolean => {
  const limit = view.model.maxMissionsPerContributor
  if (limit === undefined) return true
  const served = Map.groupBy(tours, ({ pair }) => view.assets[view.asset[pair] ?? 0]?.contributor)
  return [...served.values()].every(
    (own) => new Set(own.map(({ pair }) => view.lines[view.line[pair] ?? 0]?.mission)).size <= limit,
  )
}
