/**
 * The receipts' promise on a server without transactions over streams: a command takes effect once at most and is answered alike,
 * in whatever call its process dies and whoever takes it up again.
 */
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCommandHandler } from '@muster/command-handler/handler'
import type { Submission } from '@muster/command-handler/submission'
import type { Append, EventStore } from '@muster/event-store/event-store'
import {
  anyRevision,
  appended,
  everything,
  exactly,
  happened,
  history,
  noStream,
  receipt,
  refusal,
} from '@muster/event-store/testing'
import { startDouble, type Double } from '../../../test/support/esdb/double.ts'
import { appends, type Call } from '../../../test/support/esdb/faults.ts'
import { hurried, opened } from './testing.ts'

let double: Double
const stores: EventStore[] = []
const open = async (deadlineMs = 10_000): Promise<EventStore> => {
  const store = await opened({ connectionString: double.connectionString, surroundings: hurried, deadlineMs })
  stores.push(store)
  return store
}
beforeEach(async () => {
  double = await startDouble()
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await double.stop()
})

const clock = (): string => '2027-01-01T00:00:00.000Z'
/** Revising is not settled by doing it again: taken twice around another revision it would change the catalogue back. */
const revision = (key: string, typicalPersons: number, capability = 'INF-BN'): Submission => ({
  key,
  actor: { role: 'officer' },
  message: {
    type: 'DefineCapability',
    data: {
      capability,
      name: 'Infantry battalion',
      category: 'infantry',
      dimension: 'personnel',
      measure: 'standing',
      unit: 'unit',
      typicalPersons,
      divisible: false,
      source: 'synthetic',
    },
  },
  correlationId: 'test',
})

/** What a process of its own answers to a command; whatever it knew is lost afterwards. */
const processWith = async (store: EventStore, submission: Submission) => {
  const [answer] = await openCommandHandler({ store, clock }).handle([submission])
  if (answer === undefined) throw new Error('the command was not answered')
  return answer
}

const personsIn = async (store: EventStore, capability = 'INF-BN'): Promise<ReadonlyArray<unknown>> =>
  (await history(store, `capability-${capability}`)).map(({ data }) =>
    typeof data === 'object' && data !== null && 'typicalPersons' in data ? data.typicalPersons : undefined,
  )

describe('a command whose process dies', () => {
  /** The process gets through to the server until its append of this number, which has its effect or not; then no more. */
  const dieAt = (last: number, written: boolean): (() => boolean) => {
    let calls = 0
    let dead = false
    const isLast = (call: Call): boolean => {
      if (appends(call)) calls += 1
      dead = calls === last
      return dead
    }
    double.faults.add(isLast, { _tag: 'Unavailable', written })
    double.faults.add(() => dead, { _tag: 'Unavailable' }, Infinity)
    return () => dead
  }

  it('takes effect once, whichever of its calls was the last and whether that one still counted', async () => {
    const [survivor, deaths] = [await open(), new Set<string>()]
    let lives = 0
    for (let last = 1; lives < 2; last += 1) {
      for (const written of [false, true]) {
        const [capability, keys] = [`INF-${last}${written ? 'W' : 'L'}`, `${last} ${written}`]
        const give = (store: EventStore, key: string, persons: number) =>
          processWith(store, revision(`${keys} ${key}`, persons, capability))
        await give(survivor, 'first', 100)
        const doomed = await open()
        const died = dieAt(last, written)
        const answer = await give(doomed, 'x', 200)
        await doomed.close()
        double.faults.clear()
        const there = await personsIn(survivor, capability)
        if (died()) expect(answer).toMatchObject({ left: { _tag: 'Unavailable' } })
        else lives += 1
        deaths.add(died() ? `died, ${there.length} events` : `lived, ${there.length} events`)

        await give(survivor, 'y', 300)
        const again = await give(survivor, 'x', 200)
        expect(await personsIn(survivor, capability)).toEqual(there.includes(200) ? [100, 200, 300] : [100, 300, 200])
        expect(again).toMatchObject({ right: { outcome: 'accepted', revision: there.includes(200) ? 1 : 2 } })
        if (!died()) expect(again).toEqual(answer)
        expect(await give(await open(), 'x', 200)).toEqual(again)
        expect(await personsIn(survivor, capability)).toHaveLength(3)
      }
    }
    expect([...deaths].toSorted()).toEqual(['died, 1 events', 'died, 2 events', 'lived, 2 events'])
  })
})

describe('a command whose append is written long after it was given up', () => {
  it('takes effect once though another process has taken it up', async () => {
    const [stalled, other] = [await open(150), await open()]
    await processWith(other, revision('first', 100))
    const gate = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const toCapability = (call: Call): boolean => {
      const matches = appends(call) && call.stream.startsWith('muster/')
      if (matches) held.resolve()
      return matches
    }
    double.faults.add(toCapability, { _tag: 'Late', until: gate.promise })
    const first = processWith(stalled, revision('x', 200))
    await held.promise
    const second = await processWith(other, revision('x', 200))
    gate.resolve()
    expect(second).toMatchObject({ right: { outcome: 'accepted', revision: 1 } })
    expect(await first).toEqual(second)
    await processWith(other, revision('y', 300))
    expect(await personsIn(other)).toEqual([100, 200, 300])
  })
})

describe('a key that several processes work on at once', () => {
  it('takes effect once, and each is answered alike', async () => {
    const processes = await Promise.all(Array.from({ length: 5 }, () => open()))
    await Promise.all(processes.map((store) => processWith(store, revision('first', 100))))
    const answers = await Promise.all(processes.map((store) => processWith(store, revision('x', 200))))
    expect(await personsIn(await open())).toEqual([100, 200])
    for (const answer of answers) expect(answer).toMatchObject({ right: { outcome: 'accepted', revision: 1 } })
  })

  it('keeps one answer of those that brought no event', async () => {
    const processes = await Promise.all(Array.from({ length: 5 }, () => open()))
    await Promise.all(processes.map((store, index) => store.recordReceipts([receipt('key', index)])))
    const kept = await Promise.all(processes.map((store) => store.receiptOf('key')))
    expect(new Set(kept.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(kept[0]).toMatchObject({ fingerprint: 'print of key' })
  })
})

describe('what is not promised', () => {
  it('a key whose claim came to nothing stays with its stream and its payload', async () => {
    const store = await open()
    const wanted = (stream: string, fingerprint: string): Append => ({
      stream,
      expected: noStream,
      events: [happened('a')],
      receipts: [{ ...receipt('key'), fingerprint }],
    })
    await refusal(store, { ...wanted('pledge-1', 'print'), expected: exactly(7) })
    expect(await store.receiptOf('key')).toBeUndefined()
    expect(await refusal(store, wanted('pledge-2', 'print'))).toMatchObject({ _tag: 'RevisionConflict', actual: undefined })
    expect(await refusal(store, wanted('pledge-1', 'another print'))).toMatchObject({ _tag: 'RevisionConflict' })
    expect(E.isRight(await store.append(wanted('pledge-1', 'print'))())).toBe(true)
    expect(await everything(store)).toHaveLength(1)
  })

  it('nothing guards a key that is used with `Any`: it counts once found in the stream', async () => {
    const store = await open()
    await appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened('before')] })
    const append: Append = { stream: 'pledge-1', expected: anyRevision, events: [happened('a')], receipts: [receipt('key')] }
    const { position } = await appended(store, append)
    expect(await store.receiptOf('key')).toEqual({ ...receipt('key'), position })
  })
})

describe('an answer over a claim that came to nothing', () => {
  it('is kept and found', async () => {
    const store = await open()
    const append: Append = { stream: 'pledge-1', expected: exactly(7), events: [happened('a')], receipts: [receipt('key')] }
    await refusal(store, append)
    await store.recordReceipts([receipt('key', 'refused')])
    expect(await store.receiptOf('key')).toEqual({ ...receipt('key', 'refused'), position: 0 })
    expect(await refusal(store, { ...append, expected: noStream })).toMatchObject({ _tag: 'RevisionConflict' })
  })
})
