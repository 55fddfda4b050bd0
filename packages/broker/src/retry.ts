/** Tries again with growing pauses until it succeeds or the signal comes; partitions and batches wait behind it. */
import { setTimeout as timeout } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'

export interface Pauses {
  readonly firstMs: number
  readonly longestMs: number
}

const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await timeout(milliseconds, undefined, { signal }).catch(() => undefined)
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What throws counts as Left. Left at last: the signal came. */
export const untilDone = async <T>(
  attempt: () => Promise<E.Either<string, T>>,
  { firstMs, longestMs }: Pauses,
  signal: AbortSignal,
  onFailure: (reason: string) => void,
): Promise<E.Either<'stopped', T>> => {
  for (let tries = 0; !signal.aborted; tries += 1) {
    const answer = await attempt().catch((error: unknown) => E.left(reasonOf(error)))
    if (E.isRight(answer)) return answer
    onFailure(answer.left)
    await pause(Math.min(longestMs, firstMs * 2 ** Math.min(tries, 16)), signal)
  }
  return E.left('stopped')
}
