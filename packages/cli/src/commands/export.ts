/** `muster export WHAT`: tables as NDJSON or CSV, the log, a plan's document, or the problem as it was known. */
import { join } from 'node:path'
import { Argument, type Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { PlanBasis } from '@muster/contracts/planning'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { addMonths, dayOfInstant, firstDayOf, monthOf } from '@muster/kernel/time'
import { openSqliteReadModels } from '@muster/read-models/open'
import { planDocuments } from '@muster/read-models/queries/plans'
import { problemAt } from '@muster/read-models/queries/problem'
import { common, dataFolder, fail, problem, query, withApi, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'

const TABLES = ['register', 'coverage', 'composition', 'burden'] as const
const WHAT = [...TABLES, 'problem', 'plan', 'log'] as const

type ExportOptions = Common & {
  readonly format: string
  readonly basis: string
  readonly from?: string
  readonly to?: string
  readonly plan?: string
  readonly filter?: ReadonlyArray<string>
}

export const registerExport = (program: Command, context: Context): void => {
  common(program.command('export').description('write a table, the log, a plan or an allocation problem to standard output'))
    .addArgument(new Argument('<what>').choices([...WHAT]))
    .option('--format <format>', 'ndjson | csv, for tables', 'ndjson')
    .option('--filter <name=value...>', 'filters of a table, as on its route: month=2013-06 mission=UNMISS')
    .option('--basis <basis>', 'of a problem: pledges | reported-strength', 'pledges')
    .option('--from <day>', 'first day of the problem’s horizon')
    .option('--to <day>', 'day after its last')
    .option('--plan <id>', 'the plan to write')
    .action((what: (typeof WHAT)[number], options: ExportOptions) => {
      switch (what) {
        case 'problem':
          return exportProblem(context, options)
        case 'plan':
          return exportPlan(context, options)
        case 'log':
          return exportLog(context, options)
        default:
          return exportTable(context, options, what)
      }
    })
}

const exportTable = (context: Context, options: ExportOptions, what: (typeof TABLES)[number]): Promise<void> =>
  withApi(context, options, 'read', async (api) => {
    const filters = Object.fromEntries(
      (options.filter ?? []).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
    const name = what === 'register' ? 'pledges' : what
    const reply = await api.request({
      method: 'GET',
      path: `/v1/exports/${name}${query({ ...filters, format: options.format, asOf: options.asOf })}`,
    })
    if (reply.status >= 400) problem(context, options, reply)
    else context.stdout(reply.body)
  })

/** Position of `--as-of`, or everything known. */
const positionOf = async (context: Context, options: Common): Promise<E.Either<string, number>> => {
  const store = await openSqliteEventStore({ path: join(dataFolder(context, options), 'log.sqlite'), readOnly: true })()
  if (E.isLeft(store)) return E.left(store.left.message)
  try {
    const { asOf } = options
    if (asOf === undefined) return E.right(await store.right.head())
    if (/^\d+$/.test(asOf)) return E.right(Number(asOf))
    return z.iso.datetime().safeParse(asOf).success
      ? E.right(await store.right.positionAt(asOf))
      : E.left('--as-of takes a position or a time such as 2027-01-01T00:00:00Z.')
  } finally {
    await store.right.close()
  }
}

const exportProblem = async (context: Context, options: ExportOptions): Promise<void> => {
  const basis = PlanBasis.safeParse(options.basis)
  if (!basis.success) return fail(context, EXIT.usage, `--basis must be one of ${PlanBasis.options.join(', ')}.`)
  const position = await positionOf(context, options)
  if (E.isLeft(position)) return fail(context, EXIT.usage, position.left)
  const from = options.from ?? firstDayOf(monthOf(dayOfInstant(context.clock())))
  const readModels = await openSqliteReadModels(join(dataFolder(context, options), 'read.sqlite'), { clock: context.clock })
  try {
    const folded = await problemAt(readModels, {
      asOf: position.right,
      basis: basis.data,
      horizon: { from, to: options.to ?? addMonths(from, 24) },
    })
    if (E.isLeft(folded)) return fail(context, EXIT.refused, folded.left.message)
    context.stdout(`${JSON.stringify(folded.right.problem)}\n`)
  } finally {
    await readModels.close()
  }
}

const exportPlan = async (context: Context, options: ExportOptions): Promise<void> => {
  if (options.plan === undefined) return fail(context, EXIT.usage, 'Name the plan with --plan.')
  const position = await positionOf(context, options)
  if (E.isLeft(position)) return fail(context, EXIT.usage, position.left)
  const readModels = await openSqliteReadModels(join(dataFolder(context, options), 'read.sqlite'), { clock: context.clock })
  try {
    const documents = await planDocuments(readModels, { asOf: position.right, id: options.plan })
    if (documents === undefined) return fail(context, EXIT.refused, `There is no computed plan ${options.plan}.`)
    context.stdout(`${JSON.stringify(documents.solution)}\n`)
  } finally {
    await readModels.close()
  }
}

const PAGE = 2_000

/** One event a line, as it lies in the log, with its metadata. */
const exportLog = async (context: Context, options: ExportOptions): Promise<void> => {
  const store = await openSqliteEventStore({ path: join(dataFolder(context, options), 'log.sqlite'), readOnly: true })()
  if (E.isLeft(store)) return fail(context, EXIT.failure, store.left.message)
  try {
    for await (const page of store.right.readAll('start', { pageSize: PAGE, follow: false })) {
      if (page.events.length > 0) context.stdout(`${page.events.map((event) => JSON.stringify(event)).join('\n')}\n`)
    }
  } finally {
    await store.right.close()
  }
}
