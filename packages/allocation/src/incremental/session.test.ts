import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { counterProposals } from '../advice/proposals.ts'
import { day, problemOf, sketches } from '../testing.ts'
import type { Change } from './change.ts'
import { openSession, repair } from './session.ts'

const planned = (document: unknown) => {
  const plan = allocateNow(document)
  if (E.isLeft(plan)) return expect.fail(JSON.stringify(plan.left))
  const session = openSession(document, plan.right.assignments)
  if (E.isLeft(session)) return expect.fail(JSON.stringify(session.left))
  return { plan: plan.right, session: session.right }
}

describe('repair', () => {
  it('puts something else in the place of a withdrawn pledge and leaves the rest alone', () => {
    const document = problemOf({
      lines: [{ id: 'R1' }, { id: 'R2', capability: 'AVN' }],
      pledges: [{ id: 'P1' }, { id: 'P2', contributor: 'RWA', window: [2, 12] }, { id: 'P3', capability: 'AVN' }],
    })
    const { session } = planned(document)
    const { session: after, removed } = repair(session, { drop: { offers: ['P1'] } })
    expect(after.rows.filter((r) => r.requirement === 'R1')).toEqual([
      { offer: 'P2', requirement: 'R1', quantity: 1, from: day(2), to: day(12) },
    ])
    expect(removed.every((r) => r.requirement === 'R1')).toBe(true)
  })

  it('never lowers coverage by an offer', () => {
    fc.assert(
      fc.property(sketches({ pledges: 5 }), (sketch) => {
        const document = problemOf(sketch)
        const { session } = planned(document)
        const [first] = session.problem.offers
        if (first === undefined) return
        const without = repair(session, { drop: { offers: [first.id] } })
        const again = repair(without.session, { put: { offers: [first] } })
        for (const { gain } of again.gains.slice(0, 1)) expect(gain).toBeGreaterThanOrEqual(0n)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a session', () => {
  const capabilities = ['INF-BN', 'AVN'] as const
  const kinds = fc.constantFrom('withdraw', 'withdraw asset', 'offer', 'drop line', 'ask') satisfies fc.Arbitrary<string>
  const steps = fc.array(fc.record({ kind: kinds, which: fc.nat({ max: 20 }) }), { minLength: 1, maxLength: 8 })

  it('that lived through many changes repairs like one opened anew', () => {
    fc.assert(
      fc.property(sketches({ pledges: 6 }), steps, (sketch, changes) => {
        const document = problemOf({
          ...sketch,
          lines: sketch.lines.map((line, i) => ({ ...line, capability: capabilities[i % 2] ?? 'AVN' })),
          pledges: sketch.pledges.map((pledge, i) => ({ ...pledge, capability: capabilities[i % 2] ?? 'AVN' })),
        })
        const opened = planned(document).session
        let session = opened
        const pick = <T>(list: ReadonlyArray<T>, which: number): T[] => list.slice(which % list.length, (which % list.length) + 1)
        for (const { kind, which } of changes) {
          const now = session.problem
          const change: Change = {
            withdraw: { drop: { offers: pick(now.offers, which).map((o) => o.id) } },
            'withdraw asset': { drop: { assets: pick(now.assets, which).map((a) => a.id) } },
            offer: {
              put: { offers: pick(opened.problem.offers, which).filter((o) => now.assets.some((a) => a.id === o.asset)) },
            },
            'drop line': { drop: { requirements: pick(now.requirements, which).map((r) => r.id) } },
            ask: { put: { requirements: pick(opened.problem.requirements, which) } },
          }[kind]
          const anew = openSession({ ...now, published: [] }, session.rows)
          if (E.isLeft(anew)) return expect.fail(JSON.stringify(anew.left))
          const [here, there] = [repair(session, change), repair(anew.right, change)]
          expect(here.session.rows).toEqual(there.session.rows)
          expect(here.gains).toEqual(there.gains)
          expect(here.session.problem.offers).toEqual(there.session.problem.offers)
          expect(session.problem).toEqual(now)
          session = here.session
        }
      }),
      { numRuns: 100 },
    )
  })
})

it('proposes the caveat whose lifting closes a gap, solved again', () => {
  const document = problemOf({
    lines: [{ id: 'R1' }],
    pledges: [{ id: 'P1', more: { notIn: ['UNMISS'] } }],
    capacity: { NPL: 10 },
  })
  const { plan } = planned(document)
  const proposals = counterProposals(document, plan)
  if (E.isLeft(proposals)) return expect.fail(JSON.stringify(proposals.left))
  expect(proposals.right.find((p) => p.kind === 'lift-caveat')).toMatchObject({ offer: 'P1', gains: [{ tier: 1, gain: '12' }] })
})
