/** `muster pledge submit | show | amend | withdraw`: the commands most often given by hand. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import {
  answer,
  asking,
  fail,
  jsonArgument,
  problem,
  query,
  send,
  sending,
  wholeNumber,
  withApi,
  type Common,
  type Context,
  type Sending,
} from '../context.ts'
import { EXIT } from '../exit.ts'
import { showAnswer } from './give.ts'

const History = z.object({ items: z.array(z.unknown()) })
const Pledge = z.looseObject({ id: z.string(), status: z.string(), revision: z.int() })

export const registerPledge = (program: Command, context: Context): void => {
  const pledge = program.command('pledge').description('submit, show, amend or withdraw a pledge')

  sending(pledge.command('submit').description('submit a pledge: fields as options, or the whole document with --file'))
    .option('--file <path>', 'JSON document, - for standard input')
    .option('--contributor <id>', 'who pledges, such as NPL')
    .option('--own-reference <text>', 'its own number for this pledge')
    .option('--capability <code>', 'of the catalogue, such as INF-BN, or FUNDING')
    .option('--quantity <number>', 'units, persons or hours, as the capability counts', wholeNumber)
    .option('--amount <minor units>', 'instead of a quantity, for money: 82000000 are 820,000.00')
    .option('--currency <code>', 'of the amount', 'USD')
    .option('--from <day>', 'first day')
    .option('--to <day>', 'day after the last')
    .option('--notice-days <number>', 'days from the call to the arrival', wholeNumber)
    .action((options: Common & SubmitOptions) =>
      withApi(context, options, 'write', async (api) => {
        const document =
          options.file === undefined
            ? E.right(termsFrom(options))
            : await jsonArgument(context, options.file === '-' ? '-' : `@${options.file}`, readText)
        if (E.isLeft(document)) return fail(context, EXIT.usage, document.left)
        showAnswer(context, options, await send(api, 'SubmitPledge', document.right, options))
      }),
    )

  asking(pledge.command('show <id>').description('one pledge with its history')).action((id: string, options: Common) =>
    withApi(context, options, 'read', async (api) => {
      const address = `/v1/pledges/${encodeURIComponent(id)}`
      const { asOf } = options
      const pledge = await api.request({ method: 'GET', path: `${address}${query({ asOf })}` })
      if (pledge.status >= 400) return problem(context, options, pledge)
      const past = await api.request({ method: 'GET', path: `${address}/history${query({ asOf, limit: 1_000 })}` })
      if (past.status >= 400) return problem(context, options, past)
      const { items: history } = History.parse(JSON.parse(past.body))
      const body = JSON.stringify({ ...Pledge.parse(JSON.parse(pledge.body)), history })
      answer(context, options, { status: 200, body }, Pledge, (whole) => JSON.stringify(whole, undefined, 2))
    }),
  )

  sending(pledge.command('amend <id> <json>').description('change fields: a JSON object, @file or -')).action(
    (id: string, json: string, options: Common & Sending) =>
      withApi(context, options, 'write', async (api) => {
        const changes = await jsonArgument(context, json, readText)
        if (E.isLeft(changes)) return fail(context, EXIT.usage, changes.left)
        const fields = z.record(z.string(), z.unknown()).safeParse(changes.right)
        if (!fields.success) return fail(context, EXIT.usage, 'The changes must be a JSON object of fields.')
        showAnswer(context, options, await send(api, 'AmendPledge', { ...fields.data, pledge: id }, options))
      }),
  )

  sending(pledge.command('withdraw <id>').description('withdraw a pledge for good'))
    .requiredOption('--reason <text>', 'kept with the pledge')
    .action((id: string, options: Common & { reason: string } & Sending) =>
      withApi(context, options, 'write', async (api) => {
        showAnswer(context, options, await send(api, 'WithdrawPledge', { pledge: id, reason: options.reason }, options))
      }),
    )
}

interface SubmitOptions extends Sending {
  readonly file?: string
  readonly contributor?: string
  readonly ownReference?: string
  readonly capability?: string
  readonly quantity?: number
  readonly amount?: string
  readonly currency?: string
  readonly from?: string
  readonly to?: string
  readonly noticeDays?: number
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
  ...(quantity === undefined ? {} : { quantity }),
  ...(amount === undefined ? {} : { amount: { amount, currency } }),
  ...(noticeDays === undefined ? {} : { noticeDays }),
})
