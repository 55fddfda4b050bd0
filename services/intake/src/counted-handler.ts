/** A command handler that counts what it decided, by type and outcome. */
import { isRight } from 'fp-ts/lib/Either.js'
import { isCommandType } from '@muster/contracts/commands'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { Metrics } from '@muster/observability/metrics'

export const countedHandler = (
  handler: Pick<CommandHandler, 'handle'>,
  metrics: Pick<Metrics, 'command'>,
): Pick<CommandHandler, 'handle'> => ({
  handle: async (submissions) => {
    const results = await handler.handle(submissions)
    for (const [index, result] of results.entries()) {
      const { message, dryRun } = submissions[index] ?? {}
      if (dryRun === true) continue
      const type = message?.type ?? ''
      // Types that senders invent would make a counter each.
      metrics.command(isCommandType(type) ? type : 'unknown', isRight(result) ? result.right.outcome : 'refused')
    }
    return results
  },
})
