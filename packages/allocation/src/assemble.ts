/** From tours to the document: rows, values, bounds, burdens, and a reason for everything that is open or idle. */
import type { Plan, UncoveredStretch, UnusedStretch, BurdenLine } from '@muster/contracts/allocation/plan'
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import type { Dimension } from '@muster/contracts/primitives'

import { dayNumber } from './calendar.ts'
import { digestOfPlan } from './canonical-problem.ts'
import { DIMENSIONS, exactBurdens, nearest, rho, type ExactBurdens } from './balance/burdens.ts'
import { planBounds, type ComponentBound } from './bounds.ts'
import { rowsOf } from './deal.ts'
import { Eligibility } from './explain/eligibility.ts'
import { Pools } from './explain/pool.ts'
import { uncoveredOf, type SearchState } from './explain/uncovered.ts'
import { UnusedAccount } from './explain/unused.ts'
import type { Component, Model, Tour } from './model.ts'
import type { Span } from './search/cover.ts'
import { Schedule } from './search/schedule.ts'
import { viewOf } from './search/view.ts'
import { ENGINE_VERSION } from './version.ts'

/** What is settled about one component. */
export interface Settled {
  readonly component: Component
  readonly tours: ReadonlyArray<Tour>
  readonly bound: ComponentBound
  readonly proven: boolean
  /** What the search had found before balance gave some of it up, where the policy's slack let it. */
  readonly searched?: ReadonlyArray<Tour>
}

export interface Provenance {
  /** Digest of the problem document as it was given. */
  readonly problem: string
  readonly backend: string
}

export const assemble = (problem: Problem, model: Model, settled: ReadonlyArray<Settled>, provenance: Provenance): Plan => {
  const tours = settled.flatMap((s) => s.tours)
  const burdens = exactBurdens(model, tours)
  const assignments = rowsOf(model, tours, problem.published)
  const { uncovered, holes, values, constrained } = accounts(problem, model, settled)
  const bounds = planBounds(
    settled.map((s) => s.bound),
    values,
  )
  const whole = (value: bigint, k: number): string => (value * BigInt(model.tierUnits[k] ?? 1)).toString()
  const plan = {
    format: 'muster.plan/1' as const,
    problem: provenance.problem,
    engine: { version: ENGINE_VERSION, backend: provenance.backend },
    assignments: [...assignments],
    tiers: model.tiers.map((tier, k) => ({ tier, value: whole(values[k] ?? 0n, k), bound: whole(bounds[k] ?? 0n, k) })),
    burdens: burdenLines(model, burdens),
    uncovered,
    unused: unusedLines(problem, model, assignments, { holes, constrained, outweighs: outweighing(model, tours, burdens) }),
  }
  return { ...plan, digest: digestOfPlan(plan) }
}

const accounts = (problem: Problem, model: Model, settled: ReadonlyArray<Settled>) => {
  const eligibility = new Eligibility(problem)
  const pools = new Pools(model)
  const holes: Span[][] = model.lines.map(() => [])
  const perLine: (ReadonlyArray<UncoveredStretch> | undefined)[] = model.lines.map(() => undefined)
  const values = model.tiers.map(() => 0n)
  const constrained = new Set<number>()
  for (const { component, tours, bound, searched } of settled) {
    const view = viewOf(model, component)
    const schedule = new Schedule(view, tours)
    const own = schedule.values()
    for (const [k, value] of own.entries()) values[k] = (values[k] ?? 0n) + BigInt(value)
    const found = searched === undefined ? own : new Schedule(view, searched).values()
    const state = { ...searchState(model, found, bound), slackPpm: searched === undefined ? 0 : model.slackPpm }
    const sided = searched !== undefined || schedule.limits.any || schedule.hasNeeds || view.lines.some((line) => line.persons)
    for (const [l, account] of uncoveredOf(schedule, eligibility, pools, state).entries()) {
      const global = component.lines[l] ?? 0
      if (sided) constrained.add(global)
      perLine[global] = account.entries
      const line = model.lines[global]
      holes[global] = account.holes.map((hole) => (line?.stock === true ? { ...hole, from: line.from, to: line.to } : hole))
    }
  }
  return {
    uncovered: perLine.flatMap((entries) => entries ?? []),
    holes,
    values,
    constrained: (line: number): boolean => constrained.has(line),
  }
}

const searchState = (model: Model, values: Float64Array, bound: ComponentBound): Pick<SearchState, 'open'> => {
  for (const [k, tier] of model.tiers.entries()) {
    const [value, most] = [values[k] ?? 0, bound.locked[k] ?? 0]
    const unit = BigInt(model.tierUnits[k] ?? 1)
    if (most > value) return { open: { tier, value: (BigInt(value) * unit).toString(), bound: (BigInt(most) * unit).toString() } }
  }
  return { open: undefined }
}

const burdenLines = (model: Model, { own, scale }: ExactBurdens): BurdenLine[] => {
  const asked = new Set(model.capabilities.map((c) => c.dimension))
  return DIMENSIONS.filter((dimension) => asked.has(dimension)).flatMap((dimension) => {
    const ownSum = own[dimension].reduce((sum, b) => sum + b, 0n)
    const capacitySum = model.contributors.reduce((sum, c) => sum + BigInt(c.capacity[dimension]), 0n)
    return model.contributors.map((contributor, c) => {
      const capacity = BigInt(contributor.capacity[dimension])
      const burden = own[dimension][c] ?? 0n
      return {
        contributor: contributor.id,
        dimension,
        own: nearest(burden, scale).toString(),
        capacity: capacity.toString(),
        rho: rho(burden, ownSum, capacity, capacitySum),
      }
    })
  })
}

/** Whether everyone who serves the line carries relatively less than the contributor does. */
const outweighing = (
  model: Model,
  tours: ReadonlyArray<Tour>,
  { own }: ExactBurdens,
): ((contributor: number, line: number) => boolean) => {
  const heaviest = new Map<number, number>()
  const ratiosOf = (dimension: Dimension): ReadonlyArray<number> =>
    model.contributors.map(({ capacity }, c) => {
      const burden = Number(own[dimension][c] ?? 0n)
      return capacity[dimension] === 0 ? (burden > 0 ? Number.POSITIVE_INFINITY : 0) : burden / capacity[dimension]
    })
  const ratios = { personnel: ratiosOf('personnel'), equipment: ratiosOf('equipment'), funding: ratiosOf('funding') }
  const ratio = (contributor: number, line: number): number =>
    ratios[model.capabilities[model.lines[line]?.capability ?? 0]?.dimension ?? 'personnel'][contributor] ?? 0
  for (const tour of tours) {
    const line = model.pairs.line[tour.pair] ?? 0
    const server = model.assets[model.offers[model.pairs.offer[tour.pair] ?? 0]?.asset ?? 0]?.contributor ?? 0
    heaviest.set(line, Math.max(heaviest.get(line) ?? 0, ratio(server, line)))
  }
  return (contributor, line) => {
    const most = heaviest.get(line)
    return most !== undefined && most < ratio(contributor, line)
  }
}

const unusedLines = (
  problem: Problem,
  model: Model,
  assignments: ReadonlyArray<Assignment>,
  situation: Omit<ConstructorParameters<typeof UnusedAccount>[0], 'model'>,
): UnusedStretch[] => {
  const account = new UnusedAccount({ model, ...situation })
  const classOf = new Map(model.offers.flatMap((o, i) => o.members.map((m) => [m.offer, i] as const)))
  const assets = new Map(problem.assets.map((a) => [a.id, a]))
  const rowsOfOffer = Map.groupBy(assignments, (row) => row.offer)
  const assetOf = new Map(problem.offers.map((o) => [o.id, o.asset]))
  const rowsOfAsset = Map.groupBy(assignments, (row) => assetOf.get(row.offer) ?? '')
  const standIns = new Map<string, number>()
  const shared = sharedAssets(problem)
  for (const offer of problem.offers) {
    const index = classOf.get(offer.id)
    if (index !== undefined && shared.has(offer.asset)) standIns.set(conditions(offer), index)
  }
  const decidedAt = dayNumber(problem.decidedAt)
  return problem.offers.flatMap((offer) => {
    const copies = assets.get(offer.asset)?.copies ?? 0
    const index = classOf.get(offer.id) ?? standIns.get(conditions(offer)) ?? 0
    const duplicateOf = classOf.has(offer.id) ? undefined : model.offers[index]?.id
    const own = rowsOfOffer.get(offer.id) ?? []
    const others = shared.has(offer.asset) ? (rowsOfAsset.get(offer.asset) ?? []).filter((row) => row.offer !== offer.id) : []
    return account.stretchesOf({ offer, copies, index, duplicateOf, decidedAt }, own, others)
  })
}

/** Assets that more than one offer names. */
const sharedAssets = (problem: Problem): ReadonlySet<string> => {
  const once = new Set<string>()
  const more = new Set<string>()
  for (const { asset } of problem.offers) (once.has(asset) ? more : once).add(asset)
  return more
}

type Offered = Problem['offers'][number]
const conditions = (offer: Offered): string =>
  JSON.stringify({
    ...offer,
    id: '',
    languages: offer.languages.toSorted(),
    standards: offer.standards.toSorted(),
    notIn: offer.notIn.toSorted(),
    onlyIn: offer.onlyIn?.toSorted() ?? null,
  })
