/** The contract of durability: what was acknowledged is there after a sudden end. */
import { describe, expect, it } from 'vitest'
import type { Append } from '../event-store.ts'
import { appended, everything, exactly, happened, noStream } from '../testing.ts'
import type { Fresh } from '../contract.ts'

export const promisesOfDurability = (name: string, fresh: Fresh): void => {
  describe(`${name} as an event store: after a sudden end`, () => {
    it('has everything it acknowledged, and goes on from there', async () => {
      const { store, reopen } = await fresh()
      if (!reopen) throw new Error('a durable store must say how it is opened again')
      const append: Append = {
        stream: 'pledge-1',
        expected: noStream,
        events: [happened('a'), happened('b')],
        receipts: [{ key: 'key-1', fingerprint: 'print', response: 'accepted' }],
      }
      const answer = await appended(store, append)
      const before = await everything(store)
      const again = await reopen()
      expect(await everything(again)).toEqual(before)
      expect(await again.head()).toBe(answer.position)
      expect(await again.receiptOf('key-1')).toEqual({
        key: 'key-1',
        fingerprint: 'print',
        response: 'accepted',
        position: answer.position,
      })
      expect(await appended(again, append)).toEqual(answer)
      const next = await appended(again, { stream: 'pledge-1', expected: exactly(1), events: [happened('c')] })
      expect(next.revision).toBe(2)
      expect(next.position).toBeGreaterThan(answer.position)
      expect((await everything(again)).at(-1)?.recordedAt.localeCompare(before.at(-1)?.recordedAt ?? '')).toBeGreaterThanOrEqual(
        0,
      )
    })
  })
}
