/** What lies in the stream of a receipt. */
import type { RecordedEvent as ClientRecord } from '@eventstore/db-client'
import type { StreamName, StreamRevision } from '@muster/event-store/event'

/** Counts once the event `last` is in `stream`, at `revision` where that could be told beforehand. */
export interface Claim {
  readonly _tag: 'Claim'
  readonly fingerprint: string
  readonly response: unknown
  readonly stream: StreamName
  readonly last: string
  readonly revision: StreamRevision | undefined
}

/** An answer that brought no event; `position` is the head of the log at that time. */
export interface Answer {
  readonly _tag: 'Answer'
  readonly fingerprint: string
  readonly response: unknown
  readonly position: number
}

export type Entry = Claim | Answer

/** Throws on an entry that no version of this store wrote. */
export const entryOf = ({ streamId, revision, data }: ClientRecord): Entry => {
  const entry: unknown = data
  if (isCommon(entry)) {
    const { fingerprint } = entry
    const response = 'response' in entry ? entry.response : undefined
    if (isAnswer(entry)) return { _tag: 'Answer', fingerprint, response, position: entry.position }
    if (isClaim(entry)) {
      const known = 'revision' in entry && typeof entry.revision === 'number' ? entry.revision : undefined
      return { _tag: 'Claim', fingerprint, response, stream: entry.stream, last: entry.last, revision: known }
    }
  }
  throw new TypeError(`Entry ${revision} of ${streamId} is not a receipt; restore the log from a backup.`)
}

interface Common {
  readonly _tag: unknown
  readonly fingerprint: string
}

const isCommon = (value: unknown): value is Common =>
  typeof value === 'object' &&
  value !== null &&
  '_tag' in value &&
  'fingerprint' in value &&
  typeof value.fingerprint === 'string'

const isAnswer = (entry: Common): entry is Common & { readonly position: number } =>
  entry._tag === 'Answer' && 'position' in entry && typeof entry.position === 'number'

const isClaim = (entry: Common): entry is Common & { readonly stream: StreamName; readonly last: string } =>
  entry._tag === 'Claim' &&
  'stream' in entry &&
  typeof entry.stream === 'string' &&
  'last' in entry &&
  typeof entry.last === 'string'
