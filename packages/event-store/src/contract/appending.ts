/** The contract of appending: expectations, races, repeats, whole or not at all. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Append, Expected } from '../event-store.ts'
import { anyRevision, appended, done, everything, exactly, happened, history, noStream, notes, refusal } from '../testing.ts'
import type { Fresh } from '../contract.ts'

export const promisesOfAppending = (name: string, fresh: Fresh): void => {
  describe(`${name} as an event store: appending`, () => {
    it('gives back what was written, with stream, revision, position and time', async () => {
      const { store } = await fresh()
      const events = [happened('a'), happened('b')] as const
      const answer = await appended(store, { stream: 'pledge-1', expected: noStream, events })
      const read = await history(store, 'pledge-1')
      expect(read).toMatchObject([
        { ...events[0], stream: 'pledge-1', revision: 0 },
        { ...events[1], stream: 'pledge-1', revision: 1 },
      ])
      expect(answer).toEqual({ revision: 1, position: read[1]?.position })
      for (const event of read) expect(event.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(await everything(store)).toEqual(read)
      expect(await store.head()).toBe(answer.position)
    })

    it('refuses an append whose expectation does not hold, says what is there, and writes nothing', async () => {
      const { store } = await fresh()
      const attempt = (expected: Expected) => refusal(store, { stream: 'pledge-1', expected, events: [happened('refused')] })
      expect(await attempt({ _tag: 'Exists' })).toMatchObject({ _tag: 'RevisionConflict', expected: { _tag: 'Exists' } })
      expect(await attempt(exactly(0))).toMatchObject({ _tag: 'RevisionConflict', actual: undefined })
      await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('a'), happened('b')] })
      expect(await attempt(noStream)).toMatchObject({ _tag: 'RevisionConflict', actual: 1 })
      expect(await attempt(exactly(0))).toMatchObject({ _tag: 'RevisionConflict', actual: 1 })
      expect(await attempt(exactly(2))).toMatchObject({ _tag: 'RevisionConflict', actual: 1 })
      expect(notes(await everything(store))).toEqual(['a', 'b'])
    })

    it('goes on when the expectation holds', async () => {
      const { store } = await fresh()
      const go = (expected: Expected, note: string) => appended(store, { stream: 'pledge-1', expected, events: [happened(note)] })
      expect((await go(anyRevision, 'a')).revision).toBe(0)
      expect((await go({ _tag: 'Exists' }, 'b')).revision).toBe(1)
      expect((await go(exactly(1), 'c')).revision).toBe(2)
      expect((await go(anyRevision, 'd')).revision).toBe(3)
      expect(notes(await history(store, 'pledge-1'))).toEqual(['a', 'b', 'c', 'd'])
    })

    it('lets exactly one of many racing writers through', async () => {
      const { store } = await fresh()
      await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('start')] })
      const race = await Promise.all(
        Array.from({ length: 20 }, (_, racer) =>
          store.append({
            stream: 'pledge-1',
            expected: exactly(0),
            events: [happened(`racer ${racer}`), happened(`racer ${racer}`)],
          })(),
        ),
      )
      expect(race.filter(E.isRight)).toHaveLength(1)
      for (const loser of race.filter(E.isLeft)) expect(loser.left).toMatchObject({ _tag: 'RevisionConflict' })
      const winner = race.findIndex(E.isRight)
      expect(notes(await history(store, 'pledge-1'))).toEqual(['start', `racer ${winner}`, `racer ${winner}`])
    })

    it('answers a repeated append with the original place, even when the stream has gone on', async () => {
      const { store } = await fresh()
      const first: Append = { stream: 'pledge-1', expected: noStream, events: [happened('a'), happened('b')] }
      const second: Append = { stream: 'pledge-1', expected: exactly(1), events: [happened('c')] }
      const answers = [await appended(store, first), await appended(store, second)]
      expect(await appended(store, first)).toEqual(answers[0])
      expect(await appended(store, second)).toEqual(answers[1])
      expect(notes(await everything(store))).toEqual(['a', 'b', 'c'])
    })

    it('writes an append once that comes many times at the same moment', async () => {
      const { store } = await fresh()
      const append: Append = { stream: 'pledge-1', expected: noStream, events: [happened('a'), happened('b')] }
      const answers = await store.appendAll(Array.from({ length: 5 }, () => append))
      const more = await Promise.all(Array.from({ length: 5 }, () => store.append(append)()))
      expect(new Set([...answers, ...more].map((answer) => JSON.stringify(done(answer)))).size).toBe(1)
      expect(notes(await everything(store))).toEqual(['a', 'b'])
    })

    it('refuses an append that repeats only part of an earlier one', async () => {
      const { store } = await fresh()
      const [a, b, c] = [happened('a'), happened('b'), happened('c')]
      await appended(store, { stream: 'pledge-1', expected: noStream, events: [a, b] })
      for (const events of [
        [a, c],
        [a, b, c],
      ] as const) {
        expect(await refusal(store, { stream: 'pledge-1', expected: noStream, events })).toMatchObject({
          _tag: 'RevisionConflict',
        })
      }
      expect(notes(await everything(store))).toEqual(['a', 'b'])
    })

    it('writes each append of a batch whole or not at all, whatever becomes of the others', async () => {
      const { store } = await fresh()
      await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('start')] })
      const answers = await store.appendAll([
        { stream: 'pledge-2', expected: noStream, events: [happened('a'), happened('b')] },
        { stream: 'pledge-1', expected: noStream, events: [happened('refused'), happened('refused')] },
        { stream: 'pledge-1', expected: exactly(0), events: [happened('c')] },
        { stream: 'pledge-2', expected: exactly(1), events: [happened('d'), happened('e')] },
        { stream: 'pledge-2', expected: exactly(1), events: [happened('refused')] },
      ])
      expect(answers.map(E.isRight)).toEqual([true, false, true, true, false])
      expect(notes(await history(store, 'pledge-1'))).toEqual(['start', 'c'])
      expect(notes(await history(store, 'pledge-2'))).toEqual(['a', 'b', 'd', 'e'])
      expect(answers.filter(E.isRight).map((answer) => answer.right.revision)).toEqual([1, 1, 3])
      expect(await store.appendAll([])).toEqual([])
    })
  })
}
