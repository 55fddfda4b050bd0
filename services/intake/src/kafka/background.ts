/** Commands over Kafka beside HTTP: whoever comes over HTTP must not wait for a broker that is away, so it is looked for in the background. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Check } from '@muster/http/health'
import { openCommandConsumer, type CommandConsumer, type CommandConsumerOptions } from './consumer.ts'

export type BackgroundConsumer = Pick<CommandConsumer, 'check' | 'stop'>

const AGAIN_MS = 2_000

export const consumeInBackground = (
  options: CommandConsumerOptions,
  open: typeof openCommandConsumer = openCommandConsumer,
): BackgroundConsumer => {
  const stopping = new AbortController()
  let trouble = 'Kafka has not answered yet'
  let consumer: CommandConsumer | undefined

  const begin = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const opened = await open(options)
      if (E.isRight(opened)) {
        consumer = opened.right
        // Found while the process was ending already.
        if (stopping.signal.aborted) await consumer.stop()
        return
      }
      trouble = opened.left
      await sleep(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  void begin()

  return {
    check: (): Check => consumer?.check() ?? { name: 'commands', ok: false, detail: trouble },
    stop: async () => {
      stopping.abort()
      await consumer?.stop()
    },
  }
}
