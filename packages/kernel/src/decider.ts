/** The pure heart of every aggregate. No clock, no randomness, no I/O: what a decision needs comes in with the command. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Actor } from './actor.ts'
import type { Day, Instant } from './time.ts'

/** A command on its way to a decider, with everything about its circumstances that a rule may depend on. */
export interface Envelope<C> {
  /** Command id; event ids derive from it, so that a repeat is recognised. */
  readonly id: string
  /** When it was received. */
  readonly at: Instant
  /** The day on which it takes effect in the world; the day it was received unless the sender says otherwise. */
  readonly effectiveOn: Day
  readonly actor: Actor
  readonly command: C
}

export interface Decider<C, S, E, R> {
  readonly initial: S
  readonly evolve: (state: S, event: E) => S
  /** `right([])` means "already so": a repeated wish is not an error. */
  readonly decide: (envelope: Envelope<C>, state: S) => Either<R, ReadonlyArray<E>>
  /** A terminal state refuses every further command. */
  readonly isTerminal: (state: S) => boolean
}

export const fold = <S, E>(
  decider: { readonly initial: S; readonly evolve: (state: S, event: E) => S },
  events: Iterable<E>,
): S => {
  let state = decider.initial
  for (const event of events) state = decider.evolve(state, event)
  return state
}
