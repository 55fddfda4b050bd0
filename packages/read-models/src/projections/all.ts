/** The whole projection: every event to every row that follows from it, and to one line of plain words. */
import { commitmentEvents } from '@muster/contracts/commitments'
import {
  capabilityEvents,
  contributorEvents,
  exchangeRateEvents,
  policyEvents,
  scaleEvents,
} from '@muster/contracts/contributors'
import type { EventType } from '@muster/contracts/events'
import { missionEvents, missionTotalEvents, strengthEvents } from '@muster/contracts/missions'
import { flagEvents, planEvents } from '@muster/contracts/planning'
import { pledgeEvents } from '@muster/contracts/pledging'
import { putNew, type Projection } from '../change.ts'
import { timeline } from '../tables/records.ts'
import { inPlainWords } from '../plain-words.ts'
import { commitments } from './commitments.ts'
import { flags } from './flags.ts'
import { ground } from './ground.ts'
import { missions } from './missions.ts'
import { plans } from './plans.ts'
import { pledges } from './pledges.ts'

/** Every event is some projection's business, and one's alone. */
const projections: ReadonlyMap<string, Projection> = new Map(
  (
    [
      [missions, { ...missionEvents, ...strengthEvents, ...missionTotalEvents }],
      [pledges, pledgeEvents],
      [commitments, commitmentEvents],
      [ground, { ...contributorEvents, ...capabilityEvents, ...scaleEvents, ...policyEvents, ...exchangeRateEvents }],
      [plans, planEvents],
      [flags, flagEvents],
    ] as const
  ).flatMap(([projection, events]) => Object.keys(events).map((type) => [type, projection] as const)),
)

const POSITION_DIGITS = 16
export const timelineKey = (stream: string, position: number): string =>
  `${stream}|${String(position).padStart(POSITION_DIGITS, '0')}`

/** Counts are figures, not a story: month by month they are read as figures. */
const isCount = (type: EventType): boolean => type.startsWith('Strength') || type.startsWith('MissionTotal')

export const projection: Projection = (recorded) => {
  const { event, stream, position, revision, recordedAt } = recorded
  const changes = projections.get(event.type)?.(recorded) ?? []
  if (isCount(event.type)) return changes
  const entry = { stream, position, revision, time: recordedAt, type: event.type, text: inPlainWords(event) }
  return [...changes, putNew(timeline, timelineKey(stream, position), entry)]
}
