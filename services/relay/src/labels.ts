/**
 * Under which labels an event may be told. They are folded from the log itself: from every event that passes, those of parked streams
 * included, because a commitment is judged by its pledge; and by looking back into the log for records of the past.
 */
import { z } from 'zod'
import { codecOf } from '@muster/codec/codec'
import { labelOfKind, labelOfPledge, UNKNOWN, type Label } from '@muster/contracts/label'
import { PledgeTerms } from '@muster/contracts/pledging'
import { RecordId } from '@muster/contracts/primitives'
import { streamId, streamKind, type RecordedEvent, type SettledPosition, type StreamName } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'

export interface Labels {
  /** To be called with every page of the log before its events are judged. */
  readonly note: (events: ReadonlyArray<RecordedEvent>) => void
  /** Looks up what is needed to judge events of these streams and is not known yet. */
  readonly prepare: (streams: ReadonlyArray<StreamName>) => Promise<void>
  /** The label of the time of an event, and the newest one known: what has become confidential since is not told any more. */
  readonly labelsAt: (stream: StreamName, position: SettledPosition) => ReadonlyArray<Label>
}

/** A pledge's labels, each with the place in the log from which it holds. */
type History = { readonly from: SettledPosition; readonly label: Label }[]

const REMEMBERED = 50_000
const READ_AT_ONCE = 16

/** Of every pledge that passes just what makes its label is read, which is much less than all of it. */
const Labelled = PledgeTerms.pick({ contributor: true, parties: true, classification: true, releaseTo: true })
const labelling = codecOf({
  PledgeSubmitted: Labelled,
  PledgeAmended: z.object({ terms: Labelled }),
  CommitmentProposed: z.object({ pledge: RecordId }),
})

/** The label that an event gives to its pledge; undefined when it gives none. What cannot be read is shown to nobody. */
const labelGivenBy = ({ type, data }: RecordedEvent): Label | undefined => {
  const decoded = labelling.decode(type, data)
  if (decoded._tag === 'Unknown') return undefined
  if (decoded._tag === 'Malformed') return UNKNOWN
  const { event } = decoded
  switch (event.type) {
    case 'PledgeSubmitted':
      return labelOfPledge(event)
    case 'PledgeAmended':
      return labelOfPledge(event.terms)
    case 'CommitmentProposed':
      return undefined
  }
}

const pledgeNamedBy = ({ type, data }: RecordedEvent): string | undefined => {
  const decoded = type === 'CommitmentProposed' ? labelling.decode(type, data) : undefined
  return decoded?._tag === 'Known' && decoded.event.type === 'CommitmentProposed' ? decoded.event.pledge : undefined
}

export const labelsFrom = (store: Pick<EventStore, 'readStream'>): Labels => {
  const histories = memory<History>()
  /** Pledge of each commitment. */
  const drawnFrom = memory<string>()

  const extend = (history: History, event: RecordedEvent): void => {
    const label = labelGivenBy(event)
    // A page may be read again after a failure.
    if (label && event.position > (history.at(-1)?.from ?? 0)) history.push({ from: event.position, label })
  }

  const loadPledge = async (pledge: string): Promise<void> => {
    const history: History = []
    for await (const event of store.readStream(`pledge-${pledge}`)) extend(history, event)
    histories.set(pledge, history)
  }

  const loadCommitment = async (commitment: string): Promise<void> => {
    for await (const event of store.readStream(`commitment-${commitment}`, 0, 0)) {
      const pledge = pledgeNamedBy(event)
      if (pledge !== undefined) drawnFrom.set(commitment, pledge)
    }
  }

  const note = (events: ReadonlyArray<RecordedEvent>): void => {
    for (const event of events) {
      const kind = streamKind(event.stream)
      const id = streamId(event.stream)
      if (kind === 'commitment') {
        const pledge = pledgeNamedBy(event)
        if (pledge !== undefined) drawnFrom.set(id, pledge)
      } else if (kind === 'pledge') {
        // One that is not remembered is read whole when it is needed.
        const history = histories.get(id) ?? (event.revision === 0 ? [] : undefined)
        if (history === undefined) continue
        extend(history, event)
        histories.set(id, history)
      }
    }
  }

  const prepare = async (streams: ReadonlyArray<StreamName>): Promise<void> => {
    const commitments = idsOf('commitment', streams)
    await readEach(drawnFrom.missing(commitments), loadCommitment)
    const pledges = new Set(idsOf('pledge', streams))
    for (const commitment of commitments) {
      const pledge = drawnFrom.get(commitment)
      if (pledge !== undefined) pledges.add(pledge)
    }
    await readEach(histories.missing(pledges), loadPledge)
  }

  const labelsAt = (stream: StreamName, position: SettledPosition): ReadonlyArray<Label> => {
    const kind = streamKind(stream)
    const label = labelOfKind(kind)
    if (label) return [label]
    const id = streamId(stream)
    const history = histories.get(kind === 'commitment' ? (drawnFrom.get(id) ?? '') : id) ?? []
    const then = history.findLast(({ from }) => from <= position)?.label ?? UNKNOWN
    const newest = history.at(-1)?.label ?? UNKNOWN
    return then === newest ? [then] : [then, newest]
  }

  return { note, prepare, labelsAt }
}

const idsOf = (kind: string, streams: ReadonlyArray<StreamName>): ReadonlyArray<string> =>
  streams.filter((stream) => streamKind(stream) === kind).map(streamId)

interface Memory<T> {
  readonly get: (id: string) => T | undefined
  readonly set: (id: string, value: T) => void
  /** Those that are not known; the others stay for at least as long as this memory is filled once more. */
  readonly missing: (ids: Iterable<string>) => ReadonlyArray<string>
}

/** Two generations: what is not asked for while the younger one fills is dropped with the older one. */
const memory = <T>(): Memory<T> => {
  let young = new Map<string, T>()
  let old = new Map<string, T>()
  const get = (id: string): T | undefined => young.get(id) ?? old.get(id)
  const set = (id: string, value: T): void => {
    young.set(id, value)
    if (young.size < REMEMBERED) return
    old = young
    young = new Map()
  }
  const missing = (ids: Iterable<string>): ReadonlyArray<string> => {
    const unknown: string[] = []
    for (const id of ids) {
      const value = get(id)
      if (value === undefined) unknown.push(id)
      else set(id, value)
    }
    return unknown
  }
  return { get, set, missing }
}

const readEach = async (ids: ReadonlyArray<string>, read: (id: string) => Promise<void>): Promise<void> => {
  for (let start = 0; start < ids.length; start += READ_AT_ONCE) {
    await Promise.all(ids.slice(start, start + READ_AT_ONCE).map(read))
  }
}
