/** The part of kafkajs's request queue that `idle-timer.ts` touches; the package's own types leave it out. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  class RequestQueue {
    constructor(options: {
      readonly maxInFlightRequests: number | null
      readonly requestTimeout: number
      readonly enforceRequestTimeout: boolean
      readonly clientId: string
      readonly broker: string
      readonly logger: { readonly debug: (text: string, details?: object) => void }
    })
    readonly pending: ReadonlyArray<unknown>
    readonly throttledUntil: number
    throttleCheckTimeoutId: NodeJS.Timeout | null
    maybeThrottle(milliseconds: number): void
    checkPendingRequests(): void
    scheduleCheckPendingRequests(): void
    destroy(): void
  }
  export default RequestQueue
}

/** The part of kafkajs's connections that `silent-connection.ts` touches. */
declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net'
  class Connection {
    readonly socket: Socket | undefined
    send: (request: unknown) => Promise<unknown>
    isConnected(): boolean
    disconnect(): Promise<void>
    /** Fails whatever waits for an answer. */
    rejectRequests(error: Error): void
  }
  export default Connection
}

/** What its test needs: one broker over a pool of connections. */
declare module 'kafkajs/src/broker/index.js' {
  import type ConnectionPool from 'kafkajs/src/network/connectionPool.js'
  class Broker {
    constructor(options: { readonly connectionPool: ConnectionPool; readonly logger: { readonly namespace: () => object } })
    connect(): Promise<void>
    disconnect(): Promise<void>
    isConnected(): boolean
  }
  export default Broker
}
declare module 'kafkajs/src/network/connectionPool.js' {
  import type { ISocketFactory } from 'kafkajs'
  class ConnectionPool {
    constructor(options: {
      readonly host: string
      readonly port: number
      readonly clientId: string
      readonly connectionTimeout: number
      readonly requestTimeout: number
      readonly enforceRequestTimeout: boolean
      readonly socketFactory: ISocketFactory
      readonly logger: { readonly namespace: () => object }
    })
    isConnected(): boolean
  }
  export default ConnectionPool
}
