/**
 * Coverage tier by tier: relax, price on single days, add the days that prices ask for, repeat; then whole arcs. What a tier
 * reached is a floor for those after it. The plan to start from is beaten or kept, never worsened.
 */
import type { Tour } from '@muster/allocation/model'
import type { View } from '@muster/allocation/search/view'
import type { Prices } from '@muster/allocation/solver-port'
import { floorTo, valueSteps } from '@muster/allocation/value-step'
import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { buildArcModel, noOptions, type ArcModel } from './arc-model.ts'
import { wholeSolution } from './integer-step.ts'
import { isLawful, valuesOf } from './lawful.ts'
import { asPrices, between, grainFor, noPrices, priced, spread, type DayPrices, type PathTour } from './pricing.ts'
import { allDays, stretchedDays } from './pair-days.ts'
import { solveRelaxation, type Presolve, type Relaxation, type SolverError } from './runtime.ts'
import { addNeeds, addSideRules, hasPresenceLimits, ruleEdges, type CeilingRow } from './side-rules.ts'
import { SparseModel } from './sparse-model.ts'
import { firstNodes, withDays, type TimeNodes } from './time-nodes.ts'
import { readTours, startValues } from './tours.ts'

export interface CoverageTask {
  readonly view: View
  readonly start: ReadonlyArray<Tour>
  /** Per tier: no plan with every tier before at its own bound is worth more. */
  readonly bound?: ReadonlyArray<number>
  readonly rounds?: number
  readonly nodeLimit: number
  /** Tests compare both; HiGHS has had wrong answers from its presolve. */
  readonly presolve?: Presolve
}

export interface TierOutcome {
  /** Index into `Model.tiers`. */
  readonly tier: number
  readonly value: number
  /** Recomputed from the prices alone; no plan with the floors is worth more. */
  readonly bound: number
  /** What HiGHS called the optimum of the relaxation on the days it was shown. */
  readonly relaxation: number
}

export interface CoverageOutcome {
  readonly tours: ReadonlyArray<Tour>
  readonly prices: ReadonlyArray<Prices>
  readonly tiers: ReadonlyArray<TierOutcome>
}

/** Rounds of adding days before the integer step, unless told otherwise; the gap that is left is stated by the bound. */
const ROUNDS = 5

/** Best coverage of a component. Left: HiGHS broke or ran out of memory; a mere lack of progress is no error. */
export const solveCoverage = (highs: Highs, task: CoverageTask): E.Either<SolverError, CoverageOutcome> => {
  const { view, start, bound = [], rounds = ROUNDS, nodeLimit, presolve = 'on' } = task
  const steps = valueSteps(view)
  let best: Candidate = { tours: start, values: valuesOf(view, start) }
  let nodes = firstNodes(view, start, ruleEdges(view))
  const floors: number[] = []
  const tiers: TierOutcome[] = []
  const prices: Prices[] = []
  const isAtBound = (tier: number): boolean => (best.values[tier] ?? 0) >= (bound[tier] ?? Number.POSITIVE_INFINITY)
  for (const tier of view.model.tiers.keys()) {
    if (!view.lines.some((line) => line.tier === tier)) {
      floors.push(0)
      continue
    }
    if (floors.every((_, before) => isAtBound(before)) && isAtBound(tier)) {
      floors.push(best.values[tier] ?? 0)
      continue
    }
    const step = tierStep(highs, {
      view,
      tier,
      steps,
      floors,
      nodes,
      incumbent: best.tours,
      rounds,
      nodeLimit,
      known: best.values[tier] ?? 0,
      presolve,
    })
    if (E.isLeft(step)) {
      if (step.left._tag !== 'NoSolution') return step
      break
    }
    nodes = step.right.nodes
    prices.push(asPrices(view, step.right.prices))
    const candidate = candidateOf(view, step.right.tours)
    if (candidate !== undefined && isBetter(candidate.values, best.values)) best = candidate
    const value = best.values[tier] ?? 0
    floors.push(value)
    tiers.push({ tier, value, bound: Math.floor(step.right.bound / step.right.prices.grain), relaxation: step.right.relaxation })
  }
  return E.right({ tours: best.tours, prices, tiers })
}

interface Candidate {
  readonly tours: ReadonlyArray<Tour>
  readonly values: ReadonlyArray<number>
}

/** HiGHS' word counts for nothing: what does not keep the rules is dropped. */
const candidateOf = (view: View, tours: ReadonlyArray<Tour> | undefined): Candidate | undefined =>
  tours !== undefined && isLawful(view, tours) ? { tours, values: valuesOf(view, tours) } : undefined

const isBetter = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): boolean => {
  const i = a.findIndex((value, k) => value !== b[k])
  return i >= 0 && (a[i] ?? 0) > (b[i] ?? 0)
}

// ── One tier ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface TierTask {
  readonly view: View
  readonly tier: number
  /** Per tier: the objective and the floors are in units of these, so that whole solutions are worth whole numbers. */
  readonly steps: ReadonlyArray<number>
  readonly floors: ReadonlyArray<number>
  readonly nodes: TimeNodes
  readonly incumbent: ReadonlyArray<Tour>
  /** The incumbent's value in this tier. */
  readonly known: number
  readonly rounds: number
  readonly nodeLimit: number
  readonly presolve: Presolve
}

interface TierStep {
  readonly nodes: TimeNodes
  readonly prices: DayPrices
  /** In grains of the prices. */
  readonly bound: number
  readonly relaxation: number
  readonly tours: ReadonlyArray<Tour> | undefined
}

const tierStep = (highs: Highs, task: TierTask): E.Either<SolverError, TierStep> => {
  const { view, floors } = task
  const valueStep = task.steps[task.tier] ?? 1
  const all = allCovered(view, task.tier)
  // Where everything is covered already, or nothing can be worth anything, there is nothing to solve.
  if (task.known >= all) return E.right({ nodes: task.nodes, ...atNoPrice(view, task), relaxation: all, tours: undefined })
  let nodes = task.nodes
  let best: { readonly prices: DayPrices; readonly bound: number } | undefined
  for (let round = 1; ; round += 1) {
    const model = tierModel(task, nodes)
    const relaxed = solveRelaxation(highs, model.arcs.sparse, task.presolve)
    if (E.isLeft(relaxed)) return relaxed
    const fresh = dualPrices(task, model, relaxed.right, best?.prices.grain)
    const earlier = best?.prices
    const trials = [fresh, ...(earlier === undefined ? [] : [30, 60].map((share) => between(earlier, fresh, share)))]
    const tried = trials.map((prices) => ({ prices, ...priced(view, prices, floors) }))
    for (const { prices, bound } of tried) if (best === undefined || bound < best.bound) best = { prices, bound }
    if (best === undefined) return E.left({ _tag: 'NoSolution', status: 0 })
    const wanted = tried.map(({ paths }) => paths)
    const whole = floorTo(valueStep, Math.floor(best.bound / best.prices.grain))
    const relaxation = relaxed.right.objective * valueStep
    const step = { nodes, ...best, relaxation, tours: undefined }
    if (task.known >= whole) return E.right(step)
    const isTight = relaxation > whole - 0.01
    const further = isTight || round >= task.rounds ? undefined : withDays(view, nodes, daysOf(view, wanted))
    if (further === undefined) return wholeStep(highs, task, model, relaxed.right, step, whole / valueStep)
    nodes = further
  }
}

/** Value of a tier when every day of every line is covered. */
const allCovered = (view: View, tier: number): number =>
  view.lines.reduce((sum, line, l) => {
    const days = (view.lineTo[l] ?? 0) - (view.lineFrom[l] ?? 0)
    return line.tier === tier ? sum + line.weight * line.quantity * days : sum
  }, 0)

const atNoPrice = (view: View, { tier, floors }: TierTask): { readonly prices: DayPrices; readonly bound: number } => ({
  prices: noPrices(
    view,
    tier,
    1,
    floors.map(() => 0),
  ),
  bound: allCovered(view, tier),
})

const wholeStep = (
  highs: Highs,
  { view, incumbent, nodeLimit, presolve }: TierTask,
  { arcs }: TierModel,
  relaxation: Relaxation,
  step: TierStep,
  /** In steps of the tier, like the objective. */
  bound: number,
): E.Either<SolverError, TierStep> => {
  const start = startValues(view, arcs, incumbent)
  const reachable = Math.min(bound, Math.floor(relaxation.objective + 0.01))
  const solved = wholeSolution({ highs, sparse: arcs.sparse, relaxation, start, nodeLimit, presolve, bound: reachable })
  if (E.isRight(solved)) return E.right({ ...step, tours: readTours(view, arcs, solved.right.values) })
  return solved.left._tag === 'NoSolution' ? E.right(step) : solved
}

interface TierModel {
  readonly arcs: ArcModel
  readonly floorRows: ReadonlyArray<number>
  readonly ceilingRows: ReadonlyArray<CeilingRow>
}

/** Lines of later tiers stay out unless what is asked for now needs them. */
const tierModel = (
  { view, tier, steps, floors, incumbent }: Pick<TierTask, 'view' | 'tier' | 'steps' | 'floors' | 'incumbent'>,
  nodes: TimeNodes,
): TierModel => {
  const pairDays = hasPresenceLimits(view) ? allDays(view, nodes) : stretchedDays(view, nodes, incumbent)
  const sparse = new SparseModel()
  const included = neededBy(view, tier)
  const includes = (l: number): boolean => included.has(l)
  const floorRows = floors.map((floor, j) => sparse.row(floor / (steps[j] ?? 1), Number.POSITIVE_INFINITY, () => `floor${j}`))
  const rules = addSideRules(view, pairDays, sparse, includes)
  const arcs = buildArcModel(view, nodes, pairDays, sparse, {
    ...noOptions,
    includes,
    running: rules.running,
    startEntries: rules.startEntries,
    coverCost: (l) => (view.lines[l]?.tier === tier ? (view.lines[l]?.weight ?? 0) / (steps[tier] ?? 1) : 0),
    coverEntries: (l, days) => {
      const { tier: own, weight } = view.lines[l] ?? { tier, weight: 0 }
      const row = floorRows[own]
      return row === undefined ? [] : [[row, (weight * days) / (steps[own] ?? 1)]]
    },
  })
  addNeeds(view, arcs)
  return { arcs, floorRows, ceilingRows: rules.ceilingRows }
}

const neededBy = (view: View, tier: number): ReadonlySet<number> => {
  const local = new Map(Array.from(view.component.lines, (l, i) => [l, i]))
  const included = new Set([...view.lines.keys()].filter((l) => (view.lines[l]?.tier ?? 0) <= tier))
  for (const l of included) for (const need of view.lines[l]?.needs ?? []) included.add(local.get(need) ?? l)
  return included
}

const dualPrices = (
  { view, tier, steps }: Pick<TierTask, 'view' | 'tier' | 'steps'>,
  { arcs, floorRows, ceilingRows }: TierModel,
  { rowDuals }: Relaxation,
  givenGrain: number | undefined,
): DayPrices => {
  const own = steps[tier] ?? 1
  const thetas = floorRows.map((row, j) => (Math.max(0, -(rowDuals[row] ?? 0)) * own) / (steps[j] ?? 1))
  const worth = thetas.reduce((sum, theta, j) => sum + theta * allCovered(view, j), allCovered(view, tier))
  const grain = givenGrain ?? grainFor(worth * ROUNDS)
  const prices = noPrices(
    view,
    tier,
    grain,
    thetas.map((theta) => Math.round(theta * grain)),
  )
  for (const [l, segments] of arcs.segments.entries())
    for (const { from, to, coverRow, whole } of segments) {
      const days = prices.presence[l]
      const ofWhole = whole === undefined ? 0 : whole.slope * Math.max(0, rowDuals[whole.row] ?? 0)
      const dual = own * (Math.max(0, rowDuals[coverRow] ?? 0) + ofWhole)
      if (days !== undefined) spread(days, grain, view.lineFrom[l] ?? 0, { from, to, dual })
    }
  for (const { ceiling, from, to, row } of ceilingRows) {
    const days = prices.ceilings[ceiling]
    if (days !== undefined)
      spread(days, grain, view.model.ceilings[ceiling]?.from ?? 0, { from, to, dual: own * (rowDuals[row] ?? 0) })
  }
  return prices
}

/** The days on which the best paths begin and end tours, per asset. */
const daysOf = (
  view: View,
  trials: ReadonlyArray<ReadonlyArray<ReadonlyArray<PathTour>>>,
): ReadonlyArray<ReadonlyArray<number>> =>
  view.assets.map((asset, a) =>
    asset.stock ? [] : trials.flatMap((paths) => (paths[a] ?? []).flatMap(({ from, to }) => [from, to])),
  )

/** The model of one tier as HiGHS is given it, on the days it begins with. */
export const coverageModel = (
  view: View,
  tier: number,
  floors: ReadonlyArray<number>,
  nodes: TimeNodes = firstNodes(view, [], ruleEdges(view)),
): ArcModel => tierModel({ view, tier, steps: view.model.tiers.map(() => 1), floors, incumbent: [] }, nodes).arcs
