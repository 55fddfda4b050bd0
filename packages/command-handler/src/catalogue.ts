/** What a pledge takes over from the catalogue: whether its capability is counted every day or used up once. */
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Command } from '@muster/contracts/commands'
import type { EventStore } from '@muster/event-store/event-store'

const Defined = z.object({ measure: z.enum(['standing', 'stock']) })
type Measure = z.output<typeof Defined>['measure']

export interface Catalogue {
  /** The command with the measure of its capability; what the sender said himself stands. */
  readonly withMeasure: (command: Command) => Promise<Command>
}

/** `size`: capabilities that are remembered. */
export const openCatalogue = (store: Pick<EventStore, 'readStream'>, size: number): Catalogue => {
  /** A measure never changes, so the first event of the capability tells it for good. */
  const measures = new LRUCache<string, Measure>({ max: size })

  const measureOf = async (capability: string): Promise<Measure | undefined> => {
    const known = measures.get(capability)
    if (known !== undefined) return known
    for await (const { data } of store.readStream(`capability-${capability}`, 0, 0)) {
      const defined = Defined.safeParse(data)
      if (defined.success) {
        measures.set(capability, defined.data.measure)
        return defined.data.measure
      }
    }
    return undefined
  }

  return {
    withMeasure: async (command) =>
      command.type === 'SubmitPledge' && command.measure === undefined && (await measureOf(command.capability)) === 'stock'
        ? { ...command, measure: 'stock' }
        : command,
  }
}
