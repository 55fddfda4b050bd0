/**
 * A plan in force and one change at a time: only the capabilities that can be touched are looked at, every tour that is
 * still lawful stays, and what the change opened or brought is worked in by short searches. A change that only adds
 * never lowers coverage. A better plan from nothing is the business of `allocate`.
 */
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../compile.ts'
import { rowsOf } from '../deal.ts'
import type { AllocationError } from '../errors.ts'
import type { Component, Model, Tour } from '../model.ts'
import { readProblem } from '../problem.ts'
import { improve, type Focus } from '../search/chains.ts'
import { fillAll } from '../search/fill.ts'
import { joinedTours } from '../search/join.ts'
import { Schedule } from '../search/schedule.ts'
import { tidy } from '../search/trim.ts'
import { viewOf, type View } from '../search/view.ts'
import { changed, type Change } from './change.ts'
import { familiesOf, partOf } from './families.ts'
import { worthOf, worthOfLawfulRows, worthOfTours } from './worth.ts'

export interface Session {
  readonly problem: Problem
  /** The plan in force. */
  readonly rows: ReadonlyArray<Assignment>
  readonly families: ReadonlyMap<string, string>
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
  return E.right({ problem: read.right, rows, families: familiesOf(read.right) })
}

/** Pairs a repair may look at, so that it stays a matter of milliseconds. */
const REPAIR_PAIRS = 300
const REPAIR_DEPTH = 2

export const repair = (session: Session, change: Change): Repair => {
  const problem = changed(session.problem, change)
  const families = keepsFamilies(change) ? session.families : familiesOf(problem)
  return mendedPart(session, problem, families, touchedFamilies(session, problem, families, change), changedAt(session, change))
}

/** The plan in force carried over to a problem that may differ from its own in anything; every capability is looked at. */
export const carryOver = (session: Session, problem: Problem): Repair => {
  const families = familiesOf(problem)
  const lines = [...session.problem.requirements, ...problem.requirements].map((r) => r.id)
  return mendedPart(session, problem, families, { families: new Set(families.values()), lines: new Set(lines) })
}

/** What a change opens and brings: lines that lose tours or are new, assets that are new or offered anew. */
interface ChangedAt {
  readonly lines: ReadonlySet<string>
  readonly assets: ReadonlySet<string>
}

/** Undefined where a change may reach anything. */
const changedAt = (session: Session, { put = {}, drop = {} }: Change): ChangedAt | undefined => {
  if (put.missions !== undefined || put.contributors !== undefined || drop.requirements !== undefined) return undefined
  const goneOffers = new Set([...(drop.offers ?? []), ...(put.offers ?? []).map((o) => o.id)])
  const goneAssets = new Set([...(drop.assets ?? []), ...(put.assets ?? []).map((a) => a.id)])
  const assets = new Set([...goneAssets, ...(put.offers ?? []).map((o) => o.asset)])
  const offers = session.problem.offers.filter((o) => goneOffers.has(o.id) || goneAssets.has(o.asset))
  for (const { asset } of offers) assets.add(asset)
  const lost = new Set(offers.map((o) => o.id))
  const lines = session.rows.filter((row) => lost.has(row.offer)).map((row) => row.requirement)
  return { lines: new Set([...lines, ...(put.requirements ?? []).map((r) => r.id)]), assets }
}

interface Touched {
  readonly families: ReadonlySet<string>
  readonly lines: ReadonlySet<string>
}

const mendedPart = (
  session: Session,
  problem: Problem,
  families: ReadonlyMap<string, string>,
  touched: Touched,
  at?: ChangedAt,
): Repair => {
  const inForce = session.rows.filter((row) => touched.lines.has(row.requirement))
  const part = { ...partOf(problem, families, touched.families), published: inForce }
  const model = compile(part)
  const tours = model.components.flatMap((component) => mended(model, component, at))
  const fresh = rowsOf(model, tours, inForce)
  const rows = [...session.rows.filter((row) => !touched.lines.has(row.requirement)), ...fresh]
  const old = partOf(session.problem, families, touched.families)
  const before = worthOfLawfulRows(old, inForce) ?? worthOf(old, inForce)
  const after = worthOfLawfulRows(part, fresh) ?? worthOfTours(model, tours)
  const tiers = [...new Set([...before.keys(), ...after.keys()])].toSorted((a, b) => a - b)
  return {
    session: { problem, rows, families },
    added: difference(fresh, inForce),
    removed: difference(inForce, fresh),
    gains: tiers.map((tier) => ({ tier, gain: (after.get(tier) ?? 0n) - (before.get(tier) ?? 0n) })),
  }
}

/** Offers and assets never join capabilities; lines and missions can. */
const keepsFamilies = ({ put, drop }: Change): boolean =>
  put?.requirements === undefined && put?.missions === undefined && drop?.requirements === undefined

const touchedFamilies = (
  session: Session,
  problem: Problem,
  families: ReadonlyMap<string, string>,
  { put = {}, drop = {} }: Change,
): Touched => {
  const codes = new Set<string>()
  const assets = new Set([...(drop.assets ?? []), ...(put.assets ?? []).map((a) => a.id)])
  const offers = new Set([...(drop.offers ?? []), ...(put.offers ?? []).map((o) => o.id)])
  const lines = new Set([...(drop.requirements ?? []), ...(put.requirements ?? []).map((r) => r.id)])
  const everything = put.missions !== undefined || put.contributors !== undefined
  for (const side of [session.problem, problem]) {
    for (const o of side.offers) if (offers.has(o.id)) assets.add(o.asset)
    for (const a of side.assets) if (assets.has(a.id)) codes.add(a.capability)
    for (const r of side.requirements) if (lines.has(r.id) || everything) codes.add(r.capability)
  }
  const names = new Set([...codes].map((code) => families.get(code) ?? code))
  const touched = [...session.problem.requirements, ...problem.requirements].filter((r) =>
    names.has(families.get(r.capability) ?? r.capability),
  )
  return { families: names, lines: new Set(touched.map((r) => r.id)) }
}

const mended = (model: Model, component: Component, at: ChangedAt | undefined): ReadonlyArray<Tour> => {
  const own = new Set(component.pairs)
  const view = viewOf(model, component)
  const schedule = new Schedule(
    view,
    model.published.filter((t) => own.has(t.pair)),
  )
  fillAll(schedule)
  improve(schedule, REPAIR_DEPTH, 1, { left: REPAIR_PAIRS }, at && focusOf(view, at))
  tidy(schedule)
  return joinedTours(schedule.tours())
}

const focusOf = ({ lines, assets }: View, at: ChangedAt): Focus => ({
  lines: new Set(lines.flatMap((line, l) => (at.lines.has(line.id) ? [l] : []))),
  assets: new Set(assets.flatMap((asset, a) => (asset.members.some((id) => at.assets.has(id)) ? [a] : []))),
})

const keyOf = (r: Assignment): string => JSON.stringify([r.offer, r.requirement, r.from, r.to])

/** Rows of `a` beyond what `b` has of the same offer, requirement and window. */
export const difference = (a: ReadonlyArray<Assignment>, b: ReadonlyArray<Assignment>): ReadonlyArray<Assignment> => {
  const have = new Map<string, number>()
  for (const row of b) have.set(keyOf(row), (have.get(keyOf(row)) ?? 0) + row.quantity)
  return a.flatMap((row) => {
    const same = Math.min(row.quantity, have.get(keyOf(row)) ?? 0)
    have.set(keyOf(row), (have.get(keyOf(row)) ?? 0) - same)
    return same === row.quantity ? [] : [{ ...row, quantity: row.quantity - same }]
  })
}
