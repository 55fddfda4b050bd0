/** The stand-alone verifier: two documents in, everything that is broken out. It shares no code with the engine. */
import type { Plan } from '@muster/contracts/allocation/plan'
import { uncoveredFindings, unusedFindings } from './accounts.ts'
import { planDigest, problemDigest } from './canonical.ts'
import { coverOf } from './cover.ts'
import { finding, type Finding } from './finding.ts'
import { lawfulFindings } from './lawful.ts'
import { limitFindings } from './limits.ts'
import { parsePlan, readProblem, readTours } from './model.ts'
import { reasonFindings } from './reasons.ts'
import { burdenFindings, tierFindings } from './totals.ts'

export type Verdict = { readonly ok: true } | { readonly broken: ReadonlyArray<Finding> }

/**
 * Checks a `muster.plan/1` against its `muster.problem/1`: shapes, digests, every assignment, every sum, every stated figure and
 * reason. Both documents as parsed from JSON, before any default is filled in (the digests are over the documents as given).
 */
export const verify = (problem: unknown, plan: unknown): Verdict => {
  const broken = findingsOf(problem, plan)
  return broken.length === 0 ? { ok: true } : { broken }
}

const findingsOf = (problemDocument: unknown, planDocument: unknown): ReadonlyArray<Finding> => {
  const read = readProblem(problemDocument)
  if ('findings' in read) return read.findings
  const parsed = parsePlan(planDocument)
  if ('findings' in parsed) return parsed.findings
  const { model } = read
  const { plan } = parsed
  const { tours, findings: unknown } = readTours(model, plan.assignments)
  const covers = coverOf(model, tours)
  return [
    ...digestFindings(problemDocument, planDocument, plan),
    ...orderFindings(plan.assignments),
    ...unknown,
    ...lawfulFindings(tours),
    ...limitFindings(model, tours),
    ...tierFindings(model, covers, plan.tiers),
    ...burdenFindings(model, tours, plan.burdens),
    ...uncoveredFindings(model, covers, plan.uncovered),
    ...unusedFindings(model, tours, plan.unused),
    ...reasonFindings(model, { tours, covers }, plan),
  ]
}

const digestFindings = (problemDocument: unknown, planDocument: unknown, plan: Plan): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  const problem = problemDigest(problemDocument)
  if (plan.problem !== problem) findings.push(finding('PROBLEM_DIGEST', '/problem', `the problem's digest is ${problem}`))
  const digest = planDigest(planDocument)
  if (plan.digest !== digest) findings.push(finding('PLAN_DIGEST', '/digest', `the plan's digest is ${digest}`))
  return findings
}

const orderFindings = (rows: Plan['assignments']): ReadonlyArray<Finding> => {
  const at = rows.findIndex((row, i) => {
    const next = rows[i + 1]
    return next !== undefined && inOrder(row, next) > 0
  })
  return at < 0 ? [] : [finding('ORDER', `/assignments/${at + 1}`, 'assignments must be sorted by requirement, from, offer')]
}

type Row = Plan['assignments'][number]
const inOrder = (a: Row, b: Row): number =>
  compare(a.requirement, b.requirement) || compare(a.from, b.from) || compare(a.offer, b.offer)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
