/** What a pledge takes over from the catalogue: whether its capability is counted every day or used up once. */
import { z } from 'zod'
import type { Command } from '@muster/contracts/commands'
import type { EventStore } from '@muster/event-store/event-store'

const Defined = z.object({ measure: z.enum(['standing', 'stock']) })

/** A measure never changes, so the first event of the capability tells it; what the sender said himself stands. */
export const withMeasure = async (store: Pick<EventStore, 'readStream'>, command: Command): Promise<Command> => {
  if (command.type !== 'SubmitPledge' || command.measure !== undefined) return command
  for await (const { data } of store.readStream(`capability-${command.capability}`, 0, 0)) {
    const defined = Defined.safeParse(data)
    if (defined.success && defined.data.measure === 'stock') return { ...command, measure: 'stock' }
  }
  return command
}
