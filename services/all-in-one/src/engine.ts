/** The engine as the serving thread sees it: folding, planning and flagging go on beside it, so that whoever asks gets an answer. */
import { Worker } from 'node:worker_threads'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { EventStore } from '@muster/event-store/event-store'
import type { LogOptions } from '@muster/observability/log'
import type { Rebuilt } from '@muster/projector/projector'
import type { SubscriptionStatus } from '@muster/subscription/status'
import { answering, asked, type EngineAnswers, type FromEngine, type ServerAnswers, type ToEngine } from './engine-protocol.ts'

export interface Engine {
  /** True once everything up to a position can be read; false when that did not come in time. */
  readonly waitFor: (position: number, milliseconds: number) => Promise<boolean>
  /** Resolves when the flag board is true of everything known now. */
  readonly settleFlags: () => Promise<void>
  readonly status: () => Promise<ReadonlyArray<SubscriptionStatus>>
  /** Fills a second generation of the read models beside the one in force, compares, and swaps. */
  readonly rebuild: () => Promise<Rebuilt>
  readonly stop: () => Promise<void>
}

export interface EngineDeps {
  readonly data: string
  readonly log: NonNullable<LogOptions['level']>
  readonly store: Pick<EventStore, 'append'>
  readonly handler: Pick<CommandHandler, 'handle'>
  /** The thread has ended without having been told to. */
  readonly onEnd: (error: Error) => void
}

type Question = ToEngine extends infer Each ? (Each extends ToEngine ? Omit<Each, 'reply'> : never) : never

export const startEngine = async ({ data, log, store, handler, onEnd }: EngineDeps): Promise<Engine> => {
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { workerData: { data, log } })
  let stopping = false

  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromEngine) => {
      switch (message.say) {
        case 'ready':
          return resolve()
        case 'handle':
          return answering<ServerAnswers['handle']>(message.reply, () => handler.handle(message.submissions))
        case 'append':
          return answering<ServerAnswers['append']>(message.reply, store.append(message.append))
      }
    })
    worker.once('error', (error) => {
      const failure = error instanceof Error ? error : new Error(String(error))
      reject(failure)
      onEnd(failure)
    })
    worker.once('exit', (code) => {
      const failure = new Error(`The engine's thread ended with code ${code}.`)
      reject(failure)
      if (!stopping) onEnd(failure)
    })
  })
  await ready

  const ask = <T>(question: Question): Promise<T> =>
    asked<T>((reply, transfer) => worker.postMessage({ ...question, reply }, [...transfer]))
  return {
    waitFor: (position, milliseconds) => ask<EngineAnswers['waitFor']>({ ask: 'waitFor', position, milliseconds }),
    settleFlags: () => ask<EngineAnswers['settleFlags']>({ ask: 'settleFlags' }),
    status: () => ask<EngineAnswers['status']>({ ask: 'status' }),
    rebuild: () => ask<EngineAnswers['rebuild']>({ ask: 'rebuild' }),
    stop: async () => {
      stopping = true
      await ask<EngineAnswers['stop']>({ ask: 'stop' })
      await worker.terminate()
    },
  }
}
