/**
 * The best possible coverage of a small problem by exhaustion: every lawful way to be somewhere, day by day.
 *
 * Written for plainness, and from the rules alone: it shares no code with the engine and none with the verifier. Tours are
 * enumerated as states (which copies are where, for how long already), so every lawful plan is some path through the days.
 */
import type { SmallProblem } from './problems.ts'

const DAY = 86_400_000
const at = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY

type Requirement = SmallProblem['requirements'][number]
type Offer = SmallProblem['offers'][number]
type Asset = SmallProblem['assets'][number]

interface Pair {
  readonly offer: Offer
  readonly asset: Asset
  readonly requirement: Requirement
  readonly from: number
  readonly to: number
  readonly tour: number
}

/** Value per tier, ascending. */
export type Value = ReadonlyArray<number>

const isMore = (a: Value, b: Value): boolean => {
  const i = a.findIndex((value, k) => value !== b[k])
  return i >= 0 && (a[i] ?? 0) > (b[i] ?? 0)
}
const plus = (a: Value, b: Value): Value => a.map((value, i) => value + (b[i] ?? 0))

export interface Best {
  readonly tiers: ReadonlyArray<number>
  readonly value: Value
}

/** Undefined when the instance has more states than is reasonable to enumerate. */
export const bestCoverage = (problem: SmallProblem, mostStates = 1_500): Best | undefined => {
  const tiers = [...new Set(problem.requirements.map(({ tier }) => tier))].toSorted((a, b) => a - b)
  let best: Value | undefined
  for (const allowed of missionChoices(problem)) {
    const pairs = pairsOf(problem).filter(({ asset, requirement }) => allowed(asset.contributor, requirement.mission))
    for (const [covered, stockValue] of stockChoices(problem, pairs, tiers)) {
      const standing = bestStanding(problem, pairs, tiers, covered, mostStates)
      if (standing === undefined) return undefined
      const value = plus(standing, stockValue)
      if (best === undefined || isMore(value, best)) best = value
    }
  }
  return { tiers, value: best ?? tiers.map(() => 0) }
}

// ── Which offer may go where ─────────────────────────────────────────────────────────────────────────────────
const isStock = (problem: SmallProblem, code: string): boolean =>
  problem.capabilities.find((c) => c.code === code)?.measure === 'stock'

const pairsOf = (problem: SmallProblem): ReadonlyArray<Pair> =>
  problem.offers.flatMap((offer) => {
    const asset = problem.assets.find(({ id }) => id === offer.asset)
    if (asset === undefined) return []
    return problem.requirements.flatMap((requirement): Pair[] => {
      const mission = problem.missions.find(({ id }) => id === requirement.mission)
      if (mission === undefined || !mayServe(offer, asset, requirement, mission)) return []
      const from = Math.max(at(offer.from), at(problem.decidedAt) + offer.noticeDays, at(requirement.from))
      const to = Math.min(at(offer.to), at(requirement.to))
      const tour = Math.min(Math.max(offer.minTourDays, requirement.minTourDays), at(requirement.to) - at(requirement.from))
      return from < to && to - from >= tour ? [{ offer, asset, requirement, from, to, tour: Math.max(tour, 1) }] : []
    })
  })

const mayServe = (offer: Offer, asset: Asset, requirement: Requirement, mission: SmallProblem['missions'][number]): boolean => {
  const everyone: ReadonlyArray<string> = [asset.contributor, ...(asset.parties ?? []).map(({ contributor }) => contributor)]
  const names = (list: ReadonlyArray<string>): boolean => everyone.some((one) => list.includes(one))
  return (
    [requirement.capability, ...requirement.accepts].some((code) => code === asset.capability) &&
    !names(mission.refuses) &&
    !names(requirement.excludes) &&
    !offer.notIn.some((id) => id === mission.id) &&
    (offer.onlyIn === null || offer.onlyIn.some((id) => id === mission.id)) &&
    offer.readiness >= requirement.minReadiness &&
    (requirement.maxNoticeDays === null || offer.noticeDays <= requirement.maxNoticeDays) &&
    requirement.languages.every((one) => offer.languages.some((other) => other === one)) &&
    requirement.standards.every((one) => offer.standards.some((other) => other === one))
  )
}

/** Every way to choose the missions each contributor may serve. */
const missionChoices = (problem: SmallProblem): ReadonlyArray<(contributor: string, mission: string) => boolean> => {
  const most = problem.policy.maxMissionsPerContributor
  if (most === null || most >= problem.missions.length) return [() => true]
  const sets = subsets(problem.missions.map(({ id }) => id)).filter((set) => set.length === most)
  const contributors = [...new Set(problem.assets.map(({ contributor }) => contributor))]
  const choices = contributors.reduce<ReadonlyArray<ReadonlyArray<ReadonlyArray<string>>>>(
    (chosen) => chosen.flatMap((before) => sets.map((set) => [...before, set])),
    [[]],
  )
  return choices.map((choice) => (contributor, mission) => {
    const i = contributors.findIndex((one) => one === contributor)
    return (choice[i] ?? []).includes(mission)
  })
}

const subsets = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> =>
  list.reduce<ReadonlyArray<ReadonlyArray<T>>>((all, item) => [...all, ...all.map((set) => [...set, item])], [[]])

// ── Stock: how much of what goes where ───────────────────────────────────────────────────────────────────────
/** The best value of stock for every set of stock lines that have any cover at all. */
const stockChoices = (
  problem: SmallProblem,
  pairs: ReadonlyArray<Pair>,
  tiers: ReadonlyArray<number>,
): ReadonlyArray<readonly [ReadonlySet<string>, Value]> => {
  const stock = pairs.filter(({ requirement }) => isStock(problem, requirement.capability))
  const best = new Map<string, readonly [ReadonlySet<string>, Value]>()
  const spread = (i: number, left: ReadonlyMap<string, number>, used: ReadonlyMap<string, number>): void => {
    const pair = stock[i]
    if (pair === undefined) {
      const covered = new Set([...used].filter(([, units]) => units > 0).map(([id]) => id))
      const value = tiers.map((tier) =>
        problem.requirements.reduce(
          (sum, r) => (r.tier === tier ? sum + r.weight * Math.min(r.quantity, used.get(r.id) ?? 0) : sum),
          0,
        ),
      )
      const key = [...covered].toSorted().join()
      const before = best.get(key)
      if (before === undefined || isMore(value, before[1])) best.set(key, [covered, value])
      return
    }
    const available = left.get(pair.asset.id) ?? pair.asset.copies
    const unit = pair.requirement.counts === 'persons' ? pair.asset.persons : 1
    for (let units = 0; units <= available; units += 1) {
      const served = (used.get(pair.requirement.id) ?? 0) + units * unit
      spread(i + 1, new Map(left).set(pair.asset.id, available - units), new Map(used).set(pair.requirement.id, served))
    }
  }
  spread(0, new Map(), new Map())
  return [...best.values()]
}

// ── Standing: day by day ─────────────────────────────────────────────────────────────────────────────────────
/** How many copies are on which pair, by age (days there, capped at the tour): `pair:age` repeated, sorted. */
type State = ReadonlyArray<string>

const bestStanding = (
  problem: SmallProblem,
  allPairs: ReadonlyArray<Pair>,
  tiers: ReadonlyArray<number>,
  coveredStock: ReadonlySet<string>,
  mostStates: number,
): Value | undefined => {
  const pairs = allPairs.filter(({ requirement }) => !isStock(problem, requirement.capability))
  const assets = problem.assets.filter(({ capability }) => !isStock(problem, capability))
  let states = new Map<string, { readonly state: State; readonly value: Value }>([['', { state: [], value: tiers.map(() => 0) }]])
  for (let today = at(problem.horizon.from); today <= at(problem.horizon.to); today += 1) {
    const next = new Map<string, { readonly state: State; readonly value: Value }>()
    const days = new Map<string, Value | undefined>()
    for (const { state, value } of states.values()) {
      for (const after of moves(pairs, assets, state, today)) {
        const counts = pairs.map((_, i) => after.filter((item) => item.startsWith(`${i}:`)).length)
        const key = counts.join()
        if (!days.has(key)) days.set(key, worthOf(problem, pairs, counts, today, tiers, coveredStock))
        const worth = days.get(key)
        if (worth === undefined) continue
        const total = plus(value, worth)
        const stateKey = after.join(' ')
        const before = next.get(stateKey)
        if (before === undefined || isMore(total, before.value)) next.set(stateKey, { state: after, value: total })
      }
    }
    if (next.size > mostStates) return undefined
    states = next
  }
  return states.get('')?.value
}

/** All lawful states today after yesterday's: copies stay, leave when their tour is long enough, or start a tour that can still be finished. */
const moves = (pairs: ReadonlyArray<Pair>, assets: ReadonlyArray<Asset>, state: State, today: number): ReadonlyArray<State> =>
  assets.reduce<ReadonlyArray<State>>(
    (soFar, asset) => {
      const options = movesOf(pairs, asset, state, today)
      return soFar.flatMap((before) => options.map((own) => [...before, ...own].toSorted()))
    },
    [[]],
  )

const movesOf = (pairs: ReadonlyArray<Pair>, asset: Asset, state: State, today: number): ReadonlyArray<State> => {
  const own = state.filter((item) => pairs[Number(item.split(':')[0])]?.asset === asset)
  let stays: ReadonlyArray<State> = [[]]
  for (const item of own) {
    const [index = 0, age = 0] = item.split(':').map(Number)
    const pair = pairs[index]
    if (pair === undefined) continue
    const choices: State[] = []
    if (today < pair.to) choices.push([`${index}:${Math.min(age + 1, pair.tour)}`])
    if (age >= pair.tour) choices.push([])
    stays = unique(stays.flatMap((before) => choices.map((choice) => [...before, ...choice].toSorted())))
  }
  const starts = pairs.flatMap((pair, i) =>
    pair.asset === asset && pair.from <= today && today + pair.tour <= pair.to ? [`${i}:1`] : [],
  )
  let all = stays
  let latest = stays
  for (let n = 0; n < asset.copies; n += 1) {
    latest = unique(
      latest
        .filter((before) => before.length < asset.copies)
        .flatMap((before) => starts.map((start) => [...before, start].toSorted())),
    )
    all = [...all, ...latest]
  }
  return unique(all)
}

const unique = (states: ReadonlyArray<State>): ReadonlyArray<State> => [
  ...new Map(states.map((state) => [state.join(' '), state])).values(),
]

/** What the day is worth per tier; undefined when a rule on the day is broken. */
const worthOf = (
  problem: SmallProblem,
  pairs: ReadonlyArray<Pair>,
  counts: ReadonlyArray<number>,
  today: number,
  tiers: ReadonlyArray<number>,
  coveredStock: ReadonlySet<string>,
): Value | undefined => {
  const here = pairs.map((pair, i) => ({ ...pair, copies: counts[i] ?? 0 })).filter(({ copies }) => copies > 0)
  if (!underCeilings(problem, here, today) || !underShares(problem, here, today)) return undefined
  const cover = new Map<string, number>()
  for (const r of problem.requirements) {
    if (today < at(r.from) || today >= at(r.to)) continue
    const present = here
      .filter(({ requirement }) => requirement === r)
      .reduce((sum, { copies, asset }) => sum + copies * (r.counts === 'persons' ? asset.persons : 1), 0)
    if (present > 0) cover.set(r.id, Math.min(r.quantity, present))
  }
  for (let changed = true; changed;) {
    changed = false
    for (const r of problem.requirements) {
      if (!cover.has(r.id) || r.needs.every((need) => cover.has(need) || coveredStock.has(need))) continue
      cover.delete(r.id)
      changed = true
    }
  }
  return tiers.map((tier) =>
    problem.requirements.reduce((sum, r) => (r.tier === tier ? sum + r.weight * (cover.get(r.id) ?? 0) : sum), 0),
  )
}

type Present = Pair & { readonly copies: number }

const underCeilings = (problem: SmallProblem, here: ReadonlyArray<Present>, today: number): boolean =>
  problem.missions.every((mission) =>
    mission.ceilings.every(
      (ceiling) =>
        today < at(ceiling.from) ||
        today >= at(ceiling.to) ||
        here
          .filter(
            ({ asset, requirement }) => requirement.mission === mission.id && ceiling.capabilities.includes(asset.capability),
          )
          .reduce((sum, { copies }) => sum + copies, 0) <= ceiling.quantity,
    ),
  )

/** In hundredths of a part, with the parts of joint assets over a common denominator of 15 (parts here are of 1, 3 or 5). */
const underShares = (problem: SmallProblem, here: ReadonlyArray<Present>, today: number): boolean =>
  problem.missions.every(({ id, maxPercent }) => {
    if (maxPercent === null) return true
    const lines = problem.requirements.filter((r) => r.mission === id && at(r.from) <= today && today < at(r.to))
    return [...new Set(lines.map(({ capability }) => capability))].every((code) => {
      const required = lines.filter(({ capability }) => capability === code).reduce((sum, { quantity }) => sum + quantity, 0)
      const have = new Map<string, number>()
      for (const { asset, requirement, copies } of here) {
        if (requirement.mission !== id || requirement.capability !== code) continue
        const units = copies * (requirement.counts === 'persons' ? asset.persons : 1)
        const parties = asset.parties?.length ? asset.parties : [{ contributor: asset.contributor, part: 1 }]
        const parts = parties.reduce((sum, { part }) => sum + part, 0)
        for (const { contributor, part } of parties)
          have.set(contributor, (have.get(contributor) ?? 0) + (15 * units * part) / parts)
      }
      return [...have.values()].every((fifteenths) => fifteenths * 100 <= 15 * Math.max(100, maxPercent * required))
    })
  })
