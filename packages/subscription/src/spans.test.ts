import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RecordedEvent } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { happened } from '@muster/event-store/testing'
import { createProgress, spansOf } from './spans.ts'

/** A synthetic log in which streams take turns as the letters say. */
const logOf = (letters: ReadonlyArray<string>): ReadonlyArray<RecordedEvent> => {
  const revisions = new Map<string, number>()
  return letters.map((stream, index) => {
    const revision = revisions.get(stream) ?? 0
    revisions.set(stream, revision + 1)
    return { ...happened(stream), stream, revision, position: settledAt(index + 1), recordedAt: '2027-01-01T00:00:00.000Z' }
  })
}

const nothingKnown = (): undefined => undefined
const noneParked = (): boolean => false

it('gives every event once, in order within its stream, in one span a stream', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), (letters) => {
      const log = logOf(letters)
      const spans = spansOf(log, nothingKnown, noneParked)
      expect(new Set(spans.map((span) => span.stream)).size).toBe(spans.length)
      for (const span of spans) {
        expect(span.first).toBe(0)
        expect(span.events).toEqual(log.filter((event) => event.stream === span.stream))
      }
      expect(spans.flatMap((span) => span.events)).toHaveLength(log.length)
    }),
  )
})

it('drops what is not wanted any more, and streams that are parked', () => {
  const log = logOf(['a', 'b', 'a', 'c', 'a', 'b'])
  const spans = spansOf(
    log,
    (stream) => (stream === 'a' ? 2 : undefined),
    (stream) => stream === 'b',
  )
  expect(spans.map(({ stream, first, events }) => [stream, first, events.length])).toEqual([
    ['c', 0, 1],
    ['a', 2, 1],
  ])
})

it('drops a repeat within a page and never lets a gap pass', () => {
  const [first, second, third] = logOf(['a', 'a', 'a'])
  if (!first || !second || !third) throw new Error('the log has three events')
  expect(spansOf([first, second, first, second, third], nothingKnown, noneParked)).toMatchObject([
    { first: 0, events: [first, second, third] },
  ])
  expect(() => spansOf([first, third], nothingKnown, noneParked)).toThrow('left out revision 1 of a')
})

it('remembers the 50,000 streams lately seen, and no more than twice as many', () => {
  const progress = createProgress()
  for (let n = 0; n < 100_010; n += 1) progress.note(`pledge-${n}`, n)
  expect(progress.next('pledge-49999')).toBeUndefined()
  expect(progress.next('pledge-50010')).toBe(50_010)
  progress.note('pledge-50010', 50_012)
  expect(progress.next('pledge-50010')).toBe(50_012)
  progress.forget()
  expect(progress.next('pledge-100009')).toBeUndefined()
})
