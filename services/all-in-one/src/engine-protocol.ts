/**
 * What the serving thread and the engine's thread say to each other. Every question carries the port on which it wants its answer, so
 * answers need no numbers and each has its own type.
 */
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Result, Submission } from '@muster/command-handler/submission'
import type { Append, Appended, AppendError } from '@muster/event-store/event-store'
import type { Rebuilt } from '@muster/projector/projector'
import type { SubscriptionStatus } from '@muster/subscription/status'

interface Asked {
  readonly reply: MessagePort
}

/** From the serving thread. */
export type ToEngine = Asked &
  (
    | { readonly ask: 'waitFor'; readonly position: number; readonly milliseconds: number }
    | { readonly ask: 'settleFlags' | 'status' | 'rebuild' | 'stop' }
  )

/** From the engine, which decides and reads but does not write the log. */
export type FromEngine =
  | { readonly say: 'ready' }
  | ({ readonly say: 'handle'; readonly submissions: ReadonlyArray<Submission> } & Asked)
  | ({ readonly say: 'append'; readonly append: Append } & Asked)

export interface EngineAnswers {
  readonly waitFor: boolean
  readonly settleFlags: undefined
  readonly status: ReadonlyArray<SubscriptionStatus>
  readonly rebuild: Rebuilt
  readonly stop: undefined
}
export interface ServerAnswers {
  readonly handle: ReadonlyArray<Result>
  readonly append: Either<AppendError, Appended>
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

/** Sends a question and waits for its answer; rejects with what went wrong on the other side. */
export const asked = <T>(send: (reply: MessagePort, transfer: ReadonlyArray<Transferable>) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel()
    port1.once('message', (answer: Answer<T>) => {
      port1.close()
      if (answer.ok) resolve(answer.value)
      else reject(new Error(answer.message))
    })
    send(port2, [port2])
  })

/** Does the work and answers with its value, or with what went wrong. */
export const answering = <T>(reply: MessagePort, work: () => Promise<T>): void => {
  work().then(
    (value) => reply.postMessage({ ok: true, value }),
    (error: unknown) => reply.postMessage({ ok: false, message: error instanceof Error ? error.message : String(error) }),
  )
}
