/**
 * Moves a log from one store to another, event by event in its order: the same ids, streams, revisions, payloads and circumstances.
 * What changes is the numbering of positions, which is each store's own. Where the log speaks of a position (a plan says from
 * which one it was computed) the new number takes its place, and each event keeps in `movedFrom` where and when it was recorded
 * first. Answers to accepted commands move along; those to commands that changed nothing are decided anew when asked again.
 */
import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import { head, last, type ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { z } from 'zod'
import { accountOf } from '@muster/command-handler/receipts'
import type { EventData, RecordedEvent } from '@muster/event-store/event'
import type { Append, EventStore } from '@muster/event-store/event-store'

export type MoveError =
  /** The store to move to holds something else. */
  | { readonly _tag: 'Foreign'; readonly position: number }
  | { readonly _tag: 'NotTaken'; readonly stream: string; readonly reason: string }
  /** What was read back is not what was sent. */
  | { readonly _tag: 'Differs'; readonly position: number; readonly stream: string }

export interface Moved {
  readonly events: number
  /** Of these, how many had been moved before. */
  readonly before: number
}

export interface MoveOptions {
  readonly from: Pick<EventStore, 'readAll'>
  readonly to: Pick<EventStore, 'readAll' | 'append'>
  readonly onProgress: (events: number) => void
}

const PAGE = 1_000
const COMPUTED = 'PlanComputed'
const Computed = z.looseObject({ inputsPosition: z.int() })

const eventsOf = async function* (store: Pick<EventStore, 'readAll'>): AsyncGenerator<RecordedEvent, undefined> {
  for await (const { events } of store.readAll('start', { pageSize: PAGE, follow: false })) yield* events
}

/** An interrupted move goes on where it ended; the same call again verifies what is there. */
export const moveLog = async ({ from, to, onProgress }: MoveOptions): Promise<E.Either<MoveError, Moved>> => {
  const places = new Map<number, number>([[0, 0]])
  let before = 0
  const source = eventsOf(from)
  for await (const there of eventsOf(to)) {
    const { value: event } = await source.next()
    if (event === undefined || !isMoved(event, there, places)) return E.left({ _tag: 'Foreign', position: there.position })
    places.set(event.position, there.position)
    before += 1
  }
  let events = before
  for await (const group of byCommand(source)) {
    const written = await to.append(appendOf(group, places))()
    if (E.isLeft(written)) {
      return E.left({ _tag: 'NotTaken', stream: head(group).stream, reason: written.left._tag })
    }
    places.set(last(group).position, written.right.position)
    events += group.length
    if (events % PAGE < group.length) onProgress(events)
  }
  return verified(from, to, { events, before })
}

const verified = async (from: MoveOptions['from'], to: MoveOptions['to'], moved: Moved): Promise<E.Either<MoveError, Moved>> => {
  const places = new Map<number, number>([[0, 0]])
  const target = eventsOf(to)
  for await (const event of eventsOf(from)) {
    const { value: there } = await target.next()
    if (there === undefined || !isMoved(event, there, places)) {
      return E.left({ _tag: 'Differs', position: event.position, stream: event.stream })
    }
    places.set(event.position, there.position)
  }
  return E.right(moved)
}

/** Events of one command are written in one append. */
const byCommand = async function* (events: AsyncIterable<RecordedEvent>): AsyncGenerator<ReadonlyNonEmptyArray<RecordedEvent>> {
  let group: RecordedEvent[] = []
  for await (const event of events) {
    const [first] = group
    if (first !== undefined && (first.stream !== event.stream || first.metadata.commandId !== event.metadata.commandId)) {
      if (isNonEmpty(group)) yield group
      group = []
    }
    group.push(event)
  }
  if (isNonEmpty(group)) yield group
}

const appendOf = (group: ReadonlyNonEmptyArray<RecordedEvent>, places: ReadonlyMap<number, number>): Append => {
  const [first, ...others] = group
  const { stream, revision, metadata } = first
  const { commandId: key, fingerprint } = metadata
  return {
    stream,
    expected: revision === 0 ? { _tag: 'NoStream' } : { _tag: 'Exactly', revision: revision - 1 },
    events: [movedEvent(first, places), ...others.map((event) => movedEvent(event, places))],
    ...(fingerprint === undefined ? {} : { receipts: [{ key, fingerprint, response: accountOf(group) }] }),
  }
}

const movedEvent = (
  { id, type, data, metadata, position, recordedAt }: RecordedEvent,
  places: ReadonlyMap<number, number>,
): EventData => ({
  id,
  type,
  data: renumbered(type, data, places),
  metadata: { ...metadata, movedFrom: metadata.movedFrom ?? { position, recordedAt } },
})

const renumbered = (type: string, data: unknown, places: ReadonlyMap<number, number>): unknown => {
  if (type !== COMPUTED) return data
  const { inputsPosition, ...rest } = Computed.parse(data)
  return { ...rest, inputsPosition: placeOf(inputsPosition, places) }
}

/** Of a command's events only the last one's new place is known; a plan is computed from whole commands. */
const placeOf = (position: number, places: ReadonlyMap<number, number>): number => {
  for (let at = position; at >= 0; at -= 1) {
    const place = places.get(at)
    if (place !== undefined) return place
  }
  return 0
}

const isMoved = (event: RecordedEvent, there: RecordedEvent, places: ReadonlyMap<number, number>): boolean => {
  const { id, type, data, metadata } = movedEvent(event, places)
  return (
    id === there.id &&
    type === there.type &&
    event.stream === there.stream &&
    event.revision === there.revision &&
    isDeepStrictEqual(data, there.data) &&
    isDeepStrictEqual(metadata, there.metadata)
  )
}
