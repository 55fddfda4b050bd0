/** The whole projection: every event to every row that follows from it, and to one line of plain words. */
import { put, type Projection } from '../change.ts'
import { timeline } from '../tables.ts'
import { inPlainWords } from '../plain-words.ts'
import { commitments } from './commitments.ts'
import { flags } from './flags.ts'
import { ground } from './ground.ts'
import { missions } from './missions.ts'
import { plans } from './plans.ts'
import { pledges } from './pledges.ts'

const parts: ReadonlyArray<Projection> = [missions, pledges, commitments, ground, plans, flags]

export const timelineKey = (position: number): string => String(position).padStart(16, '0')

const told: Projection = ({ event, stream, position, revision, recordedAt }) => [
  put(timeline, timelineKey(position), { stream, position, revision, time: recordedAt, type: event.type, text: inPlainWords(event) }),
]

export const projection: Projection = (recorded) => [...parts.flatMap((part) => part(recorded)), ...told(recorded)]
