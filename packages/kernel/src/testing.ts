/** Given / when / then for deciders. `andAgain` repeats the same wish on the resulting history: it must change nothing. */
import { isRight, type Either } from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import type { Actor } from './actor.ts'
import { fold, type Decider, type Envelope } from './decider.ts'
import type { Rejection } from './rejection.ts'
import type { Day, Instant } from './time.ts'

export interface Circumstances {
  readonly id?: string
  readonly at?: Instant
  readonly effectiveOn?: Day
  readonly actor?: Actor
}

export const envelope = <C>(command: C, circumstances: Circumstances = {}): Envelope<C> => {
  const at = circumstances.at ?? '2027-01-01T00:00:00.000Z'
  return {
    id: circumstances.id ?? '00000000-0000-4000-8000-000000000001',
    at,
    effectiveOn: circumstances.effectiveOn ?? at.slice(0, 10),
    actor: circumstances.actor ?? { role: 'officer' },
    command,
  }
}

export interface Outcome<E> {
  readonly then: (...expected: ReadonlyArray<E>) => { readonly andAgain: { readonly thenNothing: () => void } }
  readonly thenNothing: () => void
  readonly thenRefused: (code: string, details?: Readonly<Record<string, unknown>>) => void
}

/** `specification(pledge)` gives the three words bound to one decider. */
export const specification =
  <C, S, E>(decider: Decider<C, S, E, Rejection>) =>
  (...history: ReadonlyArray<E>) => ({
    when: (command: C, circumstances: Circumstances = {}): Outcome<E> => {
      const decideOn = (events: ReadonlyArray<E>): Either<Rejection, ReadonlyArray<E>> =>
        decider.decide(envelope(command, circumstances), fold(decider, events))
      const outcome = decideOn(history)
      return {
        then: (...expected) => {
          expect(outcome).toEqual({ _tag: 'Right', right: expected })
          return {
            andAgain: { thenNothing: () => expect(decideOn([...history, ...expected])).toEqual({ _tag: 'Right', right: [] }) },
          }
        },
        thenNothing: () => expect(outcome).toEqual({ _tag: 'Right', right: [] }),
        thenRefused: (code, details) => {
          if (isRight(outcome)) expect.fail(`expected refusal ${code}, got ${JSON.stringify(outcome.right)}`)
          expect(outcome.left.code).toBe(code)
          if (details) expect(outcome.left.details).toMatchObject(details)
        },
      }
    },
  })

/**
 * Walks through wishes on one growing history: every accepted wish, repeated at once, must change nothing. `visit` sees each
 * state with what the wish led to, so that invariants can be checked under any history.
 */
export const walk = <C, S, E>(
  decider: Decider<C, S, E, Rejection>,
  commands: Iterable<C>,
  visit: (state: S, events: ReadonlyArray<E>) => void = () => undefined,
): S => {
  let state = decider.initial
  for (const command of commands) {
    const outcome = decider.decide(envelope(command), state)
    if (!isRight(outcome)) continue
    state = outcome.right.reduce((reached, event) => decider.evolve(reached, event), state)
    expect(decider.decide(envelope(command), state)).toEqual({ _tag: 'Right', right: [] })
    visit(state, outcome.right)
  }
  return state
}
