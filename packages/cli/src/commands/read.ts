/** Commands that only ask: composition, coverage, burden, flags, status. They print what the routes answer. */
import type { Command } from 'commander'
import { z } from 'zod'
import { answer, asking, query, wholeNumber, withApi, type Common, type Context } from '../context.ts'
import { textTable } from '../table.ts'

const AsOf = z.object({ position: z.int(), time: z.string().nullable() })
const footer = ({ position, time }: z.infer<typeof AsOf>): string =>
  `\nas of position ${position}${time === null ? '' : ` (${time})`}`

const Composition = z.object({
  month: z.string(),
  mission: z.string(),
  total: z.number(),
  contributors: z.number(),
  shares: z.array(z.object({ contributor: z.string(), quantity: z.number().nullable(), percent: z.number() })),
  hhi: z.number(),
  gini: z.number(),
  top5Percent: z.number(),
  asOf: AsOf,
})
const Coverage = z.object({
  items: z.array(
    z.object({
      mission: z.string(),
      capability: z.string(),
      month: z.string(),
      required: z.number().nullable(),
      pledged: z.number().nullable(),
      committed: z.number().nullable(),
      deployed: z.number().nullable(),
      gap: z.number().nullable(),
    }),
  ),
  asOf: AsOf,
})
const Burden = z.object({
  items: z.array(
    z.object({
      contributor: z.string(),
      own: z.number().nullable(),
      capacity: z.number(),
      fairShare: z.number().nullable(),
      rho: z.number().nullable(),
    }),
  ),
  asOf: AsOf,
})
const Flags = z.object({
  items: z.array(z.object({ id: z.string(), kind: z.string(), severity: z.string(), status: z.string(), text: z.string() })),
  asOf: AsOf,
})

export const registerReads = (program: Command, context: Context): void => {
  asking(program.command('composition').description('who makes up a mission in a month, by the official counts'))
    .option('--mission <mission>', 'acronym, or ALL', 'ALL')
    .requiredOption('--month <month>', 'YYYY-MM')
    .action((options: Common & { mission: string; month: string }) =>
      withApi(context, options, 'read', async (api) => {
        const path = `/v1/composition${query({ mission: options.mission, month: options.month, asOf: options.asOf })}`
        answer(context, options, await api.request({ method: 'GET', path }), Composition, (body) =>
          [
            `${body.mission} ${body.month}: ${body.total} persons from ${body.contributors} contributors`,
            `HHI ${body.hhi}  Gini ${body.gini}  top five ${body.top5Percent} %\n`,
            textTable(
              ['contributor', 'persons', 'per cent'],
              body.shares.map(({ contributor, quantity, percent }) => [contributor, quantity, percent]),
            ),
            footer(body.asOf),
          ].join('\n'),
        )
      }),
    )

  asking(
    program
      .command('coverage')
      .description('required, pledged, committed, deployed and the gap, by mission, capability and month'),
  )
    .option('--mission <mission>', 'such as UNMISS')
    .option('--capability <code>', 'such as INF-BN')
    .option('--from <month>', 'YYYY-MM')
    .option('--to <month>', 'YYYY-MM')
    .option('--limit <rows>', 'at most so many (100)', wholeNumber)
    .action((options: Common & { mission?: string; capability?: string; from?: string; to?: string; limit?: number }) =>
      withApi(context, options, 'read', async (api) => {
        const { mission, capability, from, to, limit, asOf } = options
        const path = `/v1/coverage${query({ mission, capability, from, to, limit, asOf })}`
        answer(context, options, await api.request({ method: 'GET', path }), Coverage, (body) =>
          [
            textTable(
              ['mission', 'capability', 'month', 'required', 'pledged', 'committed', 'deployed', 'gap'],
              body.items.map((row) => [
                row.mission,
                row.capability,
                row.month,
                row.required,
                row.pledged,
                row.committed,
                row.deployed,
                row.gap,
              ]),
            ),
            footer(body.asOf),
          ].join('\n'),
        )
      }),
    )

  asking(program.command('burden').description('who carries more or less than a fair share'))
    .option('--dimension <dimension>', 'personnel | equipment | funding | composite', 'personnel')
    .option('--method <method>', 'key of capacity, or policy', 'policy')
    .option('--month <month>', 'YYYY-MM')
    .option('--limit <rows>', 'at most so many (100)', wholeNumber)
    .action((options: Common & { dimension: string; method: string; month?: string; limit?: number }) =>
      withApi(context, options, 'read', async (api) => {
        const { dimension, method, month, limit, asOf } = options
        const path = `/v1/burden${query({ dimension, method, month, limit, asOf })}`
        answer(context, options, await api.request({ method: 'GET', path }), Burden, (body) =>
          [
            textTable(
              ['contributor', 'own', 'capacity', 'fair share', 'rho'],
              body.items.map(({ contributor, own, capacity, fairShare, rho }) => [contributor, own, capacity, fairShare, rho]),
            ),
            'rho = own part of all ÷ own part of capacity; 1 is a fair share',
            footer(body.asOf),
          ].join('\n'),
        )
      }),
    )

  asking(program.command('flags').description('findings: imbalances, gaps, redundancies, doubtful data'))
    .option('--kind <kind>', 'such as unfilled or over-burdened')
    .option('--status <status>', 'raised | acknowledged | cleared')
    .option('--limit <rows>', 'at most so many (100)', wholeNumber)
    .action((options: Common & { kind?: string; status?: string; limit?: number }) =>
      withApi(context, options, 'read', async (api) => {
        const { kind, status, limit, asOf } = options
        const path = `/v1/flags${query({ kind, status, limit, asOf })}`
        answer(context, options, await api.request({ method: 'GET', path }), Flags, (body) =>
          [
            textTable(
              ['severity', 'kind', 'status', 'finding'],
              body.items.map((flag) => [flag.severity, flag.kind, flag.status, flag.text]),
            ),
            footer(body.asOf),
          ].join('\n'),
        )
      }),
    )
}
