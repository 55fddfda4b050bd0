/**
 * The end of the log and the event at or before a place, seen from behind. The client cannot filter this call, so what does
 * not belong to the log is stepped over here; how far that was done is remembered.
 */
import type { AllStreamResolvedEvent } from '@eventstore/db-client'
import type { SettledPosition } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import type { Instant } from '@muster/kernel/time'
import { readLog, type Connection } from './connection.ts'
import { positionOf, recordedAtOf } from './events.ts'
import { supervisionOf } from './streams.ts'
import { supervised } from './supervisor.ts'

export interface LogEnd {
  /** Position of the last event of this log, 0 when it is empty. */
  readonly head: () => Promise<SettledPosition>
  readonly timeOf: (position: SettledPosition) => Promise<Instant | undefined>
}

interface Found {
  readonly position: SettledPosition
  readonly recordedAt: Instant
}

const FIRST_STEP = 8
const LONGEST_STEP = 4_096

export const createLogEnd = (connection: Connection): LogEnd => {
  const { names } = connection
  const start = settledAt(0)
  /** All records up to `through` were looked at; the last of this log among them lies at `head`. */
  let known = { head: start, through: start }

  const found = ({ event }: AllStreamResolvedEvent): Found | undefined => {
    const position = positionOf(event?.position)
    return event && position !== undefined && names.streamOf(event.streamId) !== undefined
      ? { position, recordedAt: recordedAtOf(event) }
      : undefined
  }

  const readOnce = async (
    from: SettledPosition | 'end',
    most: number,
    backwards: boolean,
  ): Promise<ReadonlyArray<AllStreamResolvedEvent>> => {
    let items: AllStreamResolvedEvent[] = []
    async function* attempt(): AsyncGenerator<void, void, void> {
      items = []
      for await (const portion of readLog(connection, { from, most, backwards })) items.push(...portion)
      yield
    }
    for await (const _ of supervised(attempt, supervisionOf(connection, 'reading the end of the log'))) return items
    throw new Error('The store was closed while the log was read.')
  }

  const positionsIn = (items: ReadonlyArray<AllStreamResolvedEvent>): ReadonlyArray<SettledPosition> =>
    items.flatMap(({ event }) => positionOf(event?.position) ?? [])

  /** The last event of this log before a place, looking no further back than `floor`. */
  const lastBefore = async (
    from: SettledPosition | 'end',
    floor: SettledPosition,
  ): Promise<{ readonly event: Found | undefined; readonly newest: SettledPosition | undefined }> => {
    let next = from
    let newest: SettledPosition | undefined
    for (let step = FIRST_STEP; ; step = Math.min(LONGEST_STEP, step * 8)) {
      const items = await readOnce(next, step, true)
      const positions = positionsIn(items)
      newest ??= positions[0]
      const oldest = positions.at(-1)
      const event = items.map(found).find((one) => one !== undefined)
      if (event !== undefined || oldest === undefined || oldest <= floor || items.length < step) return { event, newest }
      next = oldest
    }
  }

  return {
    head: async () => {
      const before = known
      const { event, newest } = await lastBefore('end', before.through)
      const head = event && event.position > before.head ? event.position : before.head
      if (newest !== undefined && newest > known.through) known = { head, through: newest }
      return head
    },
    timeOf: async (position) => {
      if (position === 0) return undefined
      const [item] = await readOnce(position, 1, false)
      const here = item && found(item)
      if (here?.position === position) return here.recordedAt
      return (await lastBefore(position, start)).event?.recordedAt
    },
  }
}
