/** Who asks, and on whose behalf: what the sovereignty rule knows about the reader of a record. */
import type { Actor } from '@muster/kernel/actor'

/** An actor together with the organisations its contributor belongs to on the day of the question. */
export interface Principal extends Actor {
  readonly memberOf: ReadonlyArray<string>
}

export const principalOf = (actor: Actor, memberOf: ReadonlyArray<string>): Principal => ({ ...actor, memberOf })
