/** What holds for a pledge whatever anyone asks of it, in whatever order. */
import * as fc from 'fast-check'
import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { pledgeCommands, pledgeEvents, type PledgeCommand, type PledgeEvent, type PledgeTerms } from '@muster/contracts/pledging'
import { fold, type Envelope } from '@muster/kernel/decider'
import { rejected } from '@muster/kernel/rejection'
import { envelope } from '@muster/kernel/testing'
import { capacityOn, capacityStretches, pledge } from './pledge.ts'
import { accepted, acknowledged, anyPledgeCommand, capacityCommand, day, DAYS, submission } from './testing.ts'

const accept: PledgeCommand = { type: 'AcceptPledge', pledge: 'P1' }
const start: fc.Arbitrary<ReadonlyArray<Envelope<PledgeCommand>>> = fc
  .tuple(submission, fc.constantFrom([], [accept], [accept], [accept]))
  .map((commands) => commands.flat().map((command) => envelope(command)))
const anyHistory = fc
  .tuple(start, fc.array(anyPledgeCommand, { maxLength: 40, size: 'max' }))
  .map(([first, rest]) => [...first, ...rest])
const busyHistory = fc
  .tuple(
    start,
    fc.array(
      fc.oneof(
        capacityCommand.map((command) => envelope(command)),
        anyPledgeCommand,
      ),
      { maxLength: 60, size: 'max' },
    ),
  )
  .map(([first, rest]) => [...first, ...rest])

type Step = (before: ReadonlyArray<PledgeEvent>, given: Envelope<PledgeCommand>, events: ReadonlyArray<PledgeEvent>) => void

/** Plays the commands one after the other; those that are refused change nothing. */
const play = (commands: ReadonlyArray<Envelope<PledgeCommand>>, after: Step = () => undefined): ReadonlyArray<PledgeEvent> => {
  const history: PledgeEvent[] = []
  for (const given of commands) {
    const outcome = pledge.decide(given, fold(pledge, history))
    const events = isRight(outcome) ? outcome.right : []
    const before = [...history]
    history.push(...events)
    after(before, given, events)
  }
  return history
}

const offered = (t: Pick<PledgeTerms, 'quantity' | 'amount' | 'measure' | 'from' | 'to'>) => ({
  quantity: t.quantity ?? Number(t.amount?.amount),
  from: t.from,
  to: t.to,
  stock: t.amount !== undefined || t.measure === 'stock',
})

/** The figures of one day once more, told event by event, without windows of holds, sweeps or balances. */
const toldOn = (history: ReadonlyArray<PledgeEvent>, today: string) => {
  let offer = { quantity: 0, from: '', to: '', stock: false }
  let endedOn: string | undefined
  const holds = new Map<string, { from: string; to: string; reserved: number; deployed: number; released: number }>()
  for (const event of history) {
    if (event.type === 'PledgeSubmitted') offer = offered(event)
    if (event.type === 'PledgeAmended') offer = offered(event.terms)
    if (event.type === 'PledgeWithdrawn' || event.type === 'PledgeExpired') endedOn = event.on
    if (event.type === 'CapacityReserved') {
      holds.set(event.commitment, { from: event.from, to: event.to, reserved: event.quantity, deployed: 0, released: 0 })
    }
    if (!('commitment' in event)) continue
    const hold = holds.get(event.commitment)!
    if (event.type === 'CapacityFreed' && (offer.stock || event.on <= today)) hold.reserved -= event.quantity
    if (event.type === 'CapacityDeployed' && event.on <= today) {
      hold.reserved -= event.quantity
      hold.deployed += event.quantity
    }
    if (event.type === 'CapacityReleased' && event.on <= today) {
      hold.deployed -= event.quantity
      hold.released += event.quantity
    }
  }
  const inOffer = offer.from <= today && today < offer.to
  const there = [...holds.values()].filter((h) => (offer.stock ? inOffer : h.from <= today && today < h.to))
  const sum = (pick: (h: { reserved: number; deployed: number; released: number }) => number) =>
    there.reduce((n, h) => n + pick(h), 0)
  const used = { reserved: sum((h) => h.reserved), deployed: sum((h) => h.deployed), released: sum((h) => h.released) }
  const spokenFor = used.reserved + used.deployed + used.released
  const pledged = endedOn !== undefined && today >= endedOn ? spokenFor : inOffer ? offer.quantity : 0
  return { pledged, free: pledged - spokenFor, ...used }
}

describe('whatever is asked of a pledge, in whatever order', () => {
  test('on every day pledged = free + reserved + deployed + released, and none is negative', () => {
    fc.assert(
      fc.property(busyHistory, (commands) => {
        const state = fold(pledge, play(commands))
        for (let number = -1; number <= DAYS; number++) {
          const { pledged, free, reserved, deployed, released } = capacityOn(state, day(number))
          expect(pledged).toBe(free + reserved + deployed + released)
          expect(Math.min(free, reserved, deployed, released)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('the figures of a day are what the events tell about it', () => {
    fc.assert(
      fc.property(busyHistory, (commands) => {
        const history = play(commands)
        const state = fold(pledge, history)
        for (let number = -1; number <= DAYS; number++)
          expect(capacityOn(state, day(number))).toEqual(toldOn(history, day(number)))
      }),
      { numRuns: 300 },
    )
  })

  test('the stretches cover the window without a gap and say of each day what the day says', () => {
    fc.assert(
      fc.property(busyHistory, (commands) => {
        const state = fold(pledge, play(commands))
        const stretches = capacityStretches(state)
        for (const [index, stretch] of stretches.entries()) {
          expect(stretch.from < stretch.to).toBe(true)
          expect(stretch.to).toBe(stretches[index + 1]?.from ?? stretch.to)
        }
        for (let number = -1; number <= DAYS; number++) {
          const {
            from: _,
            to: __,
            ...figures
          } = stretches.find((s) => s.from <= day(number) && day(number) < s.to) ?? {
            from: '',
            to: '',
            ...capacityOn(pledge.initial, day(number)),
          }
          expect(figures).toEqual(capacityOn(state, day(number)))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('the same command again, at once, yields nothing', () => {
    fc.assert(
      fc.property(busyHistory, (commands) => {
        play(commands, (before, given, events) => {
          const again = pledge.decide(given, fold(pledge, [...before, ...events]))
          const first = pledge.decide(given, fold(pledge, before))
          expect(again).toEqual(isRight(first) ? right([]) : first)
        })
      }),
      { numRuns: 300 },
    )
  })

  test('every event is one that the contract knows, with whole quantities', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        for (const { type, ...data } of play(commands)) expect(pledgeEvents[type].parse(data)).toEqual(data)
      }),
    )
  })

  test('an amendment is the next version, and every earlier version stays as it was', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        play(commands, (before, _, events) => {
          const then = fold(pledge, before).registered
          const now = fold(pledge, [...before, ...events]).registered
          if (then === undefined || now === undefined) return
          const amended = events.some(({ type }) => type === 'PledgeAmended')
          expect(now.earlier).toEqual(amended ? [...then.earlier, then.terms] : then.earlier)
          expect(now.submitted).toEqual(then.submitted)
          expect(now.version).toBe(now.earlier.length + 1)
        })
      }),
    )
  })

  test('what has ended never lives again and takes nothing but the wish that ended it', () => {
    fc.assert(
      fc.property(anyHistory, anyPledgeCommand, fc.constantFrom('withdrawn', 'expired'), (commands, given, end) => {
        const [first, ...rest] = play(commands).filter(({ type }) => type !== 'PledgeWithdrawn' && type !== 'PledgeExpired')
        fc.pre(first !== undefined)
        const ending: PledgeEvent =
          end === 'withdrawn'
            ? { type: 'PledgeWithdrawn', pledge: 'P1', reason: 'budget', on: '2027-01-20' }
            : { type: 'PledgeExpired', pledge: 'P1', on: '2028-01-15' }
        const state = fold(pledge, [first, ...rest, ending])
        expect(pledge.isTerminal(state)).toBe(true)
        const outcome = pledge.decide(given, state)
        const asBefore = given.command.type === (end === 'withdrawn' ? 'WithdrawPledge' : 'ExpirePledge') && isRight(outcome)
        expect(outcome).toMatchObject(asBefore ? right([]) : { left: { code: `pledge-${end}` } })
      }),
    )
  })

  test('a refusal has a stable code in kebab case, one sentence, and points at a field of the command', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        play(commands, (before, given) => {
          const outcome = pledge.decide(given, fold(pledge, before))
          const { code, message, pointer } = isRight(outcome) ? rejected('none', 'None.') : outcome.left
          const fields = ['', ...Object.keys(pledgeCommands[given.command.type].shape)]
          expect(fields).toContain(pointer?.split('/')[1] ?? '')
          expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
          expect(message).toMatch(/^\S.*\.$/)
        })
      }),
    )
  })

  test('the histories are not trivial: all kinds of events come about', () => {
    const seen = new Set<string>()
    for (const commands of fc.sample(busyHistory, { numRuns: 400, seed: 7 }))
      for (const { type } of play(commands)) seen.add(type)
    expect([...seen].toSorted()).toEqual(Object.keys(pledgeEvents).toSorted())
  })
})

test('two missions never both hold the same unit, whichever commitment asks first', () => {
  fc.assert(
    fc.property(fc.array(capacityCommand, { maxLength: 50, size: 'max' }), (commands) => {
      const unit: PledgeEvent = {
        type: 'PledgeSubmitted',
        pledge: 'P1',
        contributor: 'NPL',
        ownReference: 'NPL/2027/15',
        capability: 'INF-BN',
        quantity: 1,
        from: day(0),
        to: day(30),
      }
      const history: PledgeEvent[] = [unit, acknowledged, accepted]
      for (const command of commands) {
        const outcome = pledge.decide(envelope(command), fold(pledge, history))
        if (isRight(outcome)) history.push(...outcome.right)
      }
      const state = fold(pledge, history)
      for (let number = 0; number < 30; number++) {
        const there = [...(state.registered?.holds ?? [])].filter(([commitment]) => {
          const alone = history.filter((event) => !('commitment' in event) || event.commitment === commitment)
          const { reserved, deployed } = capacityOn(fold(pledge, alone), day(number))
          return reserved + deployed > 0
        })
        expect(there.length).toBeLessThanOrEqual(1)
      }
    }),
  )
})
