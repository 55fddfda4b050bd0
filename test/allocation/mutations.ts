/** Ways to break a right plan: rules taken away from under a row of it, and figures changed in it. Each names the finding it must cause. */
import type { Assignment } from '@muster/contracts/allocation/problem'
import type { Plan } from '@muster/contracts/allocation/plan'
import type { FindingCode } from '@muster/verifier/finding'
import type { SmallProblem } from './problems.ts'
import { day } from './problems.ts'

export interface Breach {
  readonly name: string
  readonly code: FindingCode
  /** The problem with one rule changed so that this row of its plan breaks it; undefined where the row cannot. */
  readonly apply: (problem: SmallProblem, row: Assignment, plan: Plan) => object | undefined
}

type Requirement = SmallProblem['requirements'][number]
type Offer = SmallProblem['offers'][number]
type Asset = SmallProblem['assets'][number]
type Mission = SmallProblem['missions'][number]

const withId = <T extends { readonly id: string }>(list: ReadonlyArray<T>, id: string, change: object): ReadonlyArray<T> =>
  list.map((item) => (item.id === id ? { ...item, ...change } : item))

const partsOf = (problem: SmallProblem, row: Assignment) => {
  const requirement = problem.requirements.find(({ id }) => id === row.requirement)
  const offer = problem.offers.find(({ id }) => id === row.offer)
  const asset = problem.assets.find(({ id }) => id === offer?.asset)
  const mission = problem.missions.find(({ id }) => id === requirement?.mission)
  return requirement && offer && asset && mission ? { requirement, offer, asset, mission } : undefined
}

const onRequirement = (
  change: (requirement: Requirement, all: { offer: Offer; asset: Asset }, row: Assignment) => object | undefined,
): Breach['apply'] => {
  return (problem, row) => {
    const parts = partsOf(problem, row)
    const changed = parts && change(parts.requirement, parts, row)
    return changed && { ...problem, requirements: withId(problem.requirements, row.requirement, changed) }
  }
}
const onOffer = (
  change: (offer: Offer, all: { requirement: Requirement }, row: Assignment) => object | undefined,
): Breach['apply'] => {
  return (problem, row) => {
    const parts = partsOf(problem, row)
    const changed = parts && change(parts.offer, parts, row)
    return changed && { ...problem, offers: withId(problem.offers, row.offer, changed) }
  }
}
const onAsset = (change: (asset: Asset) => object | undefined): Breach['apply'] => {
  return (problem, row) => {
    const parts = partsOf(problem, row)
    const changed = parts && change(parts.asset)
    return changed && { ...problem, assets: withId(problem.assets, parts.asset.id, changed) }
  }
}
const onMission = (
  change: (mission: Mission, all: { asset: Asset; requirement: Requirement }, row: Assignment) => object | undefined,
): Breach['apply'] => {
  return (problem, row) => {
    const parts = partsOf(problem, row)
    const changed = parts && change(parts.mission, parts, row)
    return changed && { ...problem, missions: withId(problem.missions, parts.mission.id, changed) }
  }
}

const dayAfter = (text: string): string => new Date(Date.parse(`${text}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
const dayBefore = (text: string): string => new Date(Date.parse(`${text}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
const daysOf = (row: Pick<Assignment, 'from' | 'to'>): number => (Date.parse(row.to) - Date.parse(row.from)) / 86_400_000
/** Units times days of a line that the plan says are covered: all of it, less what it says is not. */
const coveredDays = (requirement: SmallProblem['requirements'][number], plan: Plan): number =>
  plan.uncovered
    .filter((gap) => gap.requirement === requirement.id)
    .reduce((covered, gap) => covered - gap.quantity * daysOf(gap), requirement.quantity * daysOf(requirement))

export const BREACHES: ReadonlyArray<Breach> = [
  {
    name: 'the capability is another',
    code: 'CAPABILITY',
    apply: onRequirement((r, { asset }) => (r.capability === asset.capability ? undefined : { accepts: [] })),
  },
  {
    name: 'the host refuses the contributor',
    code: 'REFUSED',
    apply: onMission((_, { asset }) => ({ refuses: [asset.contributor] })),
  },
  {
    name: 'the line excludes the contributor',
    code: 'REFUSED',
    apply: onRequirement((_, { asset }) => ({ excludes: [asset.contributor] })),
  },
  {
    name: 'the host refuses a party of a joint asset',
    code: 'REFUSED',
    apply: onMission((_, { asset }) => {
      const party = asset.parties?.at(-1)
      return party && { refuses: [party.contributor] }
    }),
  },
  {
    name: 'a caveat forbids the mission',
    code: 'CAVEAT',
    apply: onOffer((_, { requirement }) => ({ notIn: [requirement.mission] })),
  },
  { name: 'an earmark names other missions', code: 'EARMARK', apply: onOffer(() => ({ onlyIn: [] })) },
  {
    name: 'more readiness is asked',
    code: 'READINESS',
    apply: onRequirement((_, { offer }) => ({ minReadiness: offer.readiness + 1 })),
  },
  {
    name: 'less notice is allowed',
    code: 'NOTICE',
    apply: onRequirement((_, { offer }) => (offer.noticeDays === 0 ? undefined : { maxNoticeDays: offer.noticeDays - 1 })),
  },
  {
    name: 'the notice has not passed',
    code: 'NOTICE',
    apply: (problem, row) => {
      const notice = partsOf(problem, row)?.offer.noticeDays ?? 0
      return { ...problem, decidedAt: new Date(Date.parse(row.from) + (1 - notice) * 86_400_000).toISOString().slice(0, 10) }
    },
  },
  { name: 'a language is missing', code: 'LANGUAGE', apply: onRequirement(() => ({ languages: ['pt'] })) },
  { name: 'a standard is missing', code: 'STANDARD', apply: onRequirement(() => ({ standards: ['s2'] })) },
  {
    name: 'the offer begins later',
    code: 'WINDOW',
    apply: onOffer((offer, _, row) => (dayAfter(row.from) < offer.to ? { from: dayAfter(row.from) } : undefined)),
  },
  {
    name: 'the offer ends earlier',
    code: 'WINDOW',
    apply: onOffer((offer, _, row) => (offer.from < dayBefore(row.to) ? { to: dayBefore(row.to) } : undefined)),
  },
  {
    name: 'the need begins later',
    code: 'WINDOW',
    apply: onRequirement((r, _, row) => (dayAfter(row.from) < r.to ? { from: dayAfter(row.from) } : undefined)),
  },
  {
    name: 'the need ends earlier',
    code: 'WINDOW',
    apply: onRequirement((r, _, row) => (r.from < dayBefore(row.to) ? { to: dayBefore(row.to) } : undefined)),
  },
  {
    name: 'a longer tour is asked',
    code: 'TOUR',
    apply: onRequirement((r, _, row) => (row.from === r.from && row.to === r.to ? undefined : { minTourDays: daysOf(row) + 1 })),
  },
  { name: 'the asset has no copies', code: 'COPIES', apply: onAsset(() => ({ copies: 0 })) },
  {
    name: 'a ceiling is lowered',
    code: 'CEILING',
    apply: onMission((_, { asset }, row) => ({
      ceilings: [{ from: row.from, to: row.to, capabilities: [asset.capability], quantity: row.quantity - 1 }],
    })),
  },
  {
    name: 'no contributor may have more than one',
    code: 'MAX_PERCENT',
    apply: onMission((_, { asset, requirement }, row) => {
      const units = row.quantity * (requirement.counts === 'persons' ? asset.persons : 1)
      return units > 1 && !asset.parties?.length ? { maxPercent: 0 } : undefined
    }),
  },
  {
    name: 'contributors serve one mission only',
    code: 'MAX_MISSIONS',
    apply: (problem, _, plan) => {
      const missions = new Map<string, Set<string>>()
      for (const row of plan.assignments) {
        const parts = partsOf(problem, row)
        if (parts === undefined) continue
        missions.set(parts.asset.contributor, (missions.get(parts.asset.contributor) ?? new Set()).add(parts.mission.id))
      }
      const several = [...missions.values()].some(({ size }) => size > 1)
      return several ? { ...problem, policy: { ...problem.policy, maxMissionsPerContributor: 1 } } : undefined
    },
  },
  {
    name: 'something nobody has is needed',
    code: 'TIER_VALUE',
    apply: (problem, row, plan) => {
      const parts = partsOf(problem, row)
      const worth = plan.tiers.find(({ tier }) => tier === parts?.requirement.tier)?.value
      const counted = parts !== undefined && coveredDays(parts.requirement, plan) > 0
      const useful =
        parts !== undefined && parts.requirement.weight > 0 && (parts.requirement.counts === 'copies' || parts.asset.persons > 0)
      if (!useful || !counted || worth === '0') return undefined
      const impossible = {
        ...parts.requirement,
        id: 'R-NOBODY',
        capability: 'MED',
        accepts: [],
        counts: 'copies',
        needs: [],
        excludes: ['A', 'B', 'C'],
      }
      return {
        ...problem,
        requirements: [...withId(problem.requirements, row.requirement, { needs: ['R-NOBODY'] }), impossible],
      }
    },
  },
]

/** A figure, a row or a reason of the plan changed. */
export interface Change {
  readonly name: string
  readonly codes: ReadonlyArray<FindingCode>
  readonly apply: (plan: Plan, pick: number, problem: SmallProblem) => object | undefined
}

const at = (list: ReadonlyArray<unknown>, pick: number): number => (list.length === 0 ? -1 : pick % list.length)
const changedAt = <T>(list: ReadonlyArray<T>, index: number, change: (item: T) => object): ReadonlyArray<unknown> | undefined =>
  index < 0 ? undefined : list.map((item, i) => (i === index ? { ...item, ...change(item) } : item))
const field = (key: string, value: unknown): object | undefined => (value === undefined ? undefined : { [key]: value })
const onRow =
  (change: (row: Assignment) => object): Change['apply'] =>
  (plan, pick) =>
    field('assignments', changedAt(plan.assignments, at(plan.assignments, pick), change))
/** Only rows whose days count: a stock is used up once, whenever. */
const onStandingRow =
  (change: (row: Assignment) => object): Change['apply'] =>
  (plan, pick, problem) => {
    const stock = new Set(problem.requirements.filter(({ capability }) => capability === 'FUND').map(({ id }) => id))
    const standing = plan.assignments.flatMap((row, i) => (stock.has(row.requirement) ? [] : [i]))
    const index = standing[at(standing, pick)]
    return field('assignments', index === undefined ? undefined : changedAt(plan.assignments, index, change))
  }

export const CHANGES: ReadonlyArray<Change> = [
  { name: 'one copy more', codes: ['COPIES', 'UNUSED'], apply: onRow(({ quantity }) => ({ quantity: quantity + 1 })) },
  {
    name: 'a tour a day longer',
    codes: ['WINDOW', 'COPIES', 'UNUSED', 'BURDEN_OWN', 'BURDEN_LIST'],
    apply: onStandingRow(({ to }) => ({ to: dayAfter(to) })),
  },
  {
    name: 'a tour a day earlier',
    codes: ['WINDOW', 'NOTICE', 'COPIES', 'UNUSED'],
    apply: onStandingRow(({ from }) => ({ from: dayBefore(from) })),
  },
  { name: 'a tour without days', codes: ['WINDOW'], apply: onRow(({ from }) => ({ to: from })) },
  {
    name: 'a row twice',
    codes: ['COPIES', 'UNUSED'],
    apply: (plan, pick) => {
      const index = at(plan.assignments, pick)
      return index < 0 ? undefined : { assignments: plan.assignments.flatMap((row, i) => (i === index ? [row, row] : [row])) }
    },
  },
  {
    name: 'a row left out',
    codes: ['UNUSED'],
    apply: (plan, pick) =>
      plan.assignments.length === 0
        ? undefined
        : { assignments: plan.assignments.filter((_, i) => i !== at(plan.assignments, pick)) },
  },
  { name: 'an offer nobody made', codes: ['UNKNOWN_REFERENCE'], apply: onRow(() => ({ offer: 'P-NOBODY' })) },
  {
    name: 'a value one more',
    codes: ['TIER_VALUE'],
    apply: (plan, pick) =>
      field(
        'tiers',
        changedAt(plan.tiers, at(plan.tiers, pick), ({ value }) => ({ value: String(BigInt(value) + 1n) })),
      ),
  },
  {
    name: 'a bound below the value',
    codes: ['TIER_BOUND'],
    apply: (plan, pick) =>
      field(
        'tiers',
        changedAt(plan.tiers, at(plan.tiers, pick), ({ value }) => ({ bound: String(BigInt(value) - 1n) })),
      ),
  },
  { name: 'a tier left out', codes: ['TIER_LIST'], apply: (plan) => ({ tiers: plan.tiers.slice(1) }) },
  {
    name: 'a burden one more',
    codes: ['BURDEN_OWN'],
    apply: (plan, pick) =>
      field(
        'burdens',
        changedAt(plan.burdens, at(plan.burdens, pick), ({ own }) => ({ own: String(BigInt(own) + 1n) })),
      ),
  },
  {
    name: 'another capacity',
    codes: ['BURDEN_CAPACITY'],
    apply: (plan, pick) =>
      field(
        'burdens',
        changedAt(plan.burdens, at(plan.burdens, pick), ({ capacity }) => ({ capacity: String(BigInt(capacity) + 1n) })),
      ),
  },
  {
    name: 'another rho',
    codes: ['BURDEN_RHO'],
    apply: (plan, pick) =>
      field(
        'burdens',
        changedAt(plan.burdens, at(plan.burdens, pick), ({ rho }) => ({ rho: rho === null ? 0 : rho + 0.000_002 })),
      ),
  },
  {
    name: 'a gap larger',
    codes: ['UNCOVERED'],
    apply: (plan, pick) =>
      field(
        'uncovered',
        changedAt(plan.uncovered, at(plan.uncovered, pick), ({ quantity }) => ({ quantity: quantity + 1 })),
      ),
  },
  {
    name: 'a gap left out',
    codes: ['UNCOVERED'],
    apply: (plan, pick) =>
      plan.uncovered.length === 0 ? undefined : { uncovered: plan.uncovered.filter((_, i) => i !== at(plan.uncovered, pick)) },
  },
  {
    name: 'an idle stretch left out',
    codes: ['UNUSED'],
    apply: (plan, pick) => {
      const index = at(plan.unused, pick)
      const entry = plan.unused[index]
      // Days outside the horizon may be left out.
      return entry === undefined || entry.to <= day(0) || entry.from >= day(12)
        ? undefined
        : { unused: plan.unused.filter((_, i) => i !== index) }
    },
  },
  {
    name: 'a gap explained as none of the kind',
    codes: ['REASON', 'CERTIFICATE'],
    apply: (plan, pick) =>
      field(
        'uncovered',
        changedAt(plan.uncovered, at(plan.uncovered, pick), ({ reason }) => ({
          reason: { code: reason.code === 'NO_CAPABILITY' ? 'ALL_FILTERED' : 'NO_CAPABILITY', evidence: {} },
        })),
      ),
  },
  {
    name: 'a shortage with fewer assets',
    codes: ['CERTIFICATE'],
    apply: (plan) => {
      const index = plan.uncovered.findIndex(({ reason }) => reason.code === 'SHORTAGE' && reason.evidence['capacity'] !== 0)
      return field(
        'uncovered',
        changedAt(plan.uncovered, index, ({ reason }) => ({
          reason: { ...reason, evidence: { ...reason.evidence, assets: [], capacity: 0 } },
        })),
      )
    },
  },
  ...(['NO_MATCHING_NEED', 'NEED_MET', 'SIDE_CONSTRAINT', 'SEARCH_LIMIT', 'NOTICE'] as const).map((code): Change => ({
    name: `an idle stretch explained as ${code} where it is not`,
    codes: ['REASON'],
    apply: (plan, pick) => {
      const others = plan.unused.flatMap(({ reason }, i) => (isOtherwise(reason.code, code) ? [i] : []))
      return field(
        'unused',
        changedAt(plan.unused, others[at(others, pick)] ?? -1, () => ({ reason: { code, evidence: {} } })),
      )
    },
  })),
]

/** Whether a stretch with the one reason cannot truly have the other. */
const isOtherwise = (is: string, not: string): boolean => {
  const met = ['NEED_MET', 'KEPT_IDLE_BY_BALANCE']
  const open = ['SIDE_CONSTRAINT', 'SEARCH_LIMIT', 'SHORTER_THAN_TOUR']
  const families = [['NO_MATCHING_NEED'], met, open, ['NOTICE']]
  const [a, b] = [families.findIndex((f) => f.includes(is)), families.findIndex((f) => f.includes(not))]
  return a >= 0 && b >= 0 && a !== b && (is !== 'NOTICE' || not !== 'NO_MATCHING_NEED')
}
