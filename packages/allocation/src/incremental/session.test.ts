import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { counterProposals } from '../advice/proposals.ts'
import { day, problemOf, sketches } from '../testing.ts'
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

  it('looks once more at all that a dropped line had joined: what served it serves what it can', () => {
    const document = problemOf({
      lines: [
        { id: 'R1', tier: 1, more: { accepts: ['AVN'] } },
        { id: 'R2', capability: 'AVN', tier: 2 },
      ],
      pledges: [{ id: 'P1', capability: 'AVN' }],
    })
    const { session } = planned(document)
    expect(session.rows.map(({ requirement }) => requirement)).toEqual(['R1'])
    const { session: after, gains } = repair(session, { drop: { requirements: ['R1'] } })
    expect(after.rows).toEqual([{ offer: 'P1', requirement: 'R2', quantity: 1, from: day(0), to: day(12) }])
    expect(gains).toEqual([
      { tier: 1, gain: -12n },
      { tier: 2, gain: 12n },
    ])
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
