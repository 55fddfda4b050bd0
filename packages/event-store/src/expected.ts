/** When an append may go on: what the writer believed about the stream against what is there. */
import type { AppendError, Expected } from './event-store.ts'
import type { SettledPosition, StreamRevision } from './event.ts'

/** `actual` is the revision of the stream's last event, undefined when there is no stream. */
export const expectationHolds = (expected: Expected, actual: StreamRevision | undefined): boolean => {
  switch (expected._tag) {
    case 'NoStream':
      return actual === undefined
    case 'Exists':
      return actual !== undefined
    case 'Any':
      return true
    case 'Exactly':
      return actual === expected.revision
  }
}

export const revisionConflict = (expected: Expected, actual: StreamRevision | undefined): AppendError => ({
  _tag: 'RevisionConflict',
  expected,
  actual,
})

const isPosition = (value: number): value is SettledPosition => Number.isSafeInteger(value) && value >= 0

/** For stores alone: they mint a position once nothing can appear before it any more. */
export const settledAt = (position: number): SettledPosition => {
  if (!isPosition(position)) throw new RangeError(`not a position in the log: ${position}`)
  return position
}
