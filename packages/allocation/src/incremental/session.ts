/**
 * A plan in force and one change at a time: only the capabilities that can be touched are looked at, every tour that is
 * still lawful stays, and what the change opened or brought is worked in by short searches. A change that only adds
 * never lowers coverage. A better plan from nothing is the business of `allocate`.
 */
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import * as E from 'fp-ts/lib/Either.js'
import type { AllocationError } from '../errors.ts'
import { readProblem } from '../problem.ts'
import { changed, type Change } from './change.ts'
import { difference } from './difference.ts'
import { familiesOf, type Families } from './families.ts'
import { mended, type ChangedAt } from './mend.ts'
import { homeOf, partsOf, rowsOfParts, wholeOf, worthOfParts, Part, type Parts } from './parts.ts'

/** Never changes: a repair answers a session of its own, and shares with it the parts it did not touch. */
export class Session {
  readonly parts: Parts
  readonly families: Families
  /** What no family changes; its requirements, assets and offers may be older than the parts. */
  readonly frame: Problem
  #problem: Problem | undefined
  #rows: ReadonlyArray<Assignment> | undefined

  constructor(frame: Problem, families: Families, parts: Parts) {
    this.frame = frame
    this.families = families
    this.parts = parts
  }

  get problem(): Problem {
    this.#problem ??= wholeOf(this.frame, this.parts)
    return this.#problem
  }

  /** The plan in force, in the order of the document. */
  get rows(): ReadonlyArray<Assignment> {
    this.#rows ??= rowsOfParts(this.parts.values())
    return this.#rows
  }
}

export interface Repair {
  readonly session: Session
  readonly added: ReadonlyArray<Assignment>
  readonly removed: ReadonlyArray<Assignment>
  /** Gain (or loss) per tier, ascending, in the document's weights. */
  readonly gains: ReadonlyArray<{ readonly tier: number; readonly gain: bigint }>
}

/** Starts from a problem document and the rows of the plan in force (`plan.assignments`). */
export const openSession = (document: unknown, rows: ReadonlyArray<Assignment>): E.Either<AllocationError, Session> => {
  const read = readProblem(document)
  if (E.isLeft(read)) return read
  return E.right(sessionOf(read.right, rows))
}

const sessionOf = (problem: Problem, rows: ReadonlyArray<Assignment>): Session => {
  const families = familiesOf(problem)
  return new Session(problem, families, partsOf(problem, rows, families))
}

/** The plan in force after one change. */
export const repair = (session: Session, change: Change): Repair => {
  const step = withinFamilies(session, change)
  if (step !== undefined) return mendedStep(step, changedAt(step.before, change))
  const problem = changed(session.problem, change)
  return mendedAcross(session, problem, (families) => touchedFamilies([session.problem, problem], families, change), change)
}

/** The plan in force carried over to a problem that may differ from its own in anything; every capability is looked at. */
export const carryOver = (session: Session, problem: Problem): Repair =>
  mendedAcross(session, problem, (families) => new Set(['', ...families.values()]))

/** A change taken into the problem, the rows as they were. */
interface Step {
  /** The parts that are touched, as they were. */
  readonly before: ReadonlyArray<Part>
  readonly after: Session
  /** Their names. */
  readonly touched: ReadonlySet<string>
}

/** Offers and assets never join capabilities, so each part takes its share; undefined for other changes, and where a record moves from part to part. */
const withinFamilies = ({ frame, families, parts }: Session, { put = {}, drop = {} }: Change): Step | undefined => {
  if (put.requirements ?? put.missions ?? put.contributors ?? drop.requirements) return undefined
  const homeOfAsset = new Map(put.assets?.map((a) => [a.id, families.get(a.capability)]))
  const homeOfOffer = new Map(
    put.offers?.map((o) => [o.id, homeOfAsset.has(o.asset) ? homeOfAsset.get(o.asset) : homeOf(parts, 'assets', o.asset)]),
  )
  const isAtHome = (list: 'assets' | 'offers', id: string, home: string | undefined): boolean =>
    home !== undefined && (homeOf(parts, list, id) ?? home) === home
  for (const [id, home] of homeOfAsset) if (!isAtHome('assets', id, home)) return undefined
  for (const [id, home] of homeOfOffer) if (!isAtHome('offers', id, home)) return undefined
  const gone = [
    ...(drop.assets ?? []).map((id) => homeOf(parts, 'assets', id)),
    ...(drop.offers ?? []).map((id) => homeOf(parts, 'offers', id)),
  ]
  const names = new Set([...homeOfAsset.values(), ...homeOfOffer.values(), ...gone].filter((name) => name !== undefined))
  const next = new Map(parts)
  const before: Part[] = []
  for (const name of names) {
    const part = parts.get(name)
    if (part === undefined) continue
    const assets = (put.assets ?? []).filter(({ id }) => homeOfAsset.get(id) === name)
    const offers = (put.offers ?? []).filter(({ id }) => homeOfOffer.get(id) === name)
    before.push(part)
    next.set(name, new Part(changed(part.problem, { put: { assets, offers }, drop })))
  }
  return { before, after: new Session(frame, families, next), touched: names }
}

/** Lines and missions can join families and part them: what meets before or after is looked at together, then cut anew. */
const mendedAcross = (
  session: Session,
  problem: Problem,
  touchedOf: (families: Families) => ReadonlySet<string>,
  change?: Change,
): Repair => {
  const families = familiesOf(session.problem, problem)
  const touched = touchedOf(families)
  const before = named(partsOf(session.problem, session.rows, families, problem.requirements), touched)
  const parts = partsOf(problem, session.rows, families, session.problem.requirements)
  const step = { before, after: new Session(problem, families, parts), touched }
  const mended = mendedStep(step, change && changedAt(before, change))
  return { ...mended, session: sessionOf(problem, mended.session.rows) }
}

const named = (parts: Parts, names: Iterable<string>): ReadonlyArray<Part> => [...names].flatMap((name) => parts.get(name) ?? [])

const touchedFamilies = (
  sides: ReadonlyArray<Problem>,
  families: Families,
  { put = {}, drop = {} }: Change,
): ReadonlySet<string> => {
  const codes = new Set<string>()
  const assets = new Set([...(drop.assets ?? []), ...(put.assets ?? []).map((a) => a.id)])
  const offers = new Set([...(drop.offers ?? []), ...(put.offers ?? []).map((o) => o.id)])
  const lines = new Set([...(drop.requirements ?? []), ...(put.requirements ?? []).map((r) => r.id)])
  const everything = put.missions !== undefined || put.contributors !== undefined
  for (const side of sides) {
    for (const o of side.offers) if (offers.has(o.id)) assets.add(o.asset)
    for (const a of side.assets) if (assets.has(a.id)) codes.add(a.capability)
    for (const r of side.requirements) if (lines.has(r.id) || everything) codes.add(r.capability)
  }
  return new Set([...codes].map((code) => families.get(code) ?? ''))
}

/** Undefined where a change may reach anything. */
const changedAt = (before: ReadonlyArray<Part>, { put = {}, drop = {} }: Change): ChangedAt | undefined => {
  if (put.missions !== undefined || put.contributors !== undefined || drop.requirements !== undefined) return undefined
  const goneOffers = new Set([...(drop.offers ?? []), ...(put.offers ?? []).map((o) => o.id)])
  const goneAssets = new Set([...(drop.assets ?? []), ...(put.assets ?? []).map((a) => a.id)])
  const assets = new Set([...goneAssets, ...(put.offers ?? []).map((o) => o.asset)])
  const lost = new Set<string>()
  const lines = new Set((put.requirements ?? []).map((r) => r.id))
  for (const { problem } of before) {
    for (const o of problem.offers) {
      if (!goneOffers.has(o.id) && !goneAssets.has(o.asset)) continue
      lost.add(o.id)
      assets.add(o.asset)
    }
    for (const row of problem.published) if (lost.has(row.offer)) lines.add(row.requirement)
  }
  return { lines, assets }
}

const mendedStep = ({ before, after, touched }: Step, at?: ChangedAt): Repair => {
  const parts = new Map(after.parts)
  for (const name of touched) {
    const part = parts.get(name)
    if (part !== undefined) parts.set(name, mended(part, at))
  }
  const fresh = named(parts, touched)
  const [was, is] = [worthOfParts(before), worthOfParts(fresh)]
  const [inForce, rows] = [rowsOfParts(before), rowsOfParts(fresh)]
  const tiers = [...new Set([...was.keys(), ...is.keys()])].toSorted((a, b) => a - b)
  return {
    session: new Session(after.frame, after.families, parts),
    added: difference(rows, inForce),
    removed: difference(inForce, rows),
    gains: tiers.map((tier) => ({ tier, gain: (is.get(tier) ?? 0n) - (was.get(tier) ?? 0n) })),
  }
}
