/** What a pledge takes over from the catalogue: whether its capability is counted every day or used up once, and whether it is money. */
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Command } from '@muster/contracts/commands'
import type { EventStore } from '@muster/event-store/event-store'
import { rejected, type Rejection } from '@muster/kernel/rejection'

const Defined = z.object({ measure: z.enum(['standing', 'stock']), dimension: z.string() })
type Entry = z.output<typeof Defined>

export interface Catalogue {
  /** The command with the measure of its capability; what the sender said himself stands. */
  readonly withMeasure: (command: Command) => Promise<Command>
  /** A pledge of money for what is counted, or the other way round. */
  readonly wrongUnit: (command: Command) => Promise<Rejection | undefined>
}

/** `size`: capabilities that are remembered. */
export const openCatalogue = (store: Pick<EventStore, 'readStream'>, size: number): Catalogue => {
  /** Neither ever changes, so the first event of the capability tells them for good. */
  const entries = new LRUCache<string, Entry>({ max: size })

  const entryOf = async (capability: string): Promise<Entry | undefined> => {
    const known = entries.get(capability)
    if (known !== undefined) return known
    for await (const { data } of store.readStream(`capability-${capability}`, 0, 0)) {
      const defined = Defined.safeParse(data)
      if (defined.success) {
        entries.set(capability, defined.data)
        return defined.data
      }
    }
    return undefined
  }

  return {
    withMeasure: async (command) =>
      command.type === 'SubmitPledge' && command.measure === undefined && (await entryOf(command.capability))?.measure === 'stock'
        ? { ...command, measure: 'stock' }
        : command,
    wrongUnit: async (command) => {
      if (command.type !== 'SubmitPledge') return undefined
      const { capability, amount } = command
      const entry = await entryOf(capability)
      if (entry === undefined || (entry.dimension === 'funding') === (amount !== undefined)) return undefined
      return amount === undefined
        ? rejected('wrong-unit', `${capability} is money: pledge it as "amount":{"amount","currency"}.`, { pointer: '/quantity' })
        : rejected('wrong-unit', `${capability} is counted: pledge a quantity. Money is pledged as FUNDING.`, {
            pointer: '/amount',
          })
    },
  }
}
