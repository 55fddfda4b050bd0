/**
 * For gaps of a plan, the changes that would close most of them: a condition lifted, a notice shortened, a window
 * moved, a new unit. Each is solved again, beside the plan in force, before it is shown.
 */
import type { Plan, UncoveredStretch } from '@muster/contracts/allocation/plan'
import type { Problem, ProblemAsset, ProblemOffer, ProblemRequirement } from '@muster/contracts/allocation/problem'
import type { Dimension } from '@muster/contracts/primitives'
import { addDays, dayNumber } from '@muster/kernel/time'
import * as E from 'fp-ts/lib/Either.js'
import type { AllocationError } from '../errors.ts'
import { conditionsOf, demandsOf, failures, type FilterCode } from '../filters.ts'
import type { Change } from '../incremental/change.ts'
import { openSession, repair, type Session } from '../incremental/session.ts'
import { compareText } from '../order.ts'

export type ProposalKind =
  | 'lift-caveat'
  | 'widen-earmark'
  | 'add-language'
  | 'raise-readiness'
  | 'meet-standard'
  | 'shorten-notice'
  | 'move-window'
  | 'new-unit'

export interface Proposal {
  readonly requirement: string
  readonly kind: ProposalKind
  /** The offer to change, or none for a new unit. */
  readonly offer: string | undefined
  readonly contributor: string
  readonly change: Change
  /** What the plan would gain, per tier, found by solving again. */
  readonly gains: ReadonlyArray<{ readonly tier: number; readonly gain: string }>
  /** Burden the change would bring, in the capability's burden units. */
  readonly burden: string
  readonly text: string
}

export interface ProposalLimits {
  /** Requirements looked at, the most valuable gaps first. */
  readonly gaps: number
  /** Candidates solved per requirement. */
  readonly candidates: number
  /** Proposals returned. */
  readonly shown: number
}

const LIMITS: ProposalLimits = { gaps: 10, candidates: 8, shown: 20 }

/** Ranked: tier by tier the larger gain first, then the smaller burden, then by name. */
export const counterProposals = (
  document: unknown,
  plan: Plan,
  limits: ProposalLimits = LIMITS,
): E.Either<AllocationError, ReadonlyArray<Proposal>> => {
  const opened = openSession(document, plan.assignments)
  if (E.isLeft(opened)) return opened
  const session = opened.right
  const pledged = pledgedIn(session.problem)
  const proposals = worstGaps(session.problem, plan, limits.gaps).flatMap(({ requirement, stretches }) =>
    candidatesFor(session.problem, plan, requirement, stretches)
      .slice(0, limits.candidates)
      .flatMap((candidate) => solved(session, pledged, requirement, candidate)),
  )
  return E.right(proposals.toSorted(compareProposals).slice(0, limits.shown))
}

interface Candidate {
  readonly kind: ProposalKind
  readonly offer: string | undefined
  readonly contributor: string
  readonly change: Change
  readonly text: string
}

const worstGaps = (problem: Problem, plan: Plan, most: number) => {
  const stretchesOf = Map.groupBy(plan.uncovered, (u) => u.requirement)
  const weighed = problem.requirements.flatMap((requirement) => {
    const stretches = stretchesOf.get(requirement.id)
    if (stretches === undefined) return []
    const lost = stretches.reduce((sum, s) => sum + requirement.weight * s.quantity * (dayNumber(s.to) - dayNumber(s.from)), 0)
    return [{ requirement, stretches, lost }]
  })
  return weighed
    .toSorted(
      (a, b) => a.requirement.tier - b.requirement.tier || b.lost - a.lost || compareText(a.requirement.id, b.requirement.id),
    )
    .slice(0, most)
}

const LIFTS: Readonly<
  Partial<
    Record<
      FilterCode,
      (
        offer: ProblemOffer,
        requirement: ProblemRequirement,
      ) => { readonly kind: ProposalKind; readonly offer: ProblemOffer; readonly words: string }
    >
  >
> = {
  caveat: (offer, r) => ({
    kind: 'lift-caveat',
    offer: { ...offer, notIn: offer.notIn.filter((m) => m !== r.mission) },
    words: `lifts its caveat against ${r.mission}`,
  }),
  earmark: (offer, r) => ({
    kind: 'widen-earmark',
    offer: { ...offer, onlyIn: [...(offer.onlyIn ?? []), r.mission] },
    words: `lets it go to ${r.mission} too`,
  }),
  language: (offer, r) => ({
    kind: 'add-language',
    offer: { ...offer, languages: [...new Set([...offer.languages, ...r.languages])] },
    words: `provides ${r.languages.join(', ')}`,
  }),
  readiness: (offer, r) => ({
    kind: 'raise-readiness',
    offer: { ...offer, readiness: r.minReadiness },
    words: `raises its readiness to ${r.minReadiness}`,
  }),
  standard: (offer, r) => ({
    kind: 'meet-standard',
    offer: { ...offer, standards: [...new Set([...offer.standards, ...r.standards])] },
    words: `meets ${r.standards.join(', ')}`,
  }),
  notice: (offer, r) => ({
    kind: 'shorten-notice',
    offer: { ...offer, noticeDays: r.maxNoticeDays ?? offer.noticeDays },
    words: `shortens its notice to ${r.maxNoticeDays ?? offer.noticeDays} days`,
  }),
}

const candidatesFor = (
  problem: Problem,
  plan: Plan,
  requirement: ProblemRequirement,
  stretches: ReadonlyArray<UncoveredStretch>,
): ReadonlyArray<Candidate> => {
  const mission = problem.missions.find((m) => m.id === requirement.mission)
  if (mission === undefined) return []
  const demands = demandsOf(requirement, mission)
  const assets = new Map(problem.assets.map((a) => [a.id, a]))
  const rho = burdenOrder(plan, dimensionOf(problem, requirement))
  const changes = problem.offers.flatMap((offer): Candidate[] => {
    const asset = assets.get(offer.asset)
    if (asset === undefined || asset.copies === 0 || !demands.accepted.has(asset.capability)) return []
    const failed = failures(conditionsOf(offer, asset), demands)
    if (failed.length > 1) return []
    const lift = failed[0] === undefined ? moved(problem, offer, stretches) : LIFTS[failed[0]]?.(offer, requirement)
    if (lift === undefined) return []
    return [
      {
        kind: lift.kind,
        offer: offer.id,
        contributor: asset.contributor,
        change: { put: { offers: [lift.offer] } },
        text: `${asset.contributor} ${lift.words} (${offer.id})`,
      },
    ]
  })
  const ranked = changes.toSorted((a, b) => rho(a.contributor) - rho(b.contributor) || compareText(a.offer ?? '', b.offer ?? ''))
  return [...newUnits(problem, rho, requirement, stretches), ...ranked]
}

/** An eligible offer that is there at another time: its window stretched over the gap. */
const moved = (problem: Problem, offer: ProblemOffer, stretches: ReadonlyArray<UncoveredStretch>) => {
  const from = stretches.reduce((first, s) => (s.from < first ? s.from : first), offer.from)
  const to = stretches.reduce((last, s) => (s.to > last ? s.to : last), offer.to)
  const ready = addDays(problem.decidedAt, offer.noticeDays)
  const early = stretches.some((s) => s.from < ready)
  if (from === offer.from && to === offer.to) {
    return early
      ? { kind: 'shorten-notice' as const, offer: { ...offer, noticeDays: 0 }, words: 'is in place without notice' }
      : undefined
  }
  return { kind: 'move-window' as const, offer: { ...offer, from, to }, words: `is there from ${from} to ${to}` }
}

/** Contributors asked for a new unit: the first may be kept out by the mission's limits on its part. */
const ASKED = 3

/** A new unit from one of the least burdened contributors that neither mission nor requirement refuses. */
const newUnits = (
  problem: Problem,
  rho: (contributor: string) => number,
  requirement: ProblemRequirement,
  stretches: ReadonlyArray<UncoveredStretch>,
): ReadonlyArray<Candidate> => {
  const mission = problem.missions.find((m) => m.id === requirement.mission)
  const dimension = dimensionOf(problem, requirement)
  const able = problem.contributors
    .filter((c) => (c.capacity[dimension] ?? 0) > 0 && !mission?.refuses.includes(c.id) && !requirement.excludes.includes(c.id))
    .toSorted((a, b) => rho(a.id) - rho(b.id) || compareText(a.id, b.id))
  const like = problem.assets.find((a) => a.capability === requirement.capability)
  const persons = Math.max(1, like?.persons ?? 1)
  const missing = stretches.reduce((most, s) => Math.max(most, s.quantity), 0)
  const copies = requirement.counts === 'persons' ? Math.ceil(missing / persons) : missing
  return able.slice(0, ASKED).map((contributor) => {
    const id = `NEW-${requirement.id}-${contributor.id}`.slice(0, 200)
    const { capability, languages, standards, from, to } = requirement
    const asset: ProblemAsset = { id, contributor: contributor.id, capability, copies, burden: like?.burden ?? 1, persons }
    const offer: ProblemOffer = {
      id,
      asset: id,
      from,
      to,
      noticeDays: 0,
      readiness: 9,
      languages,
      standards,
      notIn: [],
      onlyIn: [requirement.mission],
      minTourDays: 1,
    }
    return {
      kind: 'new-unit',
      offer: undefined,
      contributor: contributor.id,
      change: { put: { assets: [asset], offers: [offer] } },
      text: `${contributor.id} pledges ${copies} ${capability} more`,
    }
  })
}

const dimensionOf = (problem: Problem, requirement: ProblemRequirement): Dimension =>
  problem.capabilities.find((c) => c.code === requirement.capability)?.dimension ?? 'personnel'

/** ρ of contributors in one dimension; who has no capacity there comes last. */
const burdenOrder = (plan: Plan, dimension: Dimension): ((contributor: string) => number) => {
  const rhos = new Map(
    plan.burdens.filter((b) => b.dimension === dimension).map((b) => [b.contributor, b.rho ?? Number.MAX_VALUE]),
  )
  return (contributor) => rhos.get(contributor) ?? 0
}

interface Pledged {
  readonly assets: ReadonlyMap<string, ProblemAsset>
  /** By offer. */
  readonly assetOf: ReadonlyMap<string, string>
  /** Capabilities that are used up. */
  readonly stock: ReadonlySet<string>
}

const pledgedIn = ({ assets, offers, capabilities }: Problem): Pledged => ({
  assets: new Map(assets.map((a) => [a.id, a])),
  assetOf: new Map(offers.map((o) => [o.id, o.asset])),
  stock: new Set(capabilities.filter((c) => c.measure === 'stock').map((c) => c.code)),
})

const solved = (
  session: Session,
  { assets, assetOf, stock }: Pledged,
  requirement: ProblemRequirement,
  candidate: Candidate,
): ReadonlyArray<Proposal> => {
  const { added, removed, gains } = repair(session, candidate.change)
  const first = gains.find((g) => g.gain !== 0n)
  if (first === undefined || first.gain < 0n) return []
  const { put } = candidate.change
  const assetBehind = (offer: string): ProblemAsset | undefined => {
    const asset = put?.offers?.find(({ id }) => id === offer)?.asset ?? assetOf.get(offer)
    return put?.assets?.find(({ id }) => id === asset) ?? assets.get(asset ?? '')
  }
  const burden = (rows: typeof added): bigint =>
    rows.reduce((sum, row) => {
      const asset = assetBehind(row.offer)
      if (asset === undefined) return sum
      const days = stock.has(asset.capability) ? 1 : dayNumber(row.to) - dayNumber(row.from)
      return sum + BigInt(row.quantity) * BigInt(asset.burden) * BigInt(days)
    }, 0n)
  const gained = gains.filter((g) => g.gain !== 0n).map((g) => `${g.gain > 0n ? '+' : ''}${g.gain} in tier ${g.tier}`)
  return [
    {
      requirement: requirement.id,
      kind: candidate.kind,
      offer: candidate.offer,
      contributor: candidate.contributor,
      change: candidate.change,
      gains: gains.map((g) => ({ tier: g.tier, gain: g.gain.toString() })),
      burden: (burden(added) - burden(removed)).toString(),
      text: `${requirement.id}: if ${candidate.text}, the plan gains ${gained.join(', ')}.`,
    },
  ]
}

const gainIn = (proposal: Proposal, tier: number): bigint => BigInt(proposal.gains.find((g) => g.tier === tier)?.gain ?? 0)

const compareProposals = (a: Proposal, b: Proposal): number => {
  const tiers = [...a.gains, ...b.gains].map((g) => g.tier).toSorted((x, y) => x - y)
  for (const tier of tiers) {
    const difference = gainIn(b, tier) - gainIn(a, tier)
    if (difference !== 0n) return difference > 0n ? 1 : -1
  }
  const burden = BigInt(a.burden) - BigInt(b.burden)
  if (burden !== 0n) return burden > 0n ? 1 : -1
  return compareText(a.requirement, b.requirement) || compareText(a.kind, b.kind) || compareText(a.offer ?? '', b.offer ?? '')
}
