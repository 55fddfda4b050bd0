/** The one place that tries again: every read and every subscription runs under it. */
import { ErrorType, isCommandError } from '@eventstore/db-client'
import { pauseAfter, sleep, type Surroundings } from './surroundings.ts'

/** Something broke off and is begun again where it stopped; for logs and metrics. */
export interface Trouble {
  readonly what: string
  readonly cause: unknown
  /** How often in a row. */
  readonly failures: number
  readonly pauseMs: number
}

export interface Supervision {
  readonly what: string
  /** Failures in a row before it gives up and throws; Infinity for readers that follow the log. */
  readonly patience: number
  readonly surroundings: Surroundings
  readonly signal: AbortSignal
  readonly report: (trouble: Trouble) => void
}

/** The server said nothing for too long, or ended a subscription as if all had been said. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** What trying again cannot mend. */
const FINAL = new Set<ErrorType>([
  ErrorType.ACCESS_DENIED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.STREAM_DELETED,
  ErrorType.STREAM_NOT_FOUND,
  ErrorType.UNSUPPORTED,
])

/** Errors of the transport that the client did not translate carry a code, too. */
const isPassing = (error: unknown): boolean =>
  error instanceof Interrupted || (error instanceof Error && (isCommandError(error) ? !FINAL.has(error.type) : 'code' in error))

/**
 * Runs an attempt again and again until one ends by itself. Each attempt has to begin where the one before stopped; what it
 * yields shows progress and makes the pauses short again. Ends quietly when the signal comes.
 */
export async function* supervised<T>(attempt: () => AsyncIterable<T>, supervision: Supervision): AsyncGenerator<T, void, void> {
  const { what, patience, surroundings, signal, report } = supervision
  let failures = 0
  while (!signal.aborted) {
    try {
      for await (const item of attempt()) {
        failures = 0
        yield item
      }
      return
    } catch (cause) {
      failures += 1
      if (signal.aborted) return
      if (!isPassing(cause) || failures >= patience) throw cause
      const pauseMs = pauseAfter(failures, surroundings.random)
      report({ what, cause, failures, pauseMs })
      await sleep(surroundings, pauseMs, signal)
    }
  }
}
