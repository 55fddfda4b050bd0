/** One event of the log as a message of the events topic: told or withheld, in the envelope of a CloudEvent in binary mode. */
import * as E from 'fp-ts/lib/Either.js'
import type { OutgoingMessage } from '@muster/broker/broker'
import { codecOf } from '@muster/codec/codec'
import { eventId } from '@muster/codec/event-id'
import { eventSchemas } from '@muster/contracts/events'
import {
  CONTENT_TYPE,
  schemaOf,
  SOURCE,
  type IntegrationEvent,
  type IntegrationHeaders,
} from '@muster/contracts/integration/events'
import type { Label } from '@muster/contracts/label'
import { streamId, streamKind, type RecordedEvent, type StreamName } from '@muster/event-store/event'
import { principalOf } from '@muster/sovereignty/principal'
import { maySee } from '@muster/sovereignty/view'
import { toldOf } from './mapping.ts'

/** For whom the topic is: what this role may not see of a record is not on it. */
const READER = principalOf({ role: 'reporting' }, [])

const codec = codecOf(eventSchemas)

const withheldOf = (stream: StreamName): IntegrationEvent =>
  streamKind(stream) === 'commitment'
    ? { type: 'muster.commitment.withheld.v1', data: { commitment: streamId(stream) } }
    : { type: 'muster.pledge.withheld.v1', data: { pledge: streamId(stream) } }

/** A mission's totals are a record beside the mission, under the same id; only the kind tells their sequences apart. */
const subjectOf = (stream: StreamName): string => (streamKind(stream) === 'total' ? stream : streamId(stream))

const headersOf = (
  { id, stream, revision, position, recordedAt, metadata }: RecordedEvent,
  type: IntegrationEvent['type'],
  open: boolean,
) =>
  ({
    ce_specversion: '1.0',
    // An event of the log makes one integration event; were there ever more, each would have an ordinal of its own.
    ce_id: eventId(id, 0),
    ce_source: SOURCE,
    ce_type: type,
    ce_subject: subjectOf(stream),
    ce_time: recordedAt,
    ce_dataschema: schemaOf(type),
    ce_sequence: String(revision),
    ce_sequencetype: 'Integer',
    ce_partitionkey: stream,
    ce_position: String(position),
    ce_correlationid: metadata.correlationId,
    ce_causationid: metadata.causationId,
    ...(metadata.traceparent === undefined ? {} : { ce_traceparent: metadata.traceparent }),
    ce_classification: open ? 'unclassified' : 'confidential',
    'content-type': CONTENT_TYPE,
  }) satisfies IntegrationHeaders

/**
 * Undefined: events of this type are not told. Left: why it cannot be told, which holds back its stream; a type that is not known
 * comes from a newer writer, and to leave it out would lose it for ever.
 */
export const messageOf = (
  recorded: RecordedEvent,
  labels: ReadonlyArray<Label>,
): E.Either<string, OutgoingMessage | undefined> => {
  const decoded = codec.decode(recorded.type, recorded.data)
  if (decoded._tag === 'Malformed') return E.left(decoded.issues.join('; '))
  if (decoded._tag === 'Unknown') return E.left(`this version of the relay does not know ${decoded.type}`)
  const told = toldOf(decoded.event)
  if (told === undefined) return E.right(undefined)
  const open = labels.every((label) => maySee(label, READER))
  const { type, data } = open ? told : withheldOf(recorded.stream)
  return E.right({
    key: recorded.stream,
    value: Buffer.from(JSON.stringify(data)),
    headers: headersOf(recorded, type, open),
  })
}
