/** `muster export WHAT`: tables as NDJSON or CSV, the log, a plan's document, or the problem as it was known. */
import { Argument, type Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { PlanBasis } from '@muster/contracts/planning'
import { Day } from '@muster/contracts/primitives'
import type { EventStore } from '@muster/event-store/event-store'
import { addMonths, dayOfInstant, firstDayOf, monthOf } from '@muster/kernel/time'
import type { ReadModelStore } from '@muster/read-models/open'
import { planDocuments } from '@muster/read-models/queries/plans'
import { problemAt } from '@muster/read-models/queries/problem'
import { asking, fail, problem, query, withApi, type Common, type Context } from '../context.ts'
import { withLog, withStores } from '../engines.ts'
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
  asking(program.command('export').description('write a table, the log, a plan or an allocation problem to standard output'))
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

/** Position of `--as-of`, or everything the read models know. */
const positionOf = async (
  { log, readModels }: { readonly log: Pick<EventStore, 'positionAt'>; readonly readModels: Pick<ReadModelStore, 'position'> },
  { asOf }: Common,
): Promise<E.Either<string, number>> => {
  const known = await readModels.position()
  if (asOf === undefined) return E.right(known)
  if (/^\d+$/.test(asOf))
    return Number(asOf) <= known
      ? E.right(Number(asOf))
      : E.left(`The read models have not reached position ${asOf}; they stand at ${known}.`)
  return z.iso.datetime({ offset: true }).safeParse(asOf).success
    ? E.right(Math.min(known, await log.positionAt(new Date(asOf).toISOString())))
    : E.left('--as-of takes a position or a time such as 2027-01-01T00:00:00Z.')
}

const exportProblem = async (context: Context, options: ExportOptions): Promise<void> => {
  const basis = PlanBasis.safeParse(options.basis)
  if (!basis.success) return fail(context, EXIT.usage, `--basis must be one of ${PlanBasis.options.join(', ')}.`)
  const from = Day.safeParse(options.from ?? firstDayOf(monthOf(dayOfInstant(context.clock()))))
  const to = from.success ? Day.safeParse(options.to ?? addMonths(from.data, 24)) : from
  if (!from.success || !to.success || from.data >= to.data)
    return fail(context, EXIT.usage, '--from and --to are days such as 2027-01-01, the first before the second.')
  const horizon = { from: from.data, to: to.data }
  return withStores(context, options, async (stores) => {
    const position = await positionOf(stores, options)
    if (E.isLeft(position)) return fail(context, EXIT.usage, position.left)
    const folded = await problemAt(stores.readModels, { asOf: position.right, basis: basis.data, horizon })
    if (E.isLeft(folded)) return fail(context, EXIT.refused, folded.left.message)
    context.stdout(`${JSON.stringify(folded.right.problem)}\n`)
  })
}

const exportPlan = async (context: Context, options: ExportOptions): Promise<void> => {
  const { plan: id } = options
  if (id === undefined) return fail(context, EXIT.usage, 'Name the plan with --plan.')
  return withStores(context, options, async (stores) => {
    const position = await positionOf(stores, options)
    if (E.isLeft(position)) return fail(context, EXIT.usage, position.left)
    const documents = await planDocuments(stores.readModels, { asOf: position.right, id })
    if (documents === undefined) return fail(context, EXIT.refused, `There is no computed plan ${id}.`)
    context.stdout(`${JSON.stringify(documents.solution)}\n`)
  })
}

const PAGE = 2_000

/** One event a line, as it lies in the log, with its metadata. */
const exportLog = (context: Context, options: ExportOptions): Promise<void> =>
  withLog(context, options, async (log) => {
    for await (const page of log.readAll('start', { pageSize: PAGE, follow: false })) {
      if (page.events.length > 0) context.stdout(`${page.events.map((event) => JSON.stringify(event)).join('\n')}\n`)
    }
  })
