/**
 * Takes what a call of the client sends in portions, without a promise per event, and always gives the call back. Reads and
 * subscriptions of the client have no deadline, do not notice a silent server, and go on unheard when their loop is left.
 */
import type { Surroundings } from './surroundings.ts'

export type Arrival<T> =
  | { readonly _tag: 'Arrived'; readonly items: ReadonlyArray<T> }
  /** The server has said all it wanted to say. */
  | { readonly _tag: 'Ended' }
  | { readonly _tag: 'Failed'; readonly cause: unknown }
  /** Nothing came for as long as silence is borne; the call goes on. */
  | { readonly _tag: 'Silent' }
  | { readonly _tag: 'Stopped' }

export interface Flow<T> {
  /** At most so many of the items that have arrived; waits for the first one. */
  readonly next: (most: number) => Promise<Arrival<T>>
  /** Nothing has arrived beyond what was taken. */
  readonly isDry: () => boolean
  readonly close: () => Promise<void>
}

/** As much of a readable stream as is needed; the client's own types of streams do not fit Node's under strict settings. */
interface Stream {
  on(event: string, listener: (...details: unknown[]) => void): unknown
  pause(): unknown
  resume(): unknown
  destroy(): unknown
}

export interface FlowOptions<T> {
  readonly stream: Stream
  /** Listens to the stream's data; only the caller knows its type. */
  readonly listen: (take: (item: T) => void) => void
  /** Ends the call on the server. */
  readonly cancel: () => Promise<void>
  /** Items kept ready before the server is made to wait. */
  readonly ahead: number
  readonly silenceMs: number
  readonly surroundings: Surroundings
  readonly signal: AbortSignal
}

export const openFlow = <T>({ stream, listen, cancel, ahead, silenceMs, surroundings, signal }: FlowOptions<T>): Flow<T> => {
  const waiting: T[] = []
  let end: Arrival<T> | undefined
  let wake: () => void = () => undefined

  stream.on('end', () => conclude({ _tag: 'Ended' }))
  // Stays for good: an error after the close must not go unheard, it would end the process.
  stream.on('error', (cause) => conclude({ _tag: 'Failed', cause }))
  listen((item) => {
    waiting.push(item)
    if (waiting.length >= ahead) stream.pause()
    wake()
  })
  const conclude = (arrival: Arrival<T>): void => {
    end ??= arrival
    wake()
  }
  const stop = (): void => conclude({ _tag: 'Stopped' })
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop)

  const something = (): Promise<boolean> =>
    new Promise((resolve) => {
      const cancelSilence = surroundings.after(silenceMs, () => resolve(false))
      wake = () => {
        cancelSilence()
        resolve(true)
      }
    })

  return {
    isDry: () => waiting.length === 0 && end === undefined,
    next: async (most) => {
      if (waiting.length === 0 && end === undefined) {
        stream.resume()
        if (!(await something())) return { _tag: 'Silent' }
      }
      if (signal.aborted) return { _tag: 'Stopped' }
      return waiting.length > 0 ? { _tag: 'Arrived', items: waiting.splice(0, most) } : (end ?? { _tag: 'Silent' })
    },
    close: async () => {
      signal.removeEventListener('abort', stop)
      // The call may never have come about; then there is nothing to cancel.
      await cancel().catch(() => undefined)
      stream.destroy()
    },
  }
}
