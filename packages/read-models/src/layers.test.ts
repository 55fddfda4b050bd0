import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, dayNumber } from '@muster/kernel/time'
import { layerId, layersOf, recordId, remaining, type Step } from './layers.ts'

const FIRST = '2027-01-01'
const step: fc.Arbitrary<Step> = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }))
  .map(([from, days, quantity]) => ({ from: addDays(FIRST, from), to: addDays(FIRST, from + days), quantity }))

const on = (steps: ReadonlyArray<Step>, day: number): number =>
  steps.reduce((sum, { from, to, quantity }) => (dayNumber(from) <= day && day < dayNumber(to) ? sum + quantity : sum), 0)

describe('layers', () => {
  it('add up to what remains, on every day', () => {
    const whole: Step = { from: FIRST, to: addDays(FIRST, 50), quantity: 9 }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (taken) => {
        const layers = layersOf(remaining(whole, taken))
        for (let day = dayNumber(FIRST); day < dayNumber(whole.to); day += 1) {
          expect(on(layers, day)).toBe(Math.max(0, 9 - on(taken, day)))
        }
        expect(layers.every(({ quantity }) => quantity > 0)).toBe(true)
      }),
    )
  })

  it('are as long as can be: the first one of an unbroken need spans it whole', () => {
    expect(
      layersOf(
        remaining({ from: '2027-01-01', to: '2028-01-01', quantity: 4 }, [{ from: '2027-03-01', to: '2027-12-01', quantity: 2 }]),
      ),
    ).toEqual([
      { from: '2027-01-01', to: '2028-01-01', quantity: 2 },
      { from: '2027-01-01', to: '2027-03-01', quantity: 2 },
      { from: '2027-12-01', to: '2028-01-01', quantity: 2 },
    ])
  })

  it('keep the name of the record they come from', () => {
    expect([layerId('R1', 0), layerId('R1', 1)]).toEqual(['R1', 'R1~2'])
    expect(['R1', 'R1~2', 'UNMISS/R1', 'UNMISS/R1~3', 'UNMISS:MILITARY'].map(recordId)).toEqual([
      'R1',
      'R1',
      'R1',
      'R1',
      'UNMISS:MILITARY',
    ])
  })
})
