import { describe, expect, it } from 'vitest'
import { pauseAfter, type Surroundings } from './surroundings.ts'
import { Interrupted, supervised, type Supervision, type Trouble } from './supervisor.ts'

/** Time that passes at once, and is written down. */
const instantly = (random: () => number): { readonly surroundings: Surroundings; readonly pauses: number[] } => {
  const pauses: number[] = []
  const after = (milliseconds: number, ring: () => void) => {
    pauses.push(milliseconds)
    queueMicrotask(ring)
    return () => undefined
  }
  return { surroundings: { random, after }, pauses }
}

const supervision = (surroundings: Surroundings, more: Partial<Supervision> = {}): Supervision => ({
  what: 'a test',
  patience: Number.POSITIVE_INFINITY,
  surroundings,
  signal: new AbortController().signal,
  report: () => undefined,
  ...more,
})

const collected = async <T>(items: AsyncIterable<T>): Promise<ReadonlyArray<T>> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Attempts one after another: what each yields, and whether it breaks off then. */
const attempts = (...scripts: ReadonlyArray<{ readonly items: ReadonlyArray<number>; readonly breaks: boolean }>) => {
  const left = [...scripts]
  return async function* (): AsyncGenerator<number, void, void> {
    const script = left.shift()
    yield* script?.items ?? []
    if (script?.breaks) throw new Interrupted('broken off')
  }
}
const broken = (...items: ReadonlyArray<number>) => ({ items, breaks: true })
const whole = (...items: ReadonlyArray<number>) => ({ items, breaks: false })

describe('supervision', () => {
  it('begins again with growing pauses, which are short again after progress', async () => {
    const { surroundings, pauses } = instantly(() => 0)
    const troubles: Trouble[] = []
    const attempt = attempts(broken(1), broken(), broken(), broken(2, 3), whole(4))
    const report = (trouble: Trouble) => troubles.push(trouble)
    expect(await collected(supervised(attempt, supervision(surroundings, { report })))).toEqual([1, 2, 3, 4])
    expect(pauses).toEqual([25, 50, 100, 25])
    expect(troubles.map(({ failures }) => failures)).toEqual([1, 2, 3, 1])
  })

  it('gives up when its patience is at an end, and at once where trying again cannot help', async () => {
    const { surroundings, pauses } = instantly(() => 0)
    const attempt = attempts(broken(), broken(), broken(), broken())
    await expect(collected(supervised(attempt, supervision(surroundings, { patience: 3 })))).rejects.toThrow('broken off')
    expect(pauses).toHaveLength(2)
    const hopeless = async function* (): AsyncGenerator<number, void, void> {
      throw new TypeError('not an event')
    }
    await expect(collected(supervised(hopeless, supervision(surroundings)))).rejects.toThrow('not an event')
    expect(pauses).toHaveLength(2)
  })

  it('ends quietly when the signal comes during a pause', async () => {
    const stop = new AbortController()
    const surroundings: Surroundings = { random: () => 0, after: () => () => undefined }
    const report = () => queueMicrotask(() => stop.abort())
    const attempt = attempts(broken(1), whole(2))
    expect(await collected(supervised(attempt, supervision(surroundings, { signal: stop.signal, report })))).toEqual([1])
  })
})

describe('a pause', () => {
  it('doubles up to ten seconds, half of it by chance', () => {
    expect([1, 2, 3, 20].map((failures) => pauseAfter(failures, () => 0))).toEqual([25, 50, 100, 5_000])
    expect([1, 2, 3, 20].map((failures) => pauseAfter(failures, () => 0.999))).toEqual([49.975, 99.95, 199.9, 9_995])
  })
})
