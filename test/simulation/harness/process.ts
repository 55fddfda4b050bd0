/** A process that can die: everything it does outside itself goes through `call`, and a dead process gets no answer any more. */
import type { Scheduler } from './scheduler.ts'

/** What happens to one call through a port. */
export type Fault =
  | { readonly _tag: 'None' }
  | { readonly _tag: 'Slow'; readonly milliseconds: number }
  /** The process dies, before the other side learnt of the call or after it did all of it. */
  | { readonly _tag: 'Dies'; readonly when: 'before' | 'after' }
  /** The caller learns that it failed; the other side did nothing, did all of it, or does it later. */
  | { readonly _tag: 'Lost'; readonly when: 'before' | 'after' | 'late' }

export interface Call {
  readonly process: string
  readonly port: string
  /** Of this life of the process, from 1. */
  readonly number: number
  readonly writes: boolean
  readonly mayFail: boolean
}

export type Faults = (call: Call) => Fault

export interface PortCall<T> {
  readonly port: string
  readonly effect: () => Promise<T>
  /** It changes something on the other side, so its answer travels too. */
  readonly writes?: boolean
  /**
   * How long after the caller has given up it may still take effect: `never` (a lock settles it before the caller's next word), or `in-life`
   * (it dies with the caller). Absent: whenever it arrives.
   */
  readonly late?: 'never' | 'in-life'
  /** What the caller sees of a call that failed; it may throw. Absent: this call cannot fail, only be slow. */
  readonly lost?: () => T
}

export interface Process {
  readonly name: string
  readonly scheduler: Scheduler
  readonly isAlive: () => boolean
  readonly died: AbortSignal
  readonly call: <T>(call: PortCall<T>) => Promise<T>
  readonly kill: () => void
}

/** Counts what is still on its way without a caller. */
export interface Afloat {
  count: number
}

const never = <T>(): Promise<T> => new Promise(() => undefined)
const LATE_MS = 3_000
/** Given as the reason, because an error with its stack costs more than a whole step. */
const DEAD = 'dead'
const NOTHING = (): undefined => undefined

export const beginProcess = (name: string, scheduler: Scheduler, faults: Faults, afloat: Afloat): Process => {
  const death = new AbortController()
  const { signal: died } = death
  const isAlive = (): boolean => !died.aborted
  let calls = 0

  const kill = (): void => {
    if (!isAlive()) return
    scheduler.note(`${name} dies`)
    death.abort(DEAD)
  }

  const landLate = (effect: () => Promise<unknown>, milliseconds: number): void => {
    afloat.count += 1
    void scheduler
      .sleep(milliseconds)
      .then(effect)
      .catch(NOTHING)
      .finally(() => (afloat.count -= 1))
  }

  const whileAlive = (effect: () => Promise<unknown>) => async (): Promise<void> => {
    if (isAlive()) await effect()
  }

  const call = async <T>({ port, effect, writes = false, late, lost }: PortCall<T>): Promise<T> => {
    if (!isAlive()) return never()
    calls += 1
    const fault = faults({ process: name, port, number: calls, writes, mayFail: lost !== undefined })
    const when = fault._tag === 'Dies' || fault._tag === 'Lost' ? fault.when : undefined
    const label = `${name} ${port}${fault._tag === 'None' ? '' : ` ${fault._tag} ${when ?? ''}`}`
    await scheduler.turn(label, fault._tag === 'Slow' ? fault.milliseconds : 0)
    if (!isAlive()) {
      // What a process sent before it died may arrive all the same, even when its successor is at work.
      if (writes && late === undefined && scheduler.chance.next() < 0.5) landLate(effect, scheduler.chance.next() * LATE_MS)
      return never()
    }
    if (fault._tag === 'Dies' && when === 'before') {
      kill()
      return never()
    }
    if (fault._tag === 'Lost' && when === 'before' && lost) return lost()
    if (fault._tag === 'Lost' && when === 'late' && late !== 'never' && lost) {
      landLate(late === 'in-life' ? whileAlive(effect) : effect, scheduler.chance.next() * LATE_MS)
      return lost()
    }
    const answer = await effect()
    if (fault._tag === 'Dies') {
      kill()
      return never()
    }
    if (writes) await scheduler.turn(`${name} ${port} answered`)
    if (!isAlive()) return never()
    return fault._tag === 'Lost' && lost ? lost() : answer
  }

  return { name, scheduler, isAlive, died, call, kill }
}
