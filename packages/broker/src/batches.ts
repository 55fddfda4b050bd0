/** Cuts messages of one partition into batches that a broker takes in one piece. */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { OutgoingMessage } from './broker.ts'

export interface BatchLimits {
  readonly messages: number
  /** Of keys, values and headers together; a single message that is longer makes a batch of its own. */
  readonly bytes: number
}

/** Well below the usual limit of 1 MiB, and where more messages in a batch bring no more throughput. */
export const USUAL_LIMITS: BatchLimits = { messages: 500, bytes: 500_000 }

/** Bytes a message adds to a batch, about: text is counted by characters, lengths and attributes by a flat sum. */
export const bytesOf = ({ key, value, headers }: OutgoingMessage): number => {
  let bytes = 32 + key.length + value.length
  for (const name in headers) bytes += 2 + name.length + (headers[name]?.length ?? 0)
  return bytes
}

export const batchesOf = (
  messages: ReadonlyArray<OutgoingMessage>,
  limits: BatchLimits = USUAL_LIMITS,
): ReadonlyArray<ReadonlyNonEmptyArray<OutgoingMessage>> => {
  const batches: [OutgoingMessage, ...OutgoingMessage[]][] = []
  let bytes = 0
  for (const message of messages) {
    const size = bytesOf(message)
    const open = batches.at(-1)
    if (open && open.length < limits.messages && bytes + size <= limits.bytes) {
      open.push(message)
      bytes += size
    } else {
      batches.push([message])
      bytes = size
    }
  }
  return batches
}
