/** How fair a plan is, against the levels that linear programmes reach with the same coverage: divisible classes, and units with tours. */
import type { Plan } from '@muster/contracts/allocation/plan'
import { timedPlan } from './plan.ts'
import { leastLevels, relaxedLevels } from './saturation.ts'
import { syntheticProblem, type ProblemDocument, type Synthetic } from './synthetic.ts'

const LEVELS = 8
const MONTH = 30

export interface BalanceFigure {
  /** Burden ÷ capacity of the contributors, worst first. */
  readonly levels: ReadonlyArray<number>
  readonly relaxed: ReadonlyArray<number>
  /** For units, per level: the least its bearer must carry when tours are whole and those above it are no worse, proved. */
  readonly least: ReadonlyArray<number>
  /** Contributors among the first levels that lie within one unit (one copy for a month) of the relaxed level, and how many were compared. */
  readonly withinOneUnit: number
  readonly compared: number
  readonly milliseconds: number
  readonly relaxedMilliseconds: number
}

export const measureBalance = async (instance: Synthetic, workers: number) => {
  const whole = syntheticProblem({ ...instance, grid: 'month' })
  return {
    divisible: await figure(part(whole, 'divisible'), 'default', workers),
    units: await figure(part(whole, 'units'), 'exact', workers),
  }
}

/** Only personnel: the lines that need whole tours, or those that do not. */
const part = (problem: ProblemDocument, kind: 'divisible' | 'units'): ProblemDocument => {
  const personnel = new Set(problem.capabilities.filter(({ dimension }) => dimension === 'personnel').map(({ code }) => code))
  const requirements = problem.requirements.filter(
    ({ capability, minTourDays = 1 }) => personnel.has(capability) && minTourDays > 1 === (kind === 'units'),
  )
  const asked = new Set(requirements.flatMap(({ capability, accepts = [] }) => [capability, ...accepts]))
  const assets = problem.assets.filter(({ capability }) => asked.has(capability))
  const kept = new Set(assets.map(({ id }) => id))
  return { ...problem, requirements, assets, offers: problem.offers.filter(({ asset }) => kept.has(asset)) }
}

const figure = async (document: ProblemDocument, mode: 'default' | 'exact', workers: number): Promise<BalanceFigure> => {
  const { plan, milliseconds } = await timedPlan(document, mode, workers)
  const relaxed = await relaxedLevels(document, plan, LEVELS)
  const own = carried(document, plan)
  const first = own.slice(0, Math.min(LEVELS, relaxed.levels.length))
  return {
    levels: first.map(({ level }) => level),
    relaxed: relaxed.levels.slice(0, LEVELS),
    least: mode === 'exact' ? await leastLevels(document, plan, first) : [],
    withinOneUnit: first.filter(({ level, unit }, i) => Math.abs(level - (relaxed.levels[i] ?? 0)) <= unit * 1.000_001).length,
    compared: first.length,
    milliseconds,
    relaxedMilliseconds: relaxed.milliseconds,
  }
}

/** Burden ÷ capacity, worst first, and what one copy for a month adds to it at most. */
const carried = (
  document: ProblemDocument,
  plan: Plan,
): ReadonlyArray<{ readonly contributor: string; readonly level: number; readonly unit: number }> => {
  const heaviest = new Map<string, number>()
  for (const { contributor, burden = 1 } of document.assets)
    heaviest.set(contributor, Math.max(burden, heaviest.get(contributor) ?? 0))
  return plan.burdens
    .filter(({ dimension, capacity }) => dimension === 'personnel' && capacity !== '0')
    .map(({ contributor, own, capacity }) => ({
      contributor,
      level: Number(own) / Number(capacity),
      unit: ((heaviest.get(contributor) ?? 0) * MONTH) / Number(capacity),
    }))
    .toSorted((a, b) => b.level - a.level)
}
