/**
 * Which position belongs to an instant. The server keeps no index of times, so one is built on the first question, by reading the
 * log once, and grows with it: one mark in 250 events, then a short look forwards from the mark.
 */
import type { SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { Instant } from '@muster/kernel/time'

export interface TimeIndex {
  readonly positionAt: (instant: Instant) => Promise<SettledPosition>
}

interface Mark {
  readonly position: SettledPosition
  /** The latest time up to here: a server's clock may be set back, or differ from the next leader's. */
  readonly latest: Instant
}

const EVENTS_PER_MARK = 250
const PAGE = 2_000
/** Short, so that little is read beyond the instant. */
const LOOK = 50

export const createTimeIndex = (readAll: EventStore['readAll']): TimeIndex => {
  const marks: Mark[] = [{ position: settledAt(0), latest: '' }]
  let last: Mark = { position: settledAt(0), latest: '' }
  let unmarked = 0
  let reading: Promise<void> = Promise.resolve()

  const extend = async (): Promise<void> => {
    for await (const { events } of readAll(last.position, { pageSize: PAGE, follow: false })) {
      for (const { position, recordedAt } of events) {
        last = { position, latest: recordedAt > last.latest ? recordedAt : last.latest }
        unmarked += 1
        if (unmarked >= EVENTS_PER_MARK) {
          marks.push(last)
          unmarked = 0
        }
      }
    }
  }

  /** One reading at a time; a failed one must not spoil those after it. */
  const extended = (): Promise<void> => {
    reading = reading.catch(() => undefined).then(extend)
    return reading
  }

  const markBefore = (instant: Instant): Mark => {
    let low = 0
    let high = marks.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((marks[middle]?.latest ?? '') <= instant) low = middle
      else high = middle
    }
    return marks[low] ?? last
  }

  return {
    positionAt: async (instant) => {
      if (instant >= last.latest) await extended()
      if (instant >= last.latest) return last.position
      let { position } = markBefore(instant)
      for await (const { events } of readAll(position, { pageSize: LOOK, follow: false })) {
        for (const event of events) {
          if (event.recordedAt > instant) return position
          position = event.position
        }
      }
      return position
    },
  }
}
