import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { mendIdleTimer } from './idle-timer.ts'

const METHOD = 'scheduleCheckPendingRequests'
const theirs = Object.getOwnPropertyDescriptor(RequestQueue.prototype, METHOD) ?? {}

describe('the timer of an idle connection', () => {
  let queue: RequestQueue
  const looks = vi.fn<() => void>()

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 })
    queue = new RequestQueue({
      maxInFlightRequests: 1,
      requestTimeout: 1_000,
      enforceRequestTimeout: false,
      clientId: 'test',
      broker: 'none',
      logger: { debug: () => undefined },
    })
    looks.mockReset()
  })
  afterEach(() => {
    queue.destroy()
    Object.defineProperty(RequestQueue.prototype, METHOD, theirs)
    vi.useRealTimers()
  })

  test('runs for ever in the package as it is', () => {
    expect(theirs.value).toBeTypeOf('function')
    queue.checkPendingRequests()
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(1)
  })

  test('does not run once it is mended', () => {
    mendIdleTimer()
    queue.checkPendingRequests()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('still looks again at requests that wait, and not before a throttle has ended', () => {
    mendIdleTimer()
    queue.checkPendingRequests = looks
    queue.maybeThrottle(500)
    Object.assign(queue, { pending: [{}] })
    queue.scheduleCheckPendingRequests()
    vi.advanceTimersByTime(499)
    expect(looks).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(looks).toHaveBeenCalledTimes(1)
    queue.scheduleCheckPendingRequests()
    queue.scheduleCheckPendingRequests()
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(10)
    expect(looks).toHaveBeenCalledTimes(2)
  })
})
