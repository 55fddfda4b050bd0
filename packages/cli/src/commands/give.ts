/** `muster give TYPE DATA`: any command there is, for what has no command of its own; and how answers to commands are shown. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { CommandAnswer } from '@muster/contracts/answers'
import { commandTypes } from '@muster/contracts/commands'
import type { ApiAnswer } from '../api.ts'
import { answer, fail, jsonArgument, send, sending, withApi, type Common, type Context, type Sending } from '../context.ts'
import { EXIT } from '../exit.ts'

export const showAnswer = (context: Context, options: Common, reply: ApiAnswer): void =>
  answer(context, options, reply, CommandAnswer, ({ outcome, stream, revision, position, dryRun }) =>
    dryRun === true
      ? `would be ${outcome}: ${stream} at revision ${revision}; nothing was written`
      : `${outcome}: ${stream} at revision ${revision}, position ${position}`,
  )

export const registerGive = (program: Command, context: Context): void => {
  sending(program.command('give <type> <json>').description('give any command: its type and its data as JSON, @file or -'))
    .addHelpText('after', () => `\nCommands: ${commandTypes.join(', ')}`)
    .action((type: string, json: string, options: Common & Sending) =>
      withApi(context, options, 'write', async (api) => {
        const data = await jsonArgument(context, json, (path) => readFile(path, 'utf8'))
        if (E.isLeft(data)) return fail(context, EXIT.usage, data.left)
        showAnswer(context, options, await send(api, type, data.right, options))
      }),
    )
}
