/** From a problem that makes sense to the compiled model: integers, classes of identical pledges, eligible pairs, components. */
import type { Problem, ProblemAsset, ProblemOffer } from '@muster/contracts/allocation/problem'
import { dayNumber } from './calendar.ts'
import { componentsOf } from './components.ts'
import type { AllocationError } from './errors.ts'
import { conditionsKey, conditionsOf, type Conditions } from './filters.ts'
import type { Asset, Ceiling, Contributor, Line, Mission, Model, Offer, OfferMember, Pairs, Tour } from './model.ts'
import { byId, compareText } from './order.ts'
import { Sieve } from './sieve.ts'
import { markSupported } from './support.ts'
import { weightUnits } from './totals.ts'

/** Pairs of offers and requirements that are kept in memory; five columns of 4 bytes each, and a few more while planning. */
export const MOST_PAIRS = 20_000_000

/** The problem must come from `readProblem`: sorted, references known, sums exact. Beyond `MOST_PAIRS` pairs are left out: see `tooLarge`. */
export const compile = (problem: Problem): Model => {
  const indexes = indexesOf(problem)
  const tiers = [...new Set(problem.requirements.map((r) => r.tier))].toSorted((a, b) => a - b)
  const units = weightUnits(problem.requirements)
  const asked = linesOf(problem, indexes, tiers, units)
  const { assets, offers, conditions, tours } = classesOf(problem, indexes)
  const pairs = pairsOf(problem, asked, assets, offers, conditions, tours)
  const lines = markSupported(asked, pairs)
  const ceilings = ceilingsOf(problem, indexes)
  const unassembled = {
    horizon: { from: dayNumber(problem.horizon.from), to: dayNumber(problem.horizon.to) },
    tiers,
    tierUnits: tiers.map((tier) => units.get(tier) ?? 1),
    capabilities: problem.capabilities.map((c) => ({ code: c.code, dimension: c.dimension, stock: c.measure === 'stock' })),
    contributors: problem.contributors.map(contributorOf),
    missions: problem.missions.map((m): Mission => ({ id: m.id, maxPercent: m.maxPercent ?? undefined })),
    lines,
    assets,
    offers,
    pairs,
    ceilings,
    maxMissionsPerContributor: problem.policy.maxMissionsPerContributor ?? undefined,
    slackPpm: problem.policy.slackPpm,
  }
  return { ...unassembled, components: componentsOf(unassembled), published: publishedTours(problem, unassembled) }
}

interface Indexes {
  readonly capability: ReadonlyMap<string, number>
  readonly contributor: ReadonlyMap<string, number>
  readonly mission: ReadonlyMap<string, number>
  readonly requirement: ReadonlyMap<string, number>
}

const indexesOf = (problem: Problem): Indexes => ({
  capability: new Map(problem.capabilities.map((c, i) => [c.code, i])),
  contributor: new Map(problem.contributors.map((c, i) => [c.id, i])),
  mission: new Map(problem.missions.map((m, i) => [m.id, i])),
  requirement: new Map(problem.requirements.map((r, i) => [r.id, i])),
})

/** `readProblem` has refused unknown references; what is missing here would be a fault of this package. */
const known = (index: ReadonlyMap<string, number>, id: string): number => {
  const found = index.get(id)
  if (found === undefined) throw new Error(`compile: ${id} is not in the problem`)
  return found
}

const contributorOf = (c: Problem['contributors'][number]): Contributor => ({
  id: c.id,
  capacity: { personnel: c.capacity.personnel ?? 0, equipment: c.capacity.equipment ?? 0, funding: c.capacity.funding ?? 0 },
})

const linesOf = (
  problem: Problem,
  indexes: Indexes,
  tiers: ReadonlyArray<number>,
  units: ReadonlyMap<number, number>,
): ReadonlyArray<Line> => {
  const tierIndex = new Map(tiers.map((tier, i) => [tier, i]))
  return problem.requirements.map((r) => {
    const capability = known(indexes.capability, r.capability)
    return {
      id: r.id,
      mission: known(indexes.mission, r.mission),
      capability,
      tier: tierIndex.get(r.tier) ?? 0,
      weight: r.weight / (units.get(r.tier) ?? 1),
      persons: r.counts === 'persons',
      stock: problem.capabilities[capability]?.measure === 'stock',
      quantity: r.quantity,
      from: dayNumber(r.from),
      to: dayNumber(r.to),
      needs: [...new Set(r.needs)].map((id) => known(indexes.requirement, id)).toSorted((a, b) => a - b),
      supported: true,
    }
  })
}

interface Classes {
  readonly assets: ReadonlyArray<Asset>
  readonly offers: ReadonlyArray<Offer>
  readonly conditions: ReadonlyArray<Conditions>
  readonly tours: ReadonlyArray<number>
}

/** Merges what no rule can tell apart. */
const classesOf = (problem: Problem, indexes: Indexes): Classes => {
  const offersOf = new Map<string, ProblemOffer[]>()
  for (const offer of problem.offers) {
    const list = offersOf.get(offer.asset)
    if (list) list.push(offer)
    else offersOf.set(offer.asset, [offer])
  }
  const published = new Set(problem.published.map((row) => row.offer))
  const groups = new Map<string, AssetGroup>()
  const shared = new Shared()
  for (const asset of problem.assets) {
    const offers = distinctOffers(offersOf.get(asset.id) ?? [], asset, published, shared)
    const [only] = offers
    if (only === undefined) continue
    const mergeable = offers.length === 1
    const key = mergeable
      ? `${only.key}|${asset.burden}|${asset.persons}|${asset.contributor}|${partiesKey(asset)}`
      : `=${asset.id}`
    const group = groups.get(key)
    if (group) group.members.push({ asset, offer: only.offer })
    else groups.set(key, { asset, offers, members: [{ asset, offer: only.offer }] })
  }
  return numbered(
    [...groups.values()].toSorted((a, b) => byId(a.asset, b.asset)),
    problem,
    indexes,
  )
}

interface DistinctOffer {
  readonly offer: ProblemOffer
  readonly key: string
  readonly conditions: Conditions
}

interface AssetGroup {
  readonly asset: ProblemAsset
  readonly offers: ReadonlyArray<DistinctOffer>
  readonly members: { readonly asset: ProblemAsset; readonly offer: ProblemOffer }[]
}

/** One object per distinct set of conditions, so that filters judge each set once. */
class Shared {
  readonly #byKey = new Map<string, Conditions>()
  of(conditions: Conditions): { readonly key: string; readonly conditions: Conditions } {
    const key = conditionsKey(conditions)
    const first = this.#byKey.get(key) ?? conditions
    this.#byKey.set(key, first)
    return { key, conditions: first }
  }
}

/** Offers of one asset that agree in everything are one offer; the smallest id stands for them, beside those the published plan names. */
const distinctOffers = (
  offers: ReadonlyArray<ProblemOffer>,
  asset: ProblemAsset,
  published: ReadonlySet<string>,
  shared: Shared,
): ReadonlyArray<DistinctOffer> => {
  const distinct = new Map<string, DistinctOffer>()
  for (const offer of offers) {
    const { key, conditions } = shared.of(conditionsOf(offer, asset))
    const whole = `${key}|${offer.from}|${offer.to}|${offer.minTourDays}`
    const unique = published.has(offer.id) ? `${whole}=${offer.id}` : whole
    if (!distinct.has(unique)) distinct.set(unique, { offer, key: whole, conditions })
  }
  return [...distinct.values()]
}

const partiesKey = (asset: ProblemAsset): string =>
  JSON.stringify(
    (asset.parties ?? []).map((p) => [p.contributor, p.part]).toSorted((a, b) => compareText(String(a[0]), String(b[0]))),
  )

const numbered = (groups: ReadonlyArray<AssetGroup>, problem: Problem, indexes: Indexes): Classes => {
  const horizon = { from: dayNumber(problem.horizon.from), to: dayNumber(problem.horizon.to) }
  const decidedAt = dayNumber(problem.decidedAt)
  const assets: Asset[] = []
  const rows: { offer: Offer; conditions: Conditions; tour: number }[] = []
  for (const { asset, offers, members } of groups) {
    const index = assets.length
    assets.push(
      assetOf(
        asset,
        members.map((m) => m.asset),
        problem,
        indexes,
      ),
    )
    for (const { offer, conditions } of offers) {
      const own: ReadonlyArray<OfferMember> =
        members.length > 1
          ? members.map((m) => ({ offer: m.offer.id, copies: m.asset.copies })).toSorted((a, b) => compareText(a.offer, b.offer))
          : [{ offer: offer.id, copies: asset.copies }]
      const from = Math.max(dayNumber(offer.from), horizon.from, decidedAt + offer.noticeDays)
      const to = Math.min(dayNumber(offer.to), horizon.to)
      rows.push({
        offer: { id: own[0]?.offer ?? offer.id, asset: index, from, to, members: own },
        conditions,
        tour: offer.minTourDays,
      })
    }
  }
  rows.sort((a, b) => byId(a.offer, b.offer))
  return { assets, offers: rows.map((r) => r.offer), conditions: rows.map((r) => r.conditions), tours: rows.map((r) => r.tour) }
}

const assetOf = (asset: ProblemAsset, members: ReadonlyArray<ProblemAsset>, problem: Problem, indexes: Indexes): Asset => {
  const contributor = known(indexes.contributor, asset.contributor)
  const capability = known(indexes.capability, asset.capability)
  const parts = new Map<number, number>()
  for (const p of asset.parties ?? []) {
    const party = known(indexes.contributor, p.contributor)
    parts.set(party, (parts.get(party) ?? 0) + p.part)
  }
  const parties =
    parts.size > 0
      ? [...parts].map(([c, part]) => ({ contributor: c, part })).toSorted((a, b) => a.contributor - b.contributor)
      : [{ contributor, part: 1 }]
  return {
    id: asset.id,
    contributor,
    parties,
    parts: parties.reduce((sum, p) => sum + p.part, 0),
    capability,
    members: members.map((m) => m.id),
    copies: members.reduce((sum, m) => sum + m.copies, 0),
    burden: asset.burden,
    persons: asset.persons,
    stock: problem.capabilities[capability]?.measure === 'stock',
  }
}

const pairsOf = (
  problem: Problem,
  lines: ReadonlyArray<Line>,
  assets: ReadonlyArray<Asset>,
  offers: ReadonlyArray<Offer>,
  conditions: ReadonlyArray<Conditions>,
  tours: ReadonlyArray<number>,
): Pairs => {
  const [earliest, latest] = [Int32Array.from(offers, (o) => o.from), Int32Array.from(offers, (o) => o.to)]
  const sieve = new Sieve([...conditions.entries()].filter(([o]) => (assets[offers[o]?.asset ?? 0]?.copies ?? 0) > 0))
  const missions = new Map(problem.missions.map((m) => [m.id, m]))
  const forEachOf = (l: number, use: (offer: number, from: number, to: number, tour: number) => void): void => {
    const [line, requirement] = [lines[l], problem.requirements[l]]
    const mission = missions.get(requirement?.mission ?? '')
    if (line === undefined || requirement === undefined || mission === undefined) return
    for (const o of sieve.passing(requirement, mission)) {
      const from = Math.max(earliest[o] ?? 0, line.from)
      const to = Math.min(latest[o] ?? 0, line.to)
      const tour = Math.max(1, Math.min(Math.max(tours[o] ?? 1, requirement.minTourDays), line.to - line.from))
      if (to - from >= tour) use(o, from, to, tour)
    }
  }
  // Counted first: columns of millions that grow cost more than looking twice.
  const lineStart = new Int32Array(lines.length + 1)
  for (let l = 0; l < lines.length; l += 1) {
    let end = lineStart[l] ?? 0
    forEachOf(l, () => {
      end += 1
    })
    lineStart[l + 1] = Math.min(end, MOST_PAIRS + 1)
  }
  const count = lineStart.at(-1) ?? 0
  const column = (): Int32Array => new Int32Array(count)
  const pairs = { count, line: column(), offer: column(), from: column(), to: column(), tour: column(), lineStart }
  let p = 0
  for (let l = 0; l < lines.length && p < count; l += 1)
    forEachOf(l, (offer, from, to, tour) => {
      if (p === count) return
      pairs.line[p] = l
      pairs.offer[p] = offer
      pairs.from[p] = from
      pairs.to[p] = to
      pairs.tour[p] = tour
      p += 1
    })
  return pairs
}

const ceilingsOf = (problem: Problem, indexes: Indexes): ReadonlyArray<Ceiling> =>
  problem.missions
    .flatMap((m, mission) =>
      m.ceilings.map((c) => ({
        mission,
        capabilities: new Set(c.capabilities.flatMap((code) => indexes.capability.get(code) ?? [])),
        quantity: c.quantity,
        from: dayNumber(c.from),
        to: dayNumber(c.to),
      })),
    )
    .toSorted(
      (a, b) =>
        a.mission - b.mission ||
        a.from - b.from ||
        a.to - b.to ||
        a.quantity - b.quantity ||
        compareText(numbersKey(a.capabilities), numbersKey(b.capabilities)),
    )

/** A model that would not fit is no model of the problem. */
export const tooLarge = ({ pairs }: Pick<Model, 'pairs'>): AllocationError | undefined =>
  pairs.count <= MOST_PAIRS
    ? undefined
    : {
        _tag: 'RefusedProblem',
        code: 'TOO_LARGE',
        violations: [
          { pointer: '/requirements', message: `more than ${MOST_PAIRS} pairs of an offer and a requirement it may serve` },
        ],
      }

const numbersKey = (numbers: Iterable<number>): string => [...numbers].toSorted((a, b) => a - b).join()

const publishedTours = (problem: Problem, model: Omit<Model, 'components' | 'published'>): ReadonlyArray<Tour> => {
  const offerIndex = new Map(model.offers.flatMap((o, i) => o.members.map((m) => [m.offer, i] as const)))
  const lineIndex = new Map(model.lines.map((l, i) => [l.id, i]))
  return problem.published.flatMap((row) => {
    const pair = findPair(model.pairs, lineIndex.get(row.requirement), offerIndex.get(row.offer))
    if (pair === undefined) return []
    const tour = { pair, quantity: row.quantity, from: dayNumber(row.from), to: dayNumber(row.to) }
    const lawful =
      tour.from >= (model.pairs.from[pair] ?? 0) &&
      tour.to <= (model.pairs.to[pair] ?? 0) &&
      tour.to - tour.from >= (model.pairs.tour[pair] ?? 1)
    return lawful ? [tour] : []
  })
}

/** The pair of a line and an offer, by binary search; undefined when they are not eligible. */
export const findPair = (pairs: Pairs, line: number | undefined, offer: number | undefined): number | undefined => {
  if (line === undefined || offer === undefined) return undefined
  let low = pairs.lineStart[line] ?? 0
  let high = pairs.lineStart[line + 1] ?? 0
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pairs.offer[middle] ?? 0) < offer) low = middle + 1
    else high = middle
  }
  return pairs.offer[low] === offer && low < (pairs.lineStart[line + 1] ?? 0) ? low : undefined
}
