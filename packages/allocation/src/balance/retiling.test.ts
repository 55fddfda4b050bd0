import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { compile } from '../compile.ts'
import { coverComponent } from '../coverage.ts'
import { readProblem } from '../problem.ts'
import { Schedule } from '../search/schedule.ts'
import { viewOf } from '../search/view.ts'
import { day, problemOf, sketches, type Sketch } from '../testing.ts'
import { compareProfiles, Ledger } from './ledger.ts'
import { balanceTours } from './units.ts'

const modelOf = (sketch: Sketch) => {
  const read = readProblem(problemOf(sketch))
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
  return compile(read.right)
}

const rowsOf = (sketch: Sketch) => {
  const answer = allocateNow(problemOf(sketch))
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right.assignments.map(({ offer, from, to }) => `${offer} ${from} ${to}`)
}

describe('balance of tours', () => {
  it('lets two take over together what neither could alone, and what the giver could not share', () => {
    const rows = rowsOf({
      days: 10,
      lines: [{ id: 'R1', quantity: 1 }],
      pledges: [
        { id: 'P1', contributor: 'NPL', window: [0, 10], tour: 6 },
        { id: 'P2', contributor: 'RWA', window: [0, 6], tour: 6 },
        { id: 'P3', contributor: 'BGD', window: [4, 10], tour: 6 },
      ],
      capacity: { NPL: 1, RWA: 1_000, BGD: 1_000 },
    })
    expect(rows.toSorted()).toEqual([`P2 ${day(0)} ${day(6)}`, `P3 ${day(4)} ${day(10)}`])
  })

  it('frees a taker by having its tour elsewhere covered by others', () => {
    const rows = rowsOf({
      days: 10,
      lines: [
        { id: 'R1', quantity: 1, mission: 'UNMISS' },
        { id: 'R2', quantity: 1, mission: 'MINUSCA' },
      ],
      pledges: [
        { id: 'P1', contributor: 'NPL', tour: 10, more: { onlyIn: ['UNMISS'] } },
        { id: 'P2', contributor: 'RWA', tour: 6 },
        { id: 'P3', contributor: 'BGD', window: [0, 6], tour: 6, more: { onlyIn: ['MINUSCA'] } },
        { id: 'P4', contributor: 'GHA', window: [4, 10], tour: 6, more: { onlyIn: ['MINUSCA'] } },
      ],
      capacity: { NPL: 1, RWA: 1_000, BGD: 1_000, GHA: 1_000 },
    })
    expect(rows.toSorted()).toEqual([`P2 ${day(0)} ${day(10)}`, `P3 ${day(0)} ${day(6)}`, `P4 ${day(4)} ${day(10)}`])
  })

  it('never lowers what a line has on any day, never worsens the burdens, and keeps the account true', () => {
    fc.assert(
      fc.property(sketches({ days: 10, lines: 4, pledges: 6, tour: 5 }), (sketch) => {
        const model = modelOf({ ...sketch, capacity: { NPL: 3, RWA: 10, BGD: 40 } })
        for (const component of model.components) {
          const { tours } = coverComponent(model, component)
          const view = viewOf(model, component)
          const [before, schedule, ledger] = [new Schedule(view, tours), new Schedule(view, tours), new Ledger(model, tours)]
          const unfair = new Ledger(model, tours).profile()
          balanceTours(schedule, ledger, 2, { left: 20_000 })
          for (const [l, line] of view.lines.entries())
            for (const { from, to, value } of before.present[l]?.within(line.from, line.to) ?? [])
              expect(schedule.present[l]?.least(from, to)).toBeGreaterThanOrEqual(Math.min(line.quantity, value))
          const fair = new Ledger(model, schedule.tours()).profile()
          expect(compareProfiles(fair, unfair)).toBeLessThanOrEqual(0)
          expect(ledger.profile()).toEqual(fair)
          // Whatever a schedule admits again from nothing is lawful in itself and beside the others.
          expect(new Schedule(view, schedule.tours()).tours()).toEqual(schedule.tours())
          for (const tour of schedule.tours())
            expect(tour.to - tour.from).toBeGreaterThanOrEqual(model.pairs.tour[tour.pair] ?? 1)
        }
      }),
      { numRuns: 400 },
    )
  })
})
