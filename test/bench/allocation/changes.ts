/** One pledge withdrawn from the plan in force, then offered again: how long the repair takes, and how many tours stay as they were. */
import type { Assignment } from '@muster/contracts/allocation/problem'
import { verify } from '@muster/verifier/verify'
import { timedPlan } from './plan.ts'
import { seeded } from './random.ts'
import { syntheticProblem, type ProblemDocument, type Synthetic } from './synthetic.ts'

const CHANGES = 25

export interface ChangeFigures {
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly worst: number
}

export const measureChanges = async (instance: Synthetic) => {
  const document = syntheticProblem(instance)
  const before = await timedPlan(document, 'fast', 1)
  const random = seeded(instance.seed)
  const used = [...new Set(before.plan.assignments.map(({ offer }) => offer))]
  const withdrawn: number[] = []
  const offered: number[] = []
  const kept: number[] = []
  let broken = 0
  for (let i = 0; i < CHANGES; i += 1) {
    const gone = random.pick(used)
    const rest = before.plan.assignments.filter(({ offer }) => offer !== gone)
    const without = { ...withoutOffer(document, gone), published: rest }
    const after = await timedPlan(without, 'fast', 1)
    withdrawn.push(after.milliseconds)
    kept.push(keptPercent(rest, after.plan.assignments))
    const again = await timedPlan({ ...document, published: after.plan.assignments }, 'fast', 1)
    offered.push(again.milliseconds)
    kept.push(keptPercent(after.plan.assignments, again.plan.assignments))
    if (i === 0 && 'broken' in verify(without, after.plan)) broken += 1
  }
  return {
    withdrawn: quantiles(withdrawn),
    offered: quantiles(offered),
    keptPercent: average(kept),
    keptLeast: Math.min(...kept),
    broken,
  }
}

const withoutOffer = (document: ProblemDocument, gone: string): ProblemDocument => ({
  ...document,
  offers: document.offers.filter(({ id }) => id !== gone),
})

const keyOf = ({ offer, requirement, from, to }: Assignment): string => [offer, requirement, from, to].join(' ')

/** Copies on tours that both plans have, as a part of those that the first has. */
const keptPercent = (before: ReadonlyArray<Assignment>, after: ReadonlyArray<Assignment>): number => {
  const quantities = new Map<string, number>()
  for (const row of after) quantities.set(keyOf(row), (quantities.get(keyOf(row)) ?? 0) + row.quantity)
  let all = 0
  let same = 0
  for (const row of before) {
    const left = quantities.get(keyOf(row)) ?? 0
    const stays = Math.min(left, row.quantity)
    quantities.set(keyOf(row), left - stays)
    all += row.quantity
    same += stays
  }
  return all === 0 ? 100 : (100 * same) / all
}

const average = (numbers: ReadonlyArray<number>): number => numbers.reduce((sum, n) => sum + n, 0) / Math.max(1, numbers.length)

const quantiles = (milliseconds: ReadonlyArray<number>): ChangeFigures => {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
  return { p50: at(0.5), p95: at(0.95), worst: sorted.at(-1) ?? 0 }
}
