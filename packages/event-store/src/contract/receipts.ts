/** The contract of receipts: a command that comes again is answered alike. */
import { describe, expect, it } from 'vitest'
import type { Append } from '../event-store.ts'
import { appended, exactly, happened, history, noStream, receipt, refusal } from '../testing.ts'
import type { Fresh } from '../contract.ts'

export const promisesOfReceipts = (name: string, fresh: Fresh): void => {
  describe(`${name} as an event store: receipts`, () => {
    it('keeps the receipts of an append together with its events', async () => {
      const { store } = await fresh()
      const receipts = [receipt('key-1', { outcome: 'accepted', list: [1, 'ü'] }), receipt('key-2')]
      const answer = await appended(store, {
        stream: 'pledge-1',
        expected: noStream,
        events: [happened('a'), happened('b')],
        receipts,
      })
      expect(await store.receiptOf('key-1')).toEqual({ ...receipts[0], position: answer.position })
      expect(await store.receiptOf('key-2')).toEqual({ ...receipts[1], position: answer.position })
      expect(await store.receiptOf('key-3')).toBeUndefined()
    })

    it('keeps no receipt of a refused append', async () => {
      const { store } = await fresh()
      await refusal(store, { stream: 'pledge-1', expected: exactly(4), events: [happened('a')], receipts: [receipt('key-1')] })
      expect(await store.receiptOf('key-1')).toBeUndefined()
    })

    it('keeps the first receipt of a key when its append is repeated', async () => {
      const { store } = await fresh()
      const append: Append = { stream: 'pledge-1', expected: noStream, events: [happened('a')], receipts: [receipt('key-1')] }
      const answer = await appended(store, append)
      await appended(store, { stream: 'pledge-2', expected: noStream, events: [happened('b')] })
      await appended(store, { ...append, receipts: [receipt('key-1', 'another answer')] })
      expect(await store.receiptOf('key-1')).toEqual({ ...receipt('key-1'), position: answer.position })
    })

    it('refuses an append that would answer an answered key again: the writer has to look first', async () => {
      const { store } = await fresh()
      await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('a')], receipts: [receipt('key-1')] })
      const late: Append = { stream: 'pledge-2', expected: noStream, events: [happened('b')], receipts: [receipt('key-1')] }
      expect(await refusal(store, late)).toMatchObject({ _tag: 'RevisionConflict' })
      expect(await history(store, 'pledge-2')).toEqual([])
    })

    it('records answers that brought no event, at the head of that time', async () => {
      const { store } = await fresh()
      await store.recordReceipts([receipt('early', 'refused')])
      const answer = await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('a')] })
      await store.recordReceipts([receipt('late', 'unchanged'), receipt('early', 'another answer')])
      expect(await store.receiptOf('early')).toEqual({ ...receipt('early', 'refused'), position: 0 })
      expect(await store.receiptOf('late')).toEqual({ ...receipt('late', 'unchanged'), position: answer.position })
    })
  })
}
