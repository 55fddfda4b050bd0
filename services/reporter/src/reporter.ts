/** The subscriber: a member of its database's group that takes the events topic in, span by span. */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker, Consumer } from '@muster/broker/broker'
import { eventsTopic } from '@muster/contracts/integration/topics'
import type { ReportStore } from './store.ts'

const SPAN = 1_000

/** The offset moves after the transaction: whatever dies in between, the span comes again and changes nothing. */
export const startReporter = (broker: Broker, store: ReportStore): Promise<Consumer> =>
  broker.consume({
    group: store.group,
    topics: [eventsTopic.name],
    spanSize: SPAN,
    handle: async (span, signal) => {
      if (signal.aborted) return E.left('the partition has gone to another member')
      store.apply(span)
      return E.right(undefined)
    },
  })
