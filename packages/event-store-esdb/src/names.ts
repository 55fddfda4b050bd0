/**
 * Where a log lies on a server. One server may hold several (a trial beside the real one): each has a namespace, and its events
 * and its receipts begin with different words, so that a prefix filter on the server tells them from each other and from
 * everything else.
 */
import type { StreamName } from '@muster/event-store/event'

export interface Names {
  /** Every stream with events of this log begins with it. */
  readonly prefix: string
  readonly ofStream: (stream: StreamName) => string
  readonly ofReceipt: (key: string) => string
  /** The stream's name in the port's words; undefined for what does not belong to this log. */
  readonly streamOf: (serverName: string) => StreamName | undefined
}

export const isNamespace = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text)

export const namesIn = (namespace: string): Names => {
  const prefix = `${namespace}/`
  return {
    prefix,
    ofStream: (stream) => prefix + stream,
    ofReceipt: (key) => `${namespace}:receipt/${key}`,
    streamOf: (serverName) => (serverName.startsWith(prefix) ? serverName.slice(prefix.length) : undefined),
  }
}
