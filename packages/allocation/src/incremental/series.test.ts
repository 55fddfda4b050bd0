/** A series of changes through sessions comes out as if each session had been opened anew from the problem and the rows. Synthetic. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { compareRows } from '../deal.ts'
import { problemOf, sketches, type Line, type Sketch } from '../testing.ts'
import type { Change } from './change.ts'
import { difference } from './difference.ts'
import { carryOver, openSession, repair, type Repair, type Session } from './session.ts'

const CAPABILITIES = ['INF-BN', 'AVN', 'FUNDING']

/** Sketches of three capabilities, with doubled pledges, and what joins lines: needs, substitution, a mission's limits. */
const worlds = fc
  .record({
    sketch: sketches({ lines: 6, pledges: 8 }),
    capabilities: fc.array(fc.constantFrom(...CAPABILITIES), { minLength: 14, maxLength: 14 }),
    doubled: fc.boolean(),
    needs: fc.boolean(),
    accepts: fc.boolean(),
    limits: fc.boolean(),
  })
  .map(({ sketch, capabilities, doubled, needs, accepts, limits }): Sketch => {
    const capability = (i: number): string => capabilities[i] ?? 'INF-BN'
    const pledges = sketch.pledges.map((p, i) => ({ ...p, capability: capability(i + 6) }))
    const [first] = pledges
    const lines = sketch.lines.map((line, i): Line => {
      const own = { ...line, capability: capability(i), mission: i % 2 === 0 ? 'UNMISS' : 'MINUSCA' }
      if (needs && i === 1) return { ...own, more: { needs: ['R0'] } }
      return accepts && i === 2 && own.capability !== 'FUNDING' ? { ...own, more: { accepts: ['INF-BN', 'AVN'] } } : own
    })
    const missions = [{ id: 'UNMISS', maxPercent: 50 }, { id: 'MINUSCA' }]
    return {
      ...sketch,
      lines,
      pledges: doubled && first !== undefined ? [...pledges, { ...first, id: 'P0-2', asset: 'A-P0', tour: 1 }] : pledges,
      ...(limits ? { more: { missions } } : {}),
    }
  })

const pickedFrom = <T>(list: ReadonlyArray<T>, n: number): ReadonlyArray<T> =>
  list.slice(n % Math.max(1, list.length)).slice(0, 1)

/** A change for the problem as it is at that point; `gone` is what was taken out before and may come again. */
const changeOf = ({ problem }: Session, gone: Session['problem'], kind: number, n: number): Change => {
  const [offer, asset, line] = [pickedFrom(problem.offers, n), pickedFrom(problem.assets, n), pickedFrom(problem.requirements, n)]
  const other = CAPABILITIES[n % 2] ?? 'AVN'
  const changes: ReadonlyArray<Change> = [
    { drop: { offers: offer.map(({ id }) => id) } },
    { put: { assets: gone.assets, offers: pickedFrom(gone.offers, n).slice() } },
    { put: { offers: offer.map((o) => ({ ...o, minTourDays: 2 })) } },
    { put: { assets: asset.map((a) => ({ ...a, copies: 3 })) } },
    { drop: { assets: asset.map(({ id }) => id) } },
    { put: { assets: asset.map((a) => ({ ...a, capability: other })) } },
    { put: { offers: offer.map((o) => ({ ...o, asset: asset[0]?.id ?? o.asset })) } },
    { put: { requirements: line.map((r) => ({ ...r, quantity: r.quantity + 1, needs: [] })) } },
    { drop: { requirements: line.map(({ id }) => id) } },
    { put: { missions: problem.missions.map((m) => ({ ...m, refuses: n % 2 === 0 ? ['RWA'] : [] })) } },
  ]
  return changes[kind] ?? {}
}

const opened = (document: unknown, rows: Session['rows']): Session => {
  const session = openSession(document, rows)
  return E.isLeft(session) ? expect.fail(JSON.stringify(session.left)) : session.right
}

const shownOf = ({ session, added, removed, gains }: Repair) => ({
  rows: session.rows,
  problem: session.problem,
  added,
  removed,
  gains,
})

const steps = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 20 })), { maxLength: 12 })

it('a series of changes gives the rows that sessions opened anew at each step give', () => {
  fc.assert(
    fc.property(worlds, steps, (sketch, series) => {
      const document = problemOf(sketch)
      const plan = allocateNow(document)
      if (E.isLeft(plan)) return expect.fail(JSON.stringify(plan.left))
      let session = opened(document, plan.right.assignments)
      const all = session.problem
      for (const [kind, n] of series) {
        const { problem, rows } = session
        const change = changeOf(session, all, kind, n)
        const after = repair(session, change)
        expect(shownOf(after)).toEqual(shownOf(repair(opened(problem, rows), change)))
        expect(after.session.rows).toEqual(after.session.rows.toSorted(compareRows))
        expect(after.added).toEqual(difference(after.session.rows, rows))
        expect(after.removed).toEqual(difference(rows, after.session.rows))
        // The session it began with is as it was, and answers the same again.
        expect({ problem: session.problem, rows: session.rows }).toEqual({ problem, rows })
        expect(shownOf(repair(session, change))).toEqual(shownOf(after))
        session = after.session
      }
      // Whatever happened on the way, the plan can be carried to the problem it began with.
      const back = carryOver(session, all)
      expect(back.session.problem).toEqual(all)
      expect(back).toMatchObject({ gains: carryOver(opened(session.problem, session.rows), all).gains })
    }),
    { numRuns: 120 },
  )
})
