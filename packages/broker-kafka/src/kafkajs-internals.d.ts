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
