/** `muster move-log --to esdb://…`: takes the embedded log to EventStoreDB, and proves that it arrived. */
import { join } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { openEsdbEventStore } from '@muster/event-store-esdb/store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { common, dataFolder, fail, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'
import { moveLog, type MoveError } from '../move-log.ts'
import { serverOf } from '../running.ts'

interface MoveOptions extends Common {
  readonly to: string
  readonly namespace: string
}

export const registerMove = (program: Command, context: Context): void => {
  common(
    program
      .command('move-log')
      .description('copy the embedded log to EventStoreDB and verify it there; once interrupted, it goes on where it ended'),
  )
    .requiredOption('--to <address>', 'EventStoreDB, such as esdb://user:password@host:2113 or esdb://host:2113?tls=false')
    .option('--namespace <name>', 'tells logs on one EventStoreDB apart', 'muster')
    .action((options: MoveOptions) => move(context, options))
}

const move = async (context: Context, options: MoveOptions): Promise<void> => {
  const data = dataFolder(context, options)
  const server = await serverOf(data)
  if (server._tag === 'Silent') return fail(context, EXIT.failure, server.message)
  if (server._tag === 'Answering') {
    return fail(context, EXIT.failure, 'A server is writing to this log. Stop it first, so that nothing is left behind.')
  }
  const from = await openSqliteEventStore({ path: join(data, 'log.sqlite'), readOnly: true })()
  if (E.isLeft(from)) return fail(context, EXIT.failure, from.left.message)
  const to = await openEsdbEventStore({ connectionString: options.to, namespace: options.namespace })()
  if (E.isLeft(to)) {
    await from.right.close()
    return fail(context, EXIT.failure, to.left.message)
  }
  const moved = await moveLog({
    from: from.right,
    to: to.right,
    onProgress: (events) => context.stderr(`\r${events} events`),
  })
  context.stderr('\n')
  await Promise.all([from.right.close(), to.right.close()])
  if (E.isLeft(moved)) return fail(context, EXIT.refused, explained(moved.left))
  const { events, before } = moved.right
  if (options.json === true) context.stdout(`${JSON.stringify(moved.right)}\n`)
  else context.stdout(`${events} events are there and equal (${before} had been moved before)\n`)
}

const explained = (error: MoveError): string => {
  switch (error._tag) {
    case 'Foreign':
      return `EventStoreDB holds another log under this name (its position ${error.position}). Choose another --namespace.`
    case 'NotTaken':
      return `EventStoreDB did not take ${error.stream} (${error.reason}). Run the same command again: it goes on where it ended.`
    case 'Differs':
      return `${error.stream} at position ${error.position} is not in EventStoreDB what it is here. Move to another --namespace.`
  }
}
