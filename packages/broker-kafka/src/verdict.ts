/** What a failed send means for the batch: was it refused for good, must the producer be replaced, or is it to be sent again. */
import kafkajs from 'kafkajs'

/** The broker looked at the batch and refused it whole. */
const REFUSED = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])
/** The broker no longer knows this producer, or its count of batches: it would refuse everything from now on. */
const LOST = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
])
/** The batch lies in the log already: the acknowledgement of an earlier try was lost. */
const WRITTEN = 'DUPLICATE_SEQUENCE_NUMBER'

export type Verdict = 'written' | 'refused' | 'producer-lost' | 'again'

/** kafkajs wraps errors of the protocol in errors of its retrying. */
const typeOf = (error: unknown): string | undefined => {
  if (error instanceof kafkajs.KafkaJSProtocolError) return error.type
  return error instanceof Error && error.cause !== undefined ? typeOf(error.cause) : undefined
}

export const verdictOn = (error: unknown): Verdict => {
  const type = typeOf(error)
  if (type === undefined) return 'again'
  if (type === WRITTEN) return 'written'
  if (REFUSED.has(type)) return 'refused'
  return LOST.has(type) ? 'producer-lost' : 'again'
}
