import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchesOf, bytesOf } from './batches.ts'
import { said } from './testing.ts'

test('batches keep every message and their order, and stay within both limits', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (lengths) => {
      const messages = lengths.map((length, index) => said(`k${index}`, 'x'.repeat(length)))
      const limits = { messages: 7, bytes: 600 }
      const batches = batchesOf(messages, limits)
      expect(batches.flat()).toEqual(messages)
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(limits.messages)
        const bytes = batch.reduce((sum, message) => sum + bytesOf(message), 0)
        expect(batch.length === 1 || bytes <= limits.bytes).toBe(true)
      }
    }),
  )
})
