/** What goes into the command handler and what comes out of it. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CommandAnswer, Violation } from '@muster/contracts/answers'
import type { CommandMessage } from '@muster/contracts/commands'
import type { Actor } from '@muster/kernel/actor'
import type { Rejection } from '@muster/kernel/rejection'

export interface Submission {
  /** The sender's key for this command (`Idempotency-Key`, or `id` of a batch line); unique per actor. */
  readonly key: string
  readonly actor: Actor
  /** Not yet trusted: type and payload are checked here. */
  readonly message: CommandMessage
  readonly correlationId: string
  readonly traceparent?: string
  /** Revision the sender has seen (`If-Match`); the command is refused when the stream has moved on. */
  readonly expectedRevision?: number
  /** Only say what would become of it; nothing is written, and the key stays unused. */
  readonly dryRun?: boolean
}

/** By a rule of the aggregate; a repeat under the same key gets it again, with the trace of the first time. */
export interface RuledOut extends Rejection {
  readonly traceId?: string
}

export type Refusal =
  | {
      readonly _tag: 'Invalid'
      readonly code: 'unknown-command' | 'invalid-command'
      readonly message: string
      readonly violations: ReadonlyArray<Violation>
    }
  /** The role, or the nation, may not give this command at all. */
  | { readonly _tag: 'NotAllowed'; readonly message: string }
  /** The record does not exist, or not for this actor: both look the same. */
  | { readonly _tag: 'NotFound' }
  | RuledOut
  | { readonly _tag: 'Conflict'; readonly actual: number }
  /** The same key came with another payload. */
  | { readonly _tag: 'KeyReused' }
  /** The same key is being worked on at this moment. */
  | { readonly _tag: 'InFlight' }
  | { readonly _tag: 'Unavailable'; readonly message: string }

export type Result = Either<Refusal, CommandAnswer>
