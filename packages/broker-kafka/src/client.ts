/** kafkajs clients with the settings that were tried: a patient one for senders, a quick one for readers. */
import kafkajs, { type ISocketFactory, type Kafka } from 'kafkajs'
import { mendIdleTimer } from './idle-timer.ts'
import { mendSilentConnections } from './silent-connection.ts'

mendIdleTimer()
mendSilentConnections()

export interface KafkaOptions {
  /** `host:port` of one broker or several. */
  readonly brokers: ReadonlyArray<string>
  /** Names this process in the broker's logs. */
  readonly clientId: string
  /** Makes the sockets; tests cut connections with it. */
  readonly socketFactory?: ISocketFactory
  /** Hears of every try that failed; text of the broker and addresses, never a payload. */
  readonly report?: (trouble: string) => void
}

/** A silent broker is given up after this long; kafkajs itself would wait 30 s. */
const REQUEST_TIMEOUT_MS = 5_000
const CONNECTION_TIMEOUT_MS = 3_000

/**
 * Both give up soon and leave patience to this package's own loops: a sender's loop must be able to end when it is closed, and a
 * reader that insists on a dead coordinator finds the new one late.
 */
export const clientOf = ({ brokers, clientId, socketFactory }: KafkaOptions): Kafka =>
  new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    logLevel: kafkajs.logLevel.NOTHING,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 5 },
    ...(socketFactory === undefined ? {} : { socketFactory }),
  })
