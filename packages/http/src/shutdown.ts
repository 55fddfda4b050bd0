/** SIGTERM and SIGINT: not ready any more, drain what is under way, close what was opened, exit. */
import type { FastifyInstance } from 'fastify'

/**
 * `close` closes stores and leaves groups after the last request has been answered. A second signal, or `patienceMs`, ends the
 * process at once.
 */
export const shutDownOnSignal = (app: FastifyInstance, close: () => Promise<void>, patienceMs: number = 20_000): void => {
  let closing = false
  const onSignal = (): void => {
    if (closing) process.exit(1)
    closing = true
    setTimeout(() => process.exit(1), patienceMs).unref()
    app
      .close()
      .then(close)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          app.log.error({ err: error }, 'shutdown failed')
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
