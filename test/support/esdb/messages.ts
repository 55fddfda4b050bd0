/** Between the double's log and the messages of the wire, on the generated classes inside the client's package. */
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import type { Expectation, Outcome, ProposedEvent, StoredEvent } from './log.ts'

const identifierOf = (stream: string) => {
  const identifier = new sharedPb.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  return identifier
}

export const streamOf = (identifier: InstanceType<typeof sharedPb.StreamIdentifier> | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8')

const uuidOf = (text: string) => {
  const uuid = new sharedPb.UUID()
  uuid.setString(text)
  return uuid
}

export const proposedEvent = (message: InstanceType<typeof streamsPb.AppendReq.ProposedMessage>): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
})

export const expectationOf = (options: InstanceType<typeof streamsPb.AppendReq.Options>): Expectation => {
  if (options.hasRevision()) return Number(options.getRevision())
  if (options.hasNoStream()) return 'no_stream'
  return options.hasStreamExists() ? 'stream_exists' : 'any'
}

export const appendAnswer = (outcome: Outcome, expected: Expectation) => {
  const answer = new streamsPb.AppendResp()
  if (outcome._tag === 'WrongExpectedVersion')
    return answer.setWrongExpectedVersion(wrongExpectedVersion(outcome.current, expected))
  const position = new streamsPb.AppendResp.Position()
  position.setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position))
  const success = new streamsPb.AppendResp.Success()
  success.setCurrentRevision(String(outcome.revision)).setPosition(position)
  return answer.setSuccess(success)
}

export const withoutPosition = (answer: InstanceType<typeof streamsPb.AppendResp>) => {
  answer.getSuccess()?.setNoPosition(new sharedPb.Empty())
  return answer
}

const wrongExpectedVersion = (current: number | undefined, expected: Expectation) => {
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion()
  const empty = new sharedPb.Empty()
  if (current === undefined) wrong.setCurrentNoStream(empty)
  else wrong.setCurrentRevision(String(current))
  if (typeof expected === 'number') return wrong.setExpectedRevision(String(expected))
  if (expected === 'no_stream') return wrong.setExpectedNoStream(empty)
  return expected === 'stream_exists' ? wrong.setExpectedStreamExists(empty) : wrong.setExpectedAny(empty)
}

export const eventMessage = (event: StoredEvent) => {
  const position = String(event.position)
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
  recorded.setId(uuidOf(event.id))
  recorded.setStreamIdentifier(identifierOf(event.stream))
  recorded.setStreamRevision(String(event.revision))
  recorded.setCommitPosition(position)
  recorded.setPreparePosition(position)
  recorded.getMetadataMap().set('type', event.type).set('content-type', event.contentType).set('created', String(event.created))
  recorded.setData(event.data)
  recorded.setCustomMetadata(event.metadata)
  const read = new streamsPb.ReadResp.ReadEvent()
  read.setEvent(recorded)
  read.setCommitPosition(position)
  return new streamsPb.ReadResp().setEvent(read)
}

export const streamNotFound = (stream: string) => {
  const missing = new streamsPb.ReadResp.StreamNotFound()
  missing.setStreamIdentifier(identifierOf(stream))
  return new streamsPb.ReadResp().setStreamNotFound(missing)
}

export const confirmation = (id: string) => {
  const confirmed = new streamsPb.ReadResp.SubscriptionConfirmation()
  confirmed.setSubscriptionId(id)
  return new streamsPb.ReadResp().setConfirmation(confirmed)
}

export const checkpoint = (position: number) => {
  const reached = new streamsPb.ReadResp.Checkpoint()
  reached.setCommitPosition(String(position))
  reached.setPreparePosition(String(position))
  return new streamsPb.ReadResp().setCheckpoint(reached)
}

export const caughtUp = () => new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp())
