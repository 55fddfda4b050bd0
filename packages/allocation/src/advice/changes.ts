/** A problem with a set of changes laid over it: what "what if" asks about. */
import type { Changes } from '@muster/contracts/allocation/questions'
import type { Problem } from '@muster/contracts/allocation/problem'
import * as E from 'fp-ts/lib/Either.js'
import type { AllocationError, Violation } from '../errors.ts'
import { readProblem } from '../problem.ts'

/** The changed problem, examined like any other. Left: what is dropped is not there, or the changed problem makes no sense. */
export const withChanges = (problem: Problem, changes: Changes): E.Either<AllocationError, Problem> => {
  const violations = unknownDrops(problem, changes)
  if (violations.length > 0) return E.left({ _tag: 'RefusedProblem', code: 'UNKNOWN_REFERENCE', violations })
  return readProblem(changedDocument(problem, changes))
}

const DROPPED = ['contributors', 'missions', 'requirements', 'assets', 'offers'] as const

const unknownDrops = (problem: Problem, { drop }: Changes): ReadonlyArray<Violation> =>
  DROPPED.flatMap((list) => {
    const known = new Set(problem[list].map(({ id }) => id))
    return drop[list].flatMap((id, i) =>
      known.has(id) ? [] : [{ pointer: `/drop/${list}/${i}`, message: `${id} is not in the problem` }],
    )
  })

const changedDocument = (problem: Problem, { put, drop, set }: Changes): unknown => {
  const gone = { contributors: new Set(drop.contributors), missions: new Set(drop.missions) }
  const without = <T extends { readonly id: string }>(list: ReadonlyArray<T>, ids: ReadonlyArray<string>): ReadonlyArray<T> =>
    list.filter(({ id }) => !ids.includes(id))
  const requirements = without(problem.requirements, drop.requirements).filter((r) => !gone.missions.has(r.mission))
  const lost = new Set(problem.requirements.filter((r) => !requirements.includes(r)).map((r) => r.id))
  const assets = without(problem.assets, drop.assets).filter(
    (a) => ![a.contributor, ...(a.parties ?? []).map((p) => p.contributor)].some((c) => gone.contributors.has(c)),
  )
  const kept = new Set([...assets, ...put.assets].map((a) => a.id))
  return {
    ...problem,
    ...set,
    capabilities: overlaid(problem.capabilities, put.capabilities, ({ code }) => code),
    contributors: overlaid(without(problem.contributors, drop.contributors), put.contributors, byId),
    missions: overlaid(without(problem.missions, drop.missions), put.missions, byId),
    requirements: overlaid(
      requirements.map((r) => ({ ...r, needs: r.needs.filter((need) => !lost.has(need)) })),
      put.requirements,
      byId,
    ),
    assets: overlaid(assets, put.assets, byId),
    offers: overlaid(
      without(problem.offers, drop.offers).filter((o) => kept.has(o.asset)),
      put.offers,
      byId,
    ),
  }
}

const byId = ({ id }: { readonly id: string }): string => id

/** Fields of a record that is there already are laid over it; other records are added. */
const overlaid = <K extends object>(
  list: ReadonlyArray<K>,
  records: ReadonlyArray<K>,
  keyOf: (record: K) => string,
): ReadonlyArray<K> => {
  const fresh = new Map(records.map((record) => [keyOf(record), record]))
  const there = list.map((record) => ({ ...record, ...fresh.get(keyOf(record)) }))
  const known = new Set(list.map(keyOf))
  return [...there, ...records.filter((record) => !known.has(keyOf(record)))]
}
