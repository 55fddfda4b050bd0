import * as E from 'fp-ts/lib/Either.js'
import { expect, test, vi } from 'vitest'
import { memoryBroker } from '@muster/broker/memory'
import { createLogger } from '@muster/observability/log'
import { consumeInBackground } from './background.ts'
import type { CommandConsumer } from './consumer.ts'

test('a broker that is away does not keep the intake waiting; it is found when it comes back', async () => {
  const stop = vi.fn<() => Promise<void>>(async () => undefined)
  const found: CommandConsumer = { trouble: () => undefined, check: () => ({ name: 'commands', ok: true }), stop }
  const answers = [E.left('Kafka cannot be used.'), E.right(found)]
  const options = {
    broker: memoryBroker(),
    handler: { handle: async () => [] },
    tokens: { verify: async () => E.left('invalid' as const) },
    logger: createLogger({ service: 'test', level: 'silent' }),
  }
  const consumer = consumeInBackground(options, async () => answers.shift() ?? E.right(found))
  expect(consumer.check()).toMatchObject({ name: 'commands', ok: false })
  await vi.waitFor(() => expect(consumer.check()).toEqual({ name: 'commands', ok: true }), { timeout: 20_000 })
  await consumer.stop()
  expect(stop).toHaveBeenCalledOnce()
})
