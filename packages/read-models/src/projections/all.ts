/** The whole projection: every event to every row that follows from it, and to one line of plain words. */
import type { EventType } from '@muster/contracts/events'
import { putNew, type Projection } from '../change.ts'
import { timeline } from '../tables.ts'
import { inPlainWords } from '../plain-words.ts'
import { commitments } from './commitments.ts'
import { flags } from './flags.ts'
import { ground } from './ground.ts'
import { missions } from './missions.ts'
import { plans } from './plans.ts'
import { pledges } from './pledges.ts'

const parts: ReadonlyArray<Projection> = [missions, pledges, commitments, ground, plans, flags]

const POSITION_DIGITS = 16
export const timelineKey = (stream: string, position: number): string =>
  `${stream}|${String(position).padStart(POSITION_DIGITS, '0')}`

/** Counts are figures, not a story: month by month they are read as figures. */
const isCount = (type: EventType): boolean => type.startsWith('Strength') || type.startsWith('MissionTotal')

const told: Projection = ({ event, stream, position, revision, recordedAt }) =>
  isCount(event.type)
    ? []
    : [
        putNew(timeline, timelineKey(stream, position), {
          stream,
          position,
          revision,
          time: recordedAt,
          type: event.type,
          text: inPlainWords(event),
        }),
      ]

export const projection: Projection = (recorded) => [...parts.flatMap((part) => part(recorded)), ...told(recorded)]
