/** The evidence of reasons other than shortages: counts recomputed, rules that must exist, room that must not. */
import { z } from 'zod'
import type { UncoveredStretch } from '@muster/contracts/allocation/plan'
import { clip, daysOf, dayText, mapValues, profile, textOf, type Window } from './days.ts'
import { finding, type Finding, type FindingCode } from './finding.ts'
import { obstacles, servingDays, shortestTour } from './lawful.ts'
import type { Asset, Model, Offer, Requirement, Tour } from './model.ts'

/** What the evidence of one entry is held against. */
export interface Situation {
  readonly model: Model
  readonly requirement: Requirement
  readonly stretch: Window
  /** Offers of an accepted capability that could add anything, and those that pass every rule but the days. */
  readonly offered: ReadonlyArray<Offer>
  readonly fitting: ReadonlyArray<Offer>
  readonly toursOf: (asset: Asset) => ReadonlyArray<Tour>
}

export const evidenceFindings = (situation: Situation, entry: UncoveredStretch, where: string): ReadonlyArray<Finding> => {
  const check = CHECKS[entry.reason.code]
  const untrue = check?.(situation, entry.reason.evidence)
  return untrue === undefined ? [] : [finding('CERTIFICATE', where, `${entry.reason.code} of ${entry.requirement}: ${untrue}`)]
}

type Check = (situation: Situation, evidence: unknown) => string | undefined

// ── ALL_FILTERED ─────────────────────────────────────────────────────────────────────────────────────────────
const Filtered = z.object({
  offers: z.int(),
  failing: z.record(z.string(), z.int()),
  nearest: z.object({ filter: z.string(), count: z.int(), offers: z.array(z.string()) }).optional(),
})

/** Names of the filters in evidence, and the findings the same obstacles cause on an assignment. */
const FILTERS: Readonly<Record<string, FindingCode>> = {
  earmark: 'EARMARK',
  caveat: 'CAVEAT',
  hostRefusal: 'REFUSED',
  exclusion: 'REFUSED',
  language: 'LANGUAGE',
  readiness: 'READINESS',
  standard: 'STANDARD',
  notice: 'NOTICE',
}

const filtered: Check = ({ requirement, offered }, evidence) => {
  const parsed = Filtered.safeParse(evidence)
  if (!parsed.success) return 'the evidence needs offers and failing'
  const { offers, failing, nearest } = parsed.data
  if (offers !== offered.length) return `${offered.length} offers are of the kind, not ${offers}`
  const met = offered.map((offer) => new Set(obstacles(offer, requirement).map(({ code }) => code)))
  for (const [filter, count] of Object.entries(failing)) {
    const code = FILTERS[filter]
    if (code === undefined) return `${filter} is no filter`
    const real = met.filter((codes) => codes.has(code)).length
    // A refusal may be the host's or the line's; each alone explains at most as many.
    if (code === 'REFUSED' ? count > real : count !== real) return `${real} offers fail on ${filter}, not ${count}`
  }
  if (nearest === undefined) return undefined
  const code = FILTERS[nearest.filter]
  const near = offered
    .filter((_, i) => met[i]?.size === 1 && code !== undefined && met[i].has(code))
    .map(({ record }) => record.id)
  if (nearest.offers.length > nearest.count || nearest.count > near.length)
    return `${near.length} offers fail only on ${nearest.filter}`
  const stranger = nearest.offers.find((id) => !near.includes(id))
  return stranger === undefined ? undefined : `${stranger} does not fail only on ${nearest.filter}`
}

// ── NOT_IN_WINDOW ────────────────────────────────────────────────────────────────────────────────────────────
const Later = z.object({ offers: z.int().optional(), earliest: z.string().optional() })

const notInWindow: Check = ({ requirement, stretch, fitting }, evidence) => {
  const parsed = Later.safeParse(evidence)
  if (!parsed.success) return 'the evidence needs offers and earliest'
  const { offers, earliest } = parsed.data
  if (offers !== undefined && offers !== fitting.length) return `${fitting.length} offers pass all conditions, not ${offers}`
  const next = fitting
    .flatMap((offer) => servingDays(offer, requirement) ?? [])
    .filter(({ from }) => from >= stretch.to)
    .reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY)
  const real = next === Number.POSITIVE_INFINITY ? undefined : dayText(next)
  return earliest === real ? undefined : `the first that can be there comes ${real ?? 'never'}, not ${earliest ?? 'never'}`
}

// ── TOUR_FRAGMENTATION ───────────────────────────────────────────────────────────────────────────────────────
const Blocking = z.object({
  blocking: z.array(z.object({ asset: z.string(), requirement: z.string(), from: z.string(), to: z.string() })).optional(),
})

/** No asset that may serve has a copy free for a whole tour that would reach into the stretch; the tours named are made. */
const fragmentation: Check = ({ model, requirement, stretch, fitting, toursOf }, evidence) => {
  const parsed = Blocking.safeParse(evidence)
  if (!parsed.success) return 'the evidence names no blocking tours'
  for (const tour of parsed.data.blocking ?? []) {
    const asset = model.assets.get(tour.asset)
    if (asset === undefined) return `${tour.asset} is not in the problem`
    const made = toursOf(asset).some(({ requirement: served }) => served.record.id === tour.requirement)
    if (!made) return `${tour.asset} makes no tour on ${tour.requirement}`
  }
  const free = fitting.find((offer) => freeRun(offer, requirement, stretch, toursOf(offer.asset)) !== undefined)
  return free === undefined ? undefined : `${free.record.id} is free for a whole tour in ${textOf(stretch)}`
}

/** A run of days, long enough for a tour and meeting the stretch, on which a copy of the offer's asset is free. */
export const freeRun = (
  offer: Offer,
  requirement: Requirement,
  stretch: Window,
  away: ReadonlyArray<Tour>,
): Window | undefined => {
  const serving = servingDays(offer, requirement)
  if (serving === undefined || offer.asset.isStock) return undefined
  const free = mapValues(profile(away, serving), (used) => (used < offer.asset.record.copies ? 1 : 0))
  const tour = shortestTour(offer, requirement)
  return free.find((run) => run.value > 0 && daysOf(run) >= tour && clip([run], stretch).length > 0)
}

// ── SEARCH_LIMIT and SIDE_CONSTRAINT ─────────────────────────────────────────────────────────────────────────
const Whole = z.string().regex(/^\d+$/)
const Open = z.object({ tier: z.int(), value: Whole, bound: Whole })

const searchLimit: Check = ({ model }, evidence) => {
  const parsed = Open.safeParse(evidence)
  if (!parsed.success) return 'the evidence needs tier, value and bound'
  const { tier, value, bound } = parsed.data
  if (BigInt(bound) <= BigInt(value)) return 'nothing is left to find: the bound is reached'
  return [...model.requirements.values()].some(({ record }) => record.tier === tier) ? undefined : `there is no tier ${tier}`
}

const Rule = z.object({ rule: z.string() })

/** The rule that is blamed must be there; `persons`: an asset is only ever present whole. */
const sideConstraint: Check = ({ model, requirement }, evidence) => {
  const parsed = Rule.safeParse(evidence)
  if (!parsed.success) return 'the evidence names no rule'
  const { record, mission } = requirement
  const rules: Readonly<Record<string, boolean>> = {
    needs: record.needs.length > 0,
    ceiling: mission.ceilings.length > 0,
    maxPercent: mission.maxPercent != null,
    maxMissionsPerContributor: model.problem.policy.maxMissionsPerContributor !== null,
    slackPpm: model.problem.policy.slackPpm > 0,
    persons: [...model.requirements.values()].some((one) => one.record.counts === 'persons'),
  }
  return rules[parsed.data.rule] === true ? undefined : `there is no such rule: ${parsed.data.rule}`
}

const CHECKS: Readonly<Partial<Record<UncoveredStretch['reason']['code'], Check>>> = {
  ALL_FILTERED: filtered,
  NOT_IN_WINDOW: notInWindow,
  TOUR_FRAGMENTATION: fragmentation,
  SEARCH_LIMIT: searchLimit,
  SIDE_CONSTRAINT: sideConstraint,
}
