/** A sample pledge and arbitrary commands for it, on few days and with few names, so that they collide often. Synthetic. */
import * as fc from 'fast-check'
import type { Of } from '@muster/contracts/message'
import type { Caveat, Party, PledgeCommand, PledgeEvent } from '@muster/contracts/pledging'
import type { Envelope } from '@muster/kernel/decider'
import { envelope } from '@muster/kernel/testing'
import { addDays, type Day } from '@muster/kernel/time'

export const START: Day = '2027-01-10'
/** Days 0 … 39 after the start are in play. */
export const DAYS = 40
export const day = (number: number): Day => addDays(START, number)

export const terms = {
  contributor: 'NPL',
  ownReference: 'NPL/2027/14',
  capability: 'INF-BN',
  quantity: 4,
  from: day(0),
  to: day(30),
}
export const validUntil = '2028-01-01'
export const submitted: Of<PledgeEvent, 'PledgeSubmitted'> = { type: 'PledgeSubmitted', pledge: 'P1', ...terms, validUntil }
export const acknowledged: PledgeEvent = { type: 'PledgeAcknowledged', pledge: 'P1' }
export const accepted: PledgeEvent = { type: 'PledgeAccepted', pledge: 'P1' }

const pledge = fc.constant('P1')
const on = fc.integer({ min: 0, max: DAYS - 1 }).map(day)
const quantity = fc.constantFrom(1, 2, 2, 3, 5)
const commitment = fc.constantFrom('C1', 'C2', 'C3')
const window = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 25 }))
  .map(([from, days]) => ({ from: day(from), to: day(Math.min(from + days, DAYS - 1)) }))
const command = <T extends PledgeCommand['type'], F>(type: T, fields: fc.Arbitrary<F>): fc.Arbitrary<{ type: T } & F> =>
  fields.map((f) => ({ ...f, type }))
const maybe = <F extends object>(fields: { [K in keyof F]: fc.Arbitrary<F[K]> }) =>
  fc.record<F, never>(fields, { requiredKeys: [] })
const caveat = fc.constantFrom({ kind: 'not-in-mission' as const, mission: 'UNMISS' }, { kind: 'max-stay' as const, days: 180 })
const later = fc.constantFrom('2027-06-01', '2028-01-01', '2028-05-01', '2028-07-01', '2029-01-01')

/** What a commitment asks of a pledge. */
export const capacityCommand: fc.Arbitrary<PledgeCommand> = fc.oneof(
  command(
    'ReserveCapacity',
    fc.tuple(fc.record({ pledge, commitment, quantity }), window).map(([hold, w]) => ({ ...hold, ...w })),
  ),
  command('DeployCapacity', fc.record({ pledge, commitment, quantity, on })),
  command('DeployCapacity', fc.record({ pledge, commitment, quantity, on, reference: fc.constantFrom('T1', 'T2') })),
  command(
    'ReleaseCapacity',
    fc.tuple(fc.record({ pledge, commitment, on }), maybe({ quantity })).map(([hold, part]) => ({ ...hold, ...part })),
  ),
)

const joint: Party[] = [
  { contributor: 'NPL', part: 3 },
  { contributor: 'IND', part: 1, role: 'lead' },
]

/** How a pledge begins: in kind, in units that serve together, as stock, in money, or jointly. */
export const submission: fc.Arbitrary<PledgeCommand> = fc
  .tuple(
    maybe({
      unitSize: fc.constantFrom(1, 2),
      divisible: fc.boolean(),
      measure: fc.constantFrom('standing' as const, 'stock' as const),
      noticeDays: fc.constantFrom(30, 30, 30, 90),
      readiness: fc.constantFrom(1, 2, 3, 4),
      parties: fc.constant(joint),
    }),
    fc.boolean(),
  )
  .map(([more, money]): PledgeCommand => {
    const { quantity: units, ...rest } = terms
    const size = money ? { amount: { amount: '4', currency: 'EUR' } } : { quantity: units }
    return { type: 'SubmitPledge', pledge: 'P1', ...rest, ...size, ...more }
  })

const lifeCommand: fc.Arbitrary<PledgeCommand> = fc.oneof(
  submission,
  command('AcknowledgePledge', fc.record({ pledge })),
  command('AcceptPledge', fc.record({ pledge })),
  command(
    'ReturnPledge',
    fc.record({ pledge, reasons: fc.constantFrom('no table of organization', 'no list of equipment').map((reason) => [reason]) }),
  ),
  command(
    'AmendPledge',
    fc
      .tuple(
        maybe({
          quantity: fc.integer({ min: 1, max: 6 }),
          from: on,
          to: on,
          readiness: fc.constantFrom(1, 2, 4),
          noticeDays: fc.constantFrom(30, 90),
          validUntil: later,
          note: fc.constantFrom('a', 'b'),
          amount: fc.constantFrom({ amount: '3', currency: 'EUR' }, { amount: '6', currency: 'USD' }),
          caveats: fc.boolean().map((limited): Caveat[] => (limited ? [{ kind: 'max-stay', days: 90 }] : [])),
        }),
      )
      .map(([fields]) => ({ pledge: 'P1', ...fields })),
  ),
  command('AssessReadiness', fc.record({ pledge, level: fc.integer({ min: 1, max: 4 }), visit: fc.constant('AAV'), on })),
  command('DeclareCaveat', fc.record({ pledge, caveat })),
  command('LiftCaveat', fc.record({ pledge, caveat })),
  command(
    'RenewPledge',
    fc.tuple(maybe({ validUntil: later })).map(([fields]) => ({ pledge: 'P1', ...fields })),
  ),
)
const endCommand: fc.Arbitrary<PledgeCommand> = fc.oneof(
  command('WithdrawPledge', fc.record({ pledge, reason: fc.constantFrom('budget', 'elections') })),
  command('ExpirePledge', fc.record({ pledge, on: fc.constantFrom('2027-06-01', '2028-01-15', '2029-02-01') })),
)

/** Anything at all, at any time: sooner or later, recorded at once or late. */
export const anyPledgeCommand: fc.Arbitrary<Envelope<PledgeCommand>> = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: capacityCommand },
      { weight: 8, arbitrary: lifeCommand },
      { weight: 1, arbitrary: endCommand },
    ),
    fc.constantFrom('2027-01-01', '2027-01-20', '2028-02-01', '2029-03-01'),
    fc.constantFrom('2027-01-01', '2027-01-20', '2027-02-20'),
    fc.constantFrom(
      { role: 'officer' as const },
      { role: 'nation' as const, contributor: 'NPL' },
      { role: 'nation' as const, contributor: 'IND' },
    ),
  )
  .map(([wish, at, effectiveOn, actor]) => envelope(wish, { at: `${at}T00:00:00.000Z`, effectiveOn, actor }))
