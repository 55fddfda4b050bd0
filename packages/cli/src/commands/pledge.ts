/** `muster pledge submit | show | amend | withdraw`: the commands most often given by hand. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { answer, common, fail, jsonArgument, query, send, withApi, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'
import { showAnswer } from './give.ts'

const Pledge = z.looseObject({ id: z.string(), status: z.string(), revision: z.int() })

export const registerPledge = (program: Command, context: Context): void => {
  const pledge = program.command('pledge').description('submit, show, amend or withdraw a pledge')

  common(pledge.command('submit').description('submit a pledge: fields as options, or the whole document with --file'))
    .option('--file <path>', 'JSON document, - for standard input')
    .option('--contributor <id>')
    .option('--own-reference <text>')
    .option('--capability <code>')
    .option('--quantity <number>')
    .option('--amount <minor units>', 'for money, with --currency')
    .option('--currency <code>')
    .option('--from <day>')
    .option('--to <day>')
    .option('--notice-days <number>')
    .option('--key <key>', 'idempotency key; the same key again gives the same answer')
    .action((options: Common & SubmitOptions) =>
      withApi(context, options, 'write', async (api) => {
        const document =
          options.file === undefined
            ? E.right(termsFrom(options))
            : await jsonArgument(context, options.file === '-' ? '-' : `@${options.file}`, readText)
        if (E.isLeft(document)) return fail(context, EXIT.usage, document.left)
        showAnswer(context, options, await send(api, 'SubmitPledge', document.right, options.key))
      }),
    )

  common(pledge.command('show <id>').description('one pledge with its history')).action((id: string, options: Common) =>
    withApi(context, options, 'read', async (api) => {
      const path = `/v1/pledges/${encodeURIComponent(id)}${query({ asOf: options.asOf })}`
      answer(context, options, await api.request({ method: 'GET', path }), Pledge, (body) => JSON.stringify(body, undefined, 2))
    }),
  )

  common(pledge.command('amend <id> <json>').description('change fields: a JSON object, @file or -'))
    .option('--key <key>')
    .action((id: string, json: string, options: Common & { key?: string }) =>
      withApi(context, options, 'write', async (api) => {
        const changes = await jsonArgument(context, json, readText)
        if (E.isLeft(changes)) return fail(context, EXIT.usage, changes.left)
        const fields = z.record(z.string(), z.unknown()).safeParse(changes.right)
        if (!fields.success) return fail(context, EXIT.usage, 'The changes must be a JSON object of fields.')
        showAnswer(context, options, await send(api, 'AmendPledge', { ...fields.data, pledge: id }, options.key))
      }),
    )

  common(pledge.command('withdraw <id>').description('withdraw a pledge for good'))
    .requiredOption('--reason <text>')
    .option('--key <key>')
    .action((id: string, options: Common & { reason: string; key?: string }) =>
      withApi(context, options, 'write', async (api) => {
        showAnswer(context, options, await send(api, 'WithdrawPledge', { pledge: id, reason: options.reason }, options.key))
      }),
    )
}

interface SubmitOptions {
  readonly file?: string
  readonly contributor?: string
  readonly ownReference?: string
  readonly capability?: string
  readonly quantity?: string
  readonly amount?: string
  readonly currency?: string
  readonly from?: string
  readonly to?: string
  readonly noticeDays?: string
  readonly key?: string
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8')

const termsFrom = ({
  contributor,
  ownReference,
  capability,
  quantity,
  amount,
  currency,
  from,
  to,
  noticeDays,
}: SubmitOptions): unknown => ({
  contributor,
  ownReference,
  capability,
  from,
  to,
  ...(quantity === undefined ? {} : { quantity: Number(quantity) }),
  ...(amount === undefined ? {} : { amount: { amount, currency: currency ?? 'USD' } }),
  ...(noticeDays === undefined ? {} : { noticeDays: Number(noticeDays) }),
})
