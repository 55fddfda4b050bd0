/** The whole log folded at once into fresh read models, and compared row by row with those that grew under faults. */
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import type { RecordedEvent } from '@muster/event-store/event'
import { compareSides } from '@muster/read-models/compare'
import type { ReadModelStore } from '@muster/read-models/open'
import { wholeLog } from '@muster/read-models/slots'
import { generationSubscriber } from '@muster/read-models/subscriber'
import { spansOf } from '@muster/subscription/spans'

const GENERATION = 1

export const differingRows = async (
  log: EventStore,
  grown: ReadModelStore,
  cold: ReadModelStore,
): Promise<ReadonlyArray<string>> => {
  const events: RecordedEvent[] = []
  for await (const page of log.readAll('start', { pageSize: 10_000, follow: false })) events.push(...page.events)
  const through = await log.head()
  const spans = spansOf(
    events,
    () => undefined,
    () => false,
  )
  const subscriber = generationSubscriber(cold, { generation: GENERATION, checkpoints: wholeLog('sqlite') })
  const filled = await subscriber.deliver({ spans, after: settledAt(0), through })()
  if (E.isLeft(filled)) return [`a cold rebuild fails: ${JSON.stringify(filled.left)}`]
  const { differing, differences } = await compareSides(
    { store: grown.rows, generation: GENERATION },
    { store: cold.rows, generation: GENERATION },
    through,
  )
  await cold.close()
  return differing === 0 ? [] : [`${differing} rows differ from a cold rebuild: ${JSON.stringify(differences.slice(0, 2))}`]
}
