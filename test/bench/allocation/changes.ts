/** One pledge withdrawn from the plan in force, then offered again: how long the repair takes, and how many tours stay as they were. */
import { openSession, repair, type Session } from '@muster/allocation/incremental/session'
import type { Assignment } from '@muster/contracts/allocation/problem'
import { lawfulFindings } from '@muster/verifier/lawful'
import { limitFindings } from '@muster/verifier/limits'
import { readProblem, readTours } from '@muster/verifier/model'
import * as E from 'fp-ts/lib/Either.js'
import { timedPlan } from './plan.ts'
import { seeded } from './random.ts'
import { syntheticProblem, type Synthetic } from './synthetic.ts'

const CHANGES = 200

export interface ChangeFigures {
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly worst: number
}

export const measureChanges = async (instance: Synthetic) => {
  const document = syntheticProblem(instance)
  const { plan } = await timedPlan(document, 'fast', 1)
  const opened = openSession(document, plan.assignments)
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  const session = opened.right
  const random = seeded(instance.seed)
  const used = [...new Set(plan.assignments.map(({ offer }) => offer))]
  const withdrawn: number[] = []
  const offered: number[] = []
  const kept: number[] = []
  let broken = 0
  for (let i = 0; i < CHANGES; i += 1) {
    const gone = random.pick(used)
    const pledge = session.problem.offers.filter(({ id }) => id === gone)
    const rest = session.rows.filter(({ offer }) => offer !== gone)
    const without = timed(withdrawn, () => repair(session, { drop: { offers: [gone] } }).session)
    kept.push(keptPercent(rest, without.rows))
    const again = timed(offered, () => repair(without, { put: { offers: pledge } }).session)
    kept.push(keptPercent(without.rows, again.rows))
    if (!isLawful(without) || !isLawful(again)) broken += 1
  }
  return {
    withdrawn: quantiles(withdrawn),
    offered: quantiles(offered),
    keptPercent: average(kept),
    keptLeast: Math.min(...kept),
    broken,
  }
}

const timed = <T>(milliseconds: number[], run: () => T): T => {
  const began = performance.now()
  const value = run()
  milliseconds.push(performance.now() - began)
  return value
}

/** Every row and every sum by the verifier's rules; the figures of a full plan are not part of a repair. */
const isLawful = ({ problem, rows }: Session): boolean => {
  const read = readProblem(problem)
  if ('findings' in read) return false
  const { tours, findings } = readTours(read.model, rows)
  return findings.length + lawfulFindings(tours).length + limitFindings(read.model, tours).length === 0
}

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
