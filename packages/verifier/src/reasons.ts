/** Whether the reasons a plan gives are true: what can be recomputed is recomputed, certificates in the evidence are checked. */
import type { Plan, UncoveredStretch, UnusedStretch } from '@muster/contracts/allocation/plan'
import type { Covers } from './cover.ts'
import { clip, common, dayNumber, daysOf, mapValues, profile, textOf, type Piece, type Window } from './days.ts'
import { evidenceFindings, freeRun, type Situation } from './evidence.ts'
import { finding, type Finding } from './finding.ts'
import { isEligible, servingDays } from './lawful.ts'
import type { Asset, Model, Offer, Requirement, Tour } from './model.ts'
import { shortageFindings, type PoolFigures } from './shortage.ts'

export interface Deployed {
  readonly tours: ReadonlyArray<Tour>
  readonly covers: Covers
}

export const reasonFindings = (model: Model, deployed: Deployed, plan: Plan): ReadonlyArray<Finding> => {
  const eligible = eligibility(model)
  const holes = holesOf(model, deployed.covers)
  const toursOfAsset = Map.groupBy(deployed.tours, ({ offer }) => offer.asset)
  const toursOf: Situation['toursOf'] = (asset) => toursOfAsset.get(asset) ?? []
  const kindOf = ({ asset: { record } }: Offer): string => JSON.stringify([record.contributor, record.capability])
  const ofKind = Map.groupBy(model.offers.values(), kindOf)
  const isRepeated = (offer: Offer): boolean => (ofKind.get(kindOf(offer))?.length ?? 0) > 1
  return [
    ...plan.uncovered.flatMap((entry, i) => uncoveredReason(model, eligible, toursOf, entry, `/uncovered/${i}`)),
    ...plan.unused.flatMap((entry, i) => {
      const offer = model.offers.get(entry.offer)
      if (offer === undefined) return []
      const away = toursOf(offer.asset)
      return unusedReason(
        offer,
        { away, needs: eligible.linesOf(offer), holes, decidedAt: model.decidedAt, isRepeated: isRepeated(offer) },
        entry,
        `/unused/${i}`,
      )
    }),
  ]
}

const windowOf = (entry: { readonly from: string; readonly to: string }): Window => ({
  from: dayNumber(entry.from),
  to: dayNumber(entry.to),
})

// ── Who could serve whom ─────────────────────────────────────────────────────────────────────────────────────
export interface Eligibility {
  /** What could serve a requirement, in the one or two ways in which that can be read. */
  readonly supplyOf: (requirement: Requirement) => ReadonlyArray<Supply>
  /** Offers that pass every rule but the days. */
  readonly offersOf: (requirement: Requirement) => ReadonlyArray<Offer>
  readonly linesOf: (offer: Offer) => ReadonlyArray<Requirement>
  /** Assets with copies that can serve a requirement, each with the days of one offer. */
  readonly serversOf: (requirement: Requirement) => ReadonlyArray<Server>
  /** Figures of a pool, computed once for each key. */
  readonly poolOf: (key: string, compute: () => PoolFigures) => PoolFigures
}

export interface Server extends Window {
  readonly asset: Asset
}

/** Whether the offer could add anything at all to the cover. */
const isUseful = ({ asset: { record } }: Offer, requirement: Requirement): boolean =>
  record.copies > 0 && (requirement.record.counts === 'copies' || record.persons > 0)

interface Supply {
  /** Why nothing serves outside of `days`. */
  readonly reason: 'NO_CAPABILITY' | 'ALL_FILTERED' | 'NOT_IN_WINDOW'
  /** The days on which something can serve, as disjoint windows. */
  readonly days: ReadonlyArray<Window>
}

const supply = (offered: ReadonlyArray<Offer>, fitting: ReadonlyArray<Offer>, requirement: Requirement): Supply => {
  if (offered.length === 0) return { reason: 'NO_CAPABILITY', days: [] }
  if (fitting.length === 0) return { reason: 'ALL_FILTERED', days: [] }
  const serving = fitting.flatMap((offer) => servingDays(offer, requirement) ?? [])
  return {
    reason: 'NOT_IN_WINDOW',
    days: profile(
      serving.map((window) => ({ ...window, quantity: 1 })),
      requirement,
    ).filter(({ value }) => value > 0),
  }
}

const eligibility = ({ offersByCapability, requirements }: Model): Eligibility => {
  const offersOf = remember((r: Requirement) =>
    [...r.capabilities].flatMap((code) => (offersByCapability.get(code) ?? []).filter((offer) => isEligible(offer, r))),
  )
  // Assets of no copies (or no persons, where persons are asked) can be seen as offered or as nothing: both readings are right.
  const supplyOf = remember((r: Requirement) => {
    const useful = ({ asset: { record } }: Offer): boolean =>
      record.copies > 0 && (r.record.counts === 'copies' || record.persons > 0)
    const offered = [...r.capabilities].flatMap((code) => offersByCapability.get(code) ?? [])
    const fitting = offersOf(r)
    return [supply(offered, fitting, r), supply(offered.filter(useful), fitting.filter(useful), r)]
  })
  const serversOf = remember((r: Requirement) =>
    offersOf(r).flatMap((offer): ReadonlyArray<Server> => {
      const serving = offer.asset.record.copies === 0 ? undefined : servingDays(offer, r)
      return serving === undefined ? [] : [{ asset: offer.asset, from: serving.from, to: serving.to }]
    }),
  )
  const linesByCapability = new Map<string, Requirement[]>()
  for (const requirement of requirements.values()) {
    for (const code of requirement.capabilities) {
      const lines = linesByCapability.get(code) ?? []
      lines.push(requirement)
      linesByCapability.set(code, lines)
    }
  }
  const linesOf = (offer: Offer): ReadonlyArray<Requirement> =>
    (linesByCapability.get(offer.asset.record.capability) ?? []).filter((requirement) => isEligible(offer, requirement))
  const pools = new Map<string, PoolFigures>()
  const poolOf: Eligibility['poolOf'] = (key, compute) => {
    const figures = pools.get(key) ?? compute()
    pools.set(key, figures)
    return figures
  }
  return { supplyOf, offersOf, linesOf, serversOf, poolOf }
}

const remember = <A extends object, B>(compute: (key: A) => B): ((key: A) => B) => {
  const known = new Map<A, B>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const value = compute(key)
    known.set(key, value)
    return value
  }
}

// ── Uncovered ────────────────────────────────────────────────────────────────────────────────────────────────
const EARLY: ReadonlySet<UncoveredStretch['reason']['code']> = new Set(['NO_CAPABILITY', 'ALL_FILTERED', 'NOT_IN_WINDOW'])

const uncoveredReason = (
  model: Model,
  eligible: Eligibility,
  toursOf: Situation['toursOf'],
  entry: UncoveredStretch,
  where: string,
): ReadonlyArray<Finding> => {
  const requirement = model.requirements.get(entry.requirement)
  if (requirement === undefined) return []
  const stretch = windowOf(entry)
  const { code } = entry.reason
  const readings = eligible.supplyOf(requirement).map((supply) => firstReasons(supply, requirement, stretch))
  const expected = EARLY.has(code) ? code : 'LATER'
  if (!readings.some((first) => first.every((one) => one === expected))) {
    const said = [...new Set(readings.flat())].join(' or ')
    return [
      finding(
        'REASON',
        where,
        `${code} of ${entry.requirement} in ${textOf(stretch)} is not the first reason that applies (${said})`,
      ),
    ]
  }
  const untold = entry.text.trim() === '' ? [finding('REASON', where, 'the reason has no sentence')] : []
  if (code === 'SHORTAGE') return [...untold, ...shortageFindings(model, eligible, requirement, entry, where)]
  const offered = [...requirement.capabilities].flatMap((one) => model.offersByCapability.get(one) ?? [])
  const useful = (offer: Offer): boolean => isUseful(offer, requirement)
  const situation = {
    model,
    requirement,
    stretch,
    offered: offered.filter(useful),
    fitting: eligible.offersOf(requirement).filter(useful),
    toursOf,
  }
  return [...untold, ...evidenceFindings(situation, entry, where)]
}

/** The reasons that apply first somewhere in the stretch; later ones need the whole plan to be told apart. */
const firstReasons = (
  { reason, days }: Supply,
  requirement: Requirement,
  stretch: Window,
): ReadonlyArray<Supply['reason'] | 'LATER'> => {
  if (requirement.isStock) return [days.length > 0 ? 'LATER' : reason]
  const served = days.reduce((sum, window) => sum + daysOf(common(window, stretch)), 0)
  return [...(served > 0 ? (['LATER'] as const) : []), ...(served < daysOf(stretch) ? [reason] : [])]
}

// ── Unused ───────────────────────────────────────────────────────────────────────────────────────────────────
interface Surroundings {
  /** Tours of the offer's asset, under whichever offer. */
  readonly away: ReadonlyArray<Tour>
  /** Requirements the offer may serve. */
  readonly needs: ReadonlyArray<Requirement>
  readonly holes: (requirement: Requirement) => ReadonlyArray<Piece>
  readonly decidedAt: number
  /** Whether the contributor offers the same capability a second time. */
  readonly isRepeated: boolean
}

/** Stretches of a requirement that lack something. */
const holesOf = ({ requirements }: Model, covers: Covers): Surroundings['holes'] => {
  const holes = new Map<Requirement, ReadonlyArray<Piece>>()
  for (const [id, requirement] of requirements) {
    const cover = covers.get(id)
    if (cover === undefined) continue
    const { from, to, record } = requirement
    const pieces = cover.kind === 'stock' ? [{ from, to, value: cover.total }] : cover.pieces
    const missing = mapValues(pieces, (value) => record.quantity - value).filter(({ value }) => value > 0)
    if (missing.length > 0) holes.set(requirement, missing)
  }
  return (requirement) => holes.get(requirement) ?? []
}

const unusedReason = (offer: Offer, around: Surroundings, entry: UnusedStretch, where: string): ReadonlyArray<Finding> => {
  const stretch = windowOf(entry)
  const untrue = (message: string): ReadonlyArray<Finding> => [
    finding('REASON', where, `${entry.reason.code} of ${entry.offer} in ${textOf(stretch)}: ${message}`),
  ]
  if (entry.text.trim() === '') return untrue('the reason has no sentence')
  switch (entry.reason.code) {
    case 'NOTICE':
      return stretch.to <= around.decidedAt + offer.record.noticeDays ? [] : untrue('the notice has passed by then')
    case 'USED_ELSEWHERE':
      return isUsedElsewhere(offer, around.away, stretch, entry.quantity)
        ? []
        : untrue('no other offer of the asset uses as much')
    case 'NO_MATCHING_NEED': {
      const need = needIn(offer, around, stretch)
      return need === undefined ? [] : untrue(`it may serve ${need} in this time`)
    }
    case 'NEED_MET':
    case 'KEPT_IDLE_BY_BALANCE': {
      const open = openNeed(offer, around, stretch)
      if (open !== undefined) return untrue(`${open} is uncovered and could be served`)
      return needIn(offer, around, stretch) === undefined ? untrue('there is no need it may serve in this time') : []
    }
    case 'SHORTER_THAN_TOUR': {
      const open = needThatFits(offer, around, stretch)
      return open === undefined ? [] : untrue(`a whole tour on ${open} would fit`)
    }
    case 'SEARCH_LIMIT':
    case 'SIDE_CONSTRAINT':
      return openNeed(offer, around, stretch) === undefined ? untrue('nothing it could serve is uncovered in this time') : []
    case 'DUPLICATE_CAPABILITY':
      return around.isRepeated ? [] : untrue('no other offer of the contributor is of the kind')
  }
}

const isUsedElsewhere = (offer: Offer, away: ReadonlyArray<Tour>, stretch: Window, quantity: number): boolean => {
  const others = away.filter((tour) => tour.offer !== offer)
  if (offer.asset.isStock) return others.reduce((sum, tour) => sum + tour.quantity, 0) >= quantity
  return profile(others, stretch).every(({ value }) => value >= quantity)
}

/** A requirement the offer can serve on some day of the stretch (stock: at all). */
const needIn = (offer: Offer, { needs }: Surroundings, stretch: Window): string | undefined =>
  needs.find((requirement) => {
    const serving = servingDays(offer, requirement)
    return serving !== undefined && (requirement.isStock || daysOf(common(serving, stretch)) > 0)
  })?.record.id

/** A requirement the offer can serve on a day of the stretch on which it is not covered. */
const openNeed = (offer: Offer, { needs, holes }: Surroundings, stretch: Window): string | undefined =>
  needs.find((requirement) => {
    const serving = servingDays(offer, requirement)
    if (serving === undefined) return false
    const lacking = holes(requirement)
    return requirement.isStock ? lacking.length > 0 : clip(clip(lacking, serving), stretch).length > 0
  })?.record.id

/** A requirement that is uncovered in the stretch and on which a whole tour fits between the tours the asset already makes. */
const needThatFits = (offer: Offer, { needs, holes, away }: Surroundings, stretch: Window): string | undefined =>
  needs.find((requirement) => {
    const gaps = clip(holes(requirement), stretch)
    return gaps.some((gap) => freeRun(offer, requirement, gap, away) !== undefined)
  })?.record.id
