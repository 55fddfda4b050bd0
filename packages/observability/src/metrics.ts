/**
 * Counters for operators, in Prometheus text. Labels name routes, command types, outcomes and subscriptions; never a nation,
 * a mission or a record, because metrics go where labels of classification do not.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** One finished request; `route` is the pattern, never the address with its ids. */
export interface FinishedRequest {
  readonly route: string
  readonly method: string
  readonly status: number
  readonly seconds: number
}

export interface Metrics {
  readonly request: (finished: FinishedRequest) => void
  readonly command: (type: string, outcome: 'accepted' | 'unchanged' | 'refused') => void
  /** One durable write of the log: how long it took, how many events it held. */
  readonly append: (seconds: number, events: number) => void
  /** Read at every scrape, in positions of the log: how far a subscription is behind its head. */
  readonly lag: (subscription: string, read: () => number | Promise<number>) => void
  readonly text: () => Promise<string>
}

const REQUEST_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const APPEND_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1]
const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000]

export const createMetrics = (service: string): Metrics => {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const requests = new Histogram({
    name: 'muster_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const commands = new Counter({
    name: 'muster_commands_total',
    help: 'Commands by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  })
  const appends = new Histogram({
    name: 'muster_append_seconds',
    help: 'Time of a durable write',
    buckets: APPEND_SECONDS,
    registers,
  })
  const events = new Histogram({
    name: 'muster_append_events',
    help: 'Events in a durable write',
    buckets: BATCH_SIZES,
    registers,
  })
  const lags = new Map<string, () => number | Promise<number>>()
  const lag = new Gauge({
    name: 'muster_subscription_lag_positions',
    help: 'How far a subscription is behind the head of the log',
    labelNames: ['subscription'],
    registers,
    collect: async () => {
      for (const [subscription, read] of lags) lag.set({ subscription }, await read())
    },
  })

  return {
    request: ({ route, method, status, seconds }) => requests.observe({ route, method, status }, seconds),
    command: (type, outcome) => commands.inc({ type, outcome }),
    append: (seconds, count) => {
      appends.observe(seconds)
      events.observe(count)
    },
    lag: (subscription, read) => void lags.set(subscription, read),
    text: () => registry.metrics(),
  }
}
