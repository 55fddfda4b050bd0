/** The register never says more or less of a pledge's capacity than was pledged, whatever a pledge lived through. */
import { isRight } from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PledgeCommand, PledgeEvent } from '@muster/contracts/pledging'
import { fold } from '@muster/kernel/decider'
import { addDays } from '@muster/kernel/time'
import { envelope } from '@muster/kernel/testing'
import { capacityStretches, pledge as decider } from '@muster/pledging/pledge'
import { rowOf } from '../table.ts'
import { pledge } from '../tables/pledges.ts'
import { foldOf, logOf } from '../testing/log.ts'
import { capacityOn } from '../queries/pledges.ts'
import { projection } from './all.ts'

const FIRST = '2027-03-01'
const day = fc.integer({ min: 0, max: 200 }).map((days) => addDays(FIRST, days))
const window = fc.tuple(day, fc.integer({ min: 1, max: 90 })).map(([from, days]) => ({ from, to: addDays(from, days) }))
const commitment = fc.constantFrom('C1', 'C2', 'C3')
const quantity = fc.integer({ min: 1, max: 4 })

const wish: fc.Arbitrary<PledgeCommand> = fc.oneof(
  fc
    .record({ commitment, quantity, window })
    .map(({ window: { from, to }, ...rest }) => ({ type: 'ReserveCapacity' as const, pledge: 'P', ...rest, from, to })),
  fc.record({ commitment, quantity, on: day }).map((rest) => ({ type: 'DeployCapacity' as const, pledge: 'P', ...rest })),
  fc.record({ commitment, quantity, on: day }).map((rest) => ({ type: 'ReleaseCapacity' as const, pledge: 'P', ...rest })),
  fc.record({ commitment, on: day }).map((rest) => ({ type: 'ReleaseCapacity' as const, pledge: 'P', ...rest })),
  fc.constant({ type: 'AmendPledge' as const, pledge: 'P', quantity: 6 }),
  fc.constant({ type: 'WithdrawPledge' as const, pledge: 'P', reason: 'synthetic' }),
)

/** Events of a pledge that was accepted and then lived through these wishes, as far as its own rules let it. */
const lived = (wishes: ReadonlyArray<PledgeCommand>): ReadonlyArray<PledgeEvent> => {
  const events: PledgeEvent[] = []
  const submit: PledgeCommand = {
    type: 'SubmitPledge',
    pledge: 'P',
    contributor: 'NPL',
    ownReference: 'NPL/1',
    capability: 'INF-BN',
    quantity: 5,
    from: FIRST,
    to: addDays(FIRST, 250),
  }
  for (const command of [submit, { type: 'AcceptPledge' as const, pledge: 'P' }, ...wishes]) {
    const decided = decider.decide(envelope(command, { at: '2027-02-01T00:00:00.000Z' }), fold(decider, events))
    if (isRight(decided)) events.push(...decided.right)
  }
  return events
}

const rowAfter = (events: ReadonlyArray<PledgeEvent>) => {
  const row = foldOf(projection, logOf(events)).get('pledge P')
  if (row === undefined) expect.fail('the pledge has no row')
  return rowOf(pledge, row)
}

describe('the row of a pledge', () => {
  it('keeps pledged = free + reserved + deployed + released on every day, none of them negative', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 25 }), day, (wishes, on) => {
        const row = rowAfter(lived(wishes))
        for (const { pledged, free, reserved, deployed, released } of [...row.stretches, capacityOn(row, on)]) {
          expect(free + reserved + deployed + released).toBe(pledged)
          expect(Math.min(free, reserved, deployed, released)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('says of capacity exactly what the pledge itself says', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 25 }), (wishes) => {
        const events = lived(wishes)
        const row = rowAfter(events)
        expect(row.stretches).toEqual(capacityStretches(fold(decider, events)))
        expect(row.revision).toBe(events.length - 1)
      }),
    )
  })

  it('carries terms, standing and label as the events left them', () => {
    const [submitted, acknowledged, accepted] = lived([])
    expect([submitted?.type, acknowledged?.type, accepted?.type]).toEqual([
      'PledgeSubmitted',
      'PledgeAcknowledged',
      'PledgeAccepted',
    ])
    expect(rowAfter(lived([{ type: 'WithdrawPledge', pledge: 'P', reason: 'needed at home' }]))).toMatchObject({
      status: 'withdrawn',
      reasons: ['needed at home'],
      endedOn: '2027-02-01',
      owners: ',NPL,',
      classification: 'confidential',
      quantity: 5,
      stretches: [{ pledged: 0, free: 0 }],
    })
  })
})
