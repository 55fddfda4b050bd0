/** From an unknown document to a problem that makes sense: parsed, free of contradictions, sorted. */
import { Problem } from '@muster/contracts/allocation/problem'
import { dayNumber } from './calendar.ts'
import * as E from 'fp-ts/lib/Either.js'
import type { AllocationError, RefusalCode, Violation } from './errors.ts'
import { byId, compareText } from './order.ts'
import { totalsAreExact } from './totals.ts'

/** A hundred years: far beyond any mandate, small enough for arithmetic on single days. */
const LONGEST_HORIZON_DAYS = 36_525
const VIOLATIONS_SHOWN = 50

/** Reads and examines a problem document. Left: what is wrong, each with a JSON pointer. Right: the problem, defaults filled in, arrays sorted. */
export const readProblem = (document: unknown): E.Either<AllocationError, Problem> => {
  const parsed = Problem.safeParse(document)
  if (parsed.success && !isWellFormed(parsed.data))
    return E.left({
      _tag: 'MalformedProblem',
      violations: [{ pointer: '/', message: 'a text holds half a character (a lone surrogate)' }],
    })
  if (!parsed.success) {
    const violations = parsed.error.issues
      .slice(0, VIOLATIONS_SHOWN)
      .map((issue) => ({ pointer: `/${issue.path.map(String).join('/')}`, message: issue.message }))
    return E.left({ _tag: 'MalformedProblem', violations })
  }
  const problem = parsed.data
  for (const [code, examine] of EXAMINATIONS) {
    const violations: Violation[] = []
    examine(problem, (pointer, message) => {
      if (violations.length < VIOLATIONS_SHOWN) violations.push({ pointer, message })
    })
    if (violations.length > 0) return E.left({ _tag: 'RefusedProblem', code, violations })
  }
  return E.right(sorted(problem))
}

/** Ill-formed text has no canonical form, and so no digest. */
const isWellFormed = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed()
  if (Array.isArray(value)) return value.every(isWellFormed)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(isWellFormed)
}

type Report = (pointer: string, message: string) => void

const duplicates = (problem: Problem, report: Report): void => {
  const lists: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ['capabilities', problem.capabilities.map((c) => c.code)],
    ['contributors', problem.contributors.map((c) => c.id)],
    ['missions', problem.missions.map((m) => m.id)],
    ['requirements', problem.requirements.map((r) => r.id)],
    ['assets', problem.assets.map((a) => a.id)],
    ['offers', problem.offers.map((o) => o.id)],
  ]
  for (const [name, ids] of lists) {
    const seen = new Set<string>()
    for (const [i, id] of ids.entries()) {
      if (seen.has(id)) report(`/${name}/${i}`, `${id} is listed twice`)
      seen.add(id)
    }
  }
}

const unknownReferences = (problem: Problem, report: Report): void => {
  const capabilities = new Set(problem.capabilities.map((c) => c.code))
  const contributors = new Set(problem.contributors.map((c) => c.id))
  const missions = new Set(problem.missions.map((m) => m.id))
  const requirements = new Set(problem.requirements.map((r) => r.id))
  const assets = new Set(problem.assets.map((a) => a.id))
  const must = (known: ReadonlySet<string>, id: string, pointer: string): void => {
    if (!known.has(id)) report(pointer, `${id} is not in the problem`)
  }
  for (const [i, r] of problem.requirements.entries()) {
    must(missions, r.mission, `/requirements/${i}/mission`)
    must(capabilities, r.capability, `/requirements/${i}/capability`)
    for (const [j, id] of r.needs.entries()) must(requirements, id, `/requirements/${i}/needs/${j}`)
  }
  for (const [i, a] of problem.assets.entries()) {
    must(contributors, a.contributor, `/assets/${i}/contributor`)
    must(capabilities, a.capability, `/assets/${i}/capability`)
    for (const [j, party] of (a.parties ?? []).entries())
      must(contributors, party.contributor, `/assets/${i}/parties/${j}/contributor`)
  }
  for (const [i, o] of problem.offers.entries()) must(assets, o.asset, `/offers/${i}/asset`)
}

const emptyWindows = (problem: Problem, report: Report): void => {
  const examine = (window: { readonly from: string; readonly to: string }, pointer: string): void => {
    if (window.from >= window.to) report(pointer, `the window [${window.from}, ${window.to}) has no day`)
  }
  examine(problem.horizon, '/horizon')
  for (const [i, r] of problem.requirements.entries()) examine(r, `/requirements/${i}`)
  for (const [i, o] of problem.offers.entries()) examine(o, `/offers/${i}`)
  for (const [i, m] of problem.missions.entries())
    for (const [j, c] of m.ceilings.entries()) examine(c, `/missions/${i}/ceilings/${j}`)
}

const outsideHorizon = (problem: Problem, report: Report): void => {
  const { from, to } = problem.horizon
  for (const [i, r] of problem.requirements.entries())
    if (r.from < from || r.to > to)
      report(`/requirements/${i}`, `${r.id}: [${r.from}, ${r.to}) is not within the horizon [${from}, ${to})`)
}

const longHorizon = (problem: Problem, report: Report): void => {
  if (dayNumber(problem.horizon.to) - dayNumber(problem.horizon.from) > LONGEST_HORIZON_DAYS)
    report('/horizon', `longer than ${LONGEST_HORIZON_DAYS} days`)
}

/** A line that is used up once cannot accept what is counted every day, nor the other way round: its cover would have no unit. */
const mixedMeasures = (problem: Problem, report: Report): void => {
  const measures = new Map(problem.capabilities.map((c) => [c.code, c.measure]))
  for (const [i, r] of problem.requirements.entries()) {
    for (const [j, code] of r.accepts.entries()) {
      const measure = measures.get(code)
      if (measure !== undefined && measure !== measures.get(r.capability))
        report(`/requirements/${i}/accepts/${j}`, `${code} is ${measure}, ${r.capability} is not`)
    }
  }
}

const overflow = (problem: Problem, report: Report): void => {
  for (const complaint of totalsAreExact(problem)) report(complaint.pointer, complaint.message)
}

const EXAMINATIONS: ReadonlyArray<readonly [RefusalCode, (problem: Problem, report: Report) => void]> = [
  ['DUPLICATE_ID', duplicates],
  ['UNKNOWN_REFERENCE', unknownReferences],
  ['EMPTY_WINDOW', emptyWindows],
  ['WINDOW_OUTSIDE_HORIZON', outsideHorizon],
  ['HORIZON_TOO_LONG', longHorizon],
  ['MIXED_MEASURE', mixedMeasures],
  ['OVERFLOW', overflow],
]

/** Every later step iterates over these arrays, so that the order of the document never reaches a decision. */
const sorted = (problem: Problem): Problem => ({
  ...problem,
  capabilities: problem.capabilities.toSorted((a, b) => compareText(a.code, b.code)),
  contributors: problem.contributors.toSorted(byId),
  missions: problem.missions.toSorted(byId),
  requirements: problem.requirements.toSorted(byId),
  assets: problem.assets.toSorted(byId),
  offers: problem.offers.toSorted(byId),
  published: problem.published.toSorted(
    (a, b) =>
      compareText(a.requirement, b.requirement) ||
      compareText(a.from, b.from) ||
      compareText(a.offer, b.offer) ||
      compareText(a.to, b.to) ||
      a.quantity - b.quantity,
  ),
})
