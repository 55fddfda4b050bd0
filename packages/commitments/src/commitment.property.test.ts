/** What holds for a commitment whatever anyone asks of it, in whatever order. */
import * as fc from 'fast-check'
import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { commitmentCommands, commitmentEvents, type CommitmentCommand, type CommitmentEvent } from '@muster/contracts/commitments'
import { fold, type Envelope } from '@muster/kernel/decider'
import { rejected } from '@muster/kernel/rejection'
import { commitment } from './commitment.ts'
import { accepted, anyCommand, anyHistory, proposed } from './testing.ts'

type Step = (
  before: ReadonlyArray<CommitmentEvent>,
  given: Envelope<CommitmentCommand>,
  events: ReadonlyArray<CommitmentEvent>,
) => void

/** Plays the commands one after the other; those that are refused change nothing. */
const play = (
  commands: ReadonlyArray<Envelope<CommitmentCommand>>,
  after: Step = () => undefined,
): ReadonlyArray<CommitmentEvent> => {
  const history: CommitmentEvent[] = []
  for (const given of commands) {
    const outcome = commitment.decide(given, fold(commitment, history))
    const events = isRight(outcome) ? outcome.right : []
    const before = [...history]
    history.push(...events)
    after(before, given, events)
  }
  return history
}

const money = (event: CommitmentEvent): bigint => ('amount' in event ? BigInt(event.amount.amount) : 0n)

/** What the events tell of one commitment, without its own bookkeeping. */
const told = (history: ReadonlyArray<CommitmentEvent>) => {
  const [first] = history
  const committed = first?.type === 'CommitmentProposed' ? first.quantity : 0
  const days = history.flatMap((event) => ('on' in event ? event.on : []))
  const presentOn = (day: string): number =>
    history.reduce((present, event) => {
      if (event.type === 'CommitmentDeployed' && event.on <= day) return present + event.quantity
      return event.type === 'CommitmentRepatriated' && event.on <= day ? present - event.quantity : present
    }, 0)
  const sum = (type: CommitmentEvent['type'], of: (event: CommitmentEvent) => bigint): bigint =>
    history.reduce((total, event) => (event.type === type ? total + of(event) : total), 0n)
  const claims = [...new Set(history.flatMap((event) => ('claim' in event ? event.claim : [])))]
  return {
    committed: BigInt(committed),
    deployed: sum('CommitmentDeployed', (event) => ('quantity' in event ? BigInt(event.quantity) : 0n)),
    paid: sum('PaymentReceived', money),
    leastPresent: Math.min(0, ...days.map(presentOn)),
    unpaid: claims.map(
      (claim) =>
        sum('ReimbursementClaimed', (event) => ('claim' in event && event.claim === claim ? money(event) : 0n)) -
        sum('ReimbursementPaid', (event) => ('claim' in event && event.claim === claim ? money(event) : 0n)),
    ),
  }
}

describe('whatever is asked of a commitment, in whatever order', () => {
  test('no more is deployed than committed, none goes home that is not there, no more is paid than agreed or claimed', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        const { committed, deployed, paid, leastPresent, unpaid } = told(play(commands))
        expect(deployed <= committed && paid <= committed).toBe(true)
        expect(leastPresent).toBe(0)
        expect(unpaid.every((rest) => rest >= 0n)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('each arrival tells the total so far, each homecoming what remains', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        let total = 0
        let gone = 0
        for (const event of play(commands)) {
          if (event.type === 'CommitmentDeployed') total += event.quantity
          if (event.type === 'CommitmentRepatriated') gone += event.quantity
          expect('total' in event ? event.total : total).toBe(total)
          expect('remaining' in event ? event.remaining : total - gone).toBe(total - gone)
        }
      }),
    )
  })

  test('the same command again, at once, yields nothing', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        play(commands, (before, given, events) => {
          const first = commitment.decide(given, fold(commitment, before))
          const again = commitment.decide(given, fold(commitment, [...before, ...events]))
          expect(again).toEqual(isRight(first) ? right([]) : first)
        })
      }),
      { numRuns: 500 },
    )
  })

  test('every event is one that the contract knows', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        for (const { type, ...data } of play(commands)) expect(commitmentEvents[type].parse(data)).toEqual(data)
      }),
    )
  })

  test('what has ended never lives again and takes nothing but the wish that ended it', () => {
    fc.assert(
      fc.property(anyCommand, fc.constantFrom('declined', 'cancelled'), (given, end) => {
        const ending: CommitmentEvent = {
          type: end === 'declined' ? 'CommitmentDeclined' : 'CommitmentCancelled',
          commitment: 'C1',
          reason: 'parliament',
        }
        const state = fold(commitment, [proposed, accepted, ending])
        expect(commitment.isTerminal(state)).toBe(true)
        const outcome = commitment.decide(given, state)
        const wishedBefore =
          given.command.type === (end === 'declined' ? 'DeclineProposal' : 'CancelCommitment') && isRight(outcome)
        expect(outcome).toMatchObject(wishedBefore ? right([]) : { left: { code: `commitment-${end}` } })
      }),
    )
  })

  test('a refusal has a stable code in kebab case, one sentence, and points at a field of the command', () => {
    fc.assert(
      fc.property(anyHistory, (commands) => {
        play(commands, (before, given) => {
          const outcome = commitment.decide(given, fold(commitment, before))
          const { code, message, pointer } = isRight(outcome) ? rejected('none', 'None.') : outcome.left
          const fields = ['', ...Object.keys(commitmentCommands[given.command.type].shape)]
          expect(fields).toContain(pointer?.split('/')[1] ?? '')
          expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
          expect(message).toMatch(/^\S.*\.$/)
        })
      }),
    )
  })

  test('the histories are not trivial: all kinds of events come about', () => {
    const seen = new Set<string>()
    for (const commands of fc.sample(anyHistory, { numRuns: 500, seed: 7 })) for (const { type } of play(commands)) seen.add(type)
    expect([...seen].toSorted()).toEqual(Object.keys(commitmentEvents).toSorted())
  })
})
