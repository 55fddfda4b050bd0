/** `muster plan run | list | show | approve | reject` and `muster explain ID`. */
import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { z } from 'zod'
import { addMonths, dayOfInstant, firstDayOf, monthOf } from '@muster/kernel/time'
import type { Api } from '../api.ts'
import {
  answer,
  asking,
  common,
  fail,
  problem,
  query,
  send,
  sending,
  withApi,
  type Common,
  type Context,
  type Sending,
} from '../context.ts'
import { EXIT } from '../exit.ts'
import { textTable } from '../table.ts'
import { showAnswer } from './give.ts'

const PlanDocument = z.looseObject({
  id: z.string(),
  status: z.string(),
  basis: z.string(),
  reason: z.string().nullish(),
  tiers: z.array(z.object({ tier: z.number(), value: z.string(), bound: z.string() })).default([]),
  assignments: z.union([z.number(), z.array(z.unknown())]).optional(),
  uncovered: z.union([z.number(), z.array(z.unknown())]).optional(),
  digest: z.string().nullish(),
})
type PlanDocument = z.infer<typeof PlanDocument>
const Plans = z.object({ items: z.array(PlanDocument) })
const Explanation = z.looseObject({ items: z.array(z.looseObject({ text: z.string() })).default([]) })

/** Polls of half a second while the allocator works. */
const PATIENCE = 1_200

export const registerPlan = (program: Command, context: Context): void => {
  const plan = program.command('plan').description('run the allocator, look at its plans, decide on them')

  common(plan.command('run').description('compute a plan from everything known now, and wait for it'))
    .option('--basis <basis>', 'pledges | reported-strength', 'pledges')
    .option('--from <day>', 'first day of the horizon (the first of this month)')
    .option('--to <day>', 'day after its last (two years later)')
    .option('--id <plan>', 'id of the new plan')
    .action((options: Common & { basis: string; from?: string; to?: string; id?: string }) =>
      withApi(context, options, 'write', async (api) => {
        const from = options.from ?? firstDayOf(monthOf(dayOfInstant(context.clock())))
        const id = options.id ?? `plan-${randomUUID().slice(0, 8)}`
        const requested = await send(api, 'RequestPlan', {
          plan: id,
          basis: options.basis,
          from,
          to: options.to ?? addMonths(from, 24),
        })
        if (requested.status >= 400) return problem(context, options, requested)
        const status = await waitForPlan(api, context, id)
        if (status === 'requested')
          return fail(context, EXIT.failure, `The plan ${id} is still being computed; look later with: muster plan show ${id}`)
        await show(context, options, api, id)
        if (status === 'failed') context.exit = EXIT.failure
      }),
    )

  asking(plan.command('list').description('plans, newest first')).action((options: Common) =>
    withApi(context, options, 'read', async (api) => {
      answer(
        context,
        options,
        await api.request({ method: 'GET', path: `/v1/plans${query({ asOf: options.asOf })}` }),
        Plans,
        ({ items }) =>
          textTable(
            ['plan', 'status', 'basis', 'digest'],
            items.map(({ id, status, basis, digest }) => [id, status, basis, digest]),
          ),
      )
    }),
  )

  asking(plan.command('show <plan>').description('one plan')).action((id: string, options: Common) =>
    withApi(context, options, 'read', (api) => show(context, options, api, id)),
  )

  sending(plan.command('approve <plan>').description('approve a computed plan: its assignments become proposals')).action(
    (id: string, options: Common & Sending) =>
      withApi(context, options, 'write', async (api) =>
        showAnswer(context, options, await send(api, 'ApprovePlan', { plan: id }, options)),
      ),
  )

  sending(plan.command('reject <plan>').description('reject a computed plan'))
    .requiredOption('--reason <text>', 'kept with the plan')
    .action((id: string, options: Common & { reason: string } & Sending) =>
      withApi(context, options, 'write', async (api) =>
        showAnswer(context, options, await send(api, 'RejectPlan', { plan: id, reason: options.reason }, options)),
      ),
    )

  asking(program.command('explain <plan>').description('why a plan fell as it did: for a requirement, a contributor or a pledge'))
    .option('--requirement <id>', 'what serves it, and why it is not covered')
    .option('--contributor <id>', 'what is asked of it, and what of its offers stays idle')
    .option('--pledge <id>', 'where it serves, and why it is idle')
    .action((id: string, options: Common & { requirement?: string; contributor?: string; pledge?: string }) =>
      withApi(context, options, 'read', async (api) => {
        const { requirement, contributor, pledge, asOf } = options
        const path = `/v1/plans/${encodeURIComponent(id)}/explain${query({ requirement, contributor, pledge, asOf })}`
        answer(
          context,
          options,
          await api.request({ method: 'GET', path }),
          Explanation,
          ({ items }) => items.map(({ text }) => text).join('\n') || 'Nothing to explain: no gap and nothing idle here.',
        )
      }),
    )
}

const show = async (context: Context, options: Common, api: Api, id: string): Promise<void> => {
  const reply = await api.request({ method: 'GET', path: `/v1/plans/${encodeURIComponent(id)}${query({ asOf: options.asOf })}` })
  answer(context, options, reply, PlanDocument, summary)
}

const summary = ({ id, status, basis, tiers, assignments, uncovered, digest, reason }: PlanDocument): string =>
  [
    `${id}: ${status} (basis ${basis})${reason === null || reason === undefined ? '' : ` — ${reason}`}`,
    `${countOf(assignments)} assignments, ${countOf(uncovered)} uncovered stretches`,
    textTable(
      ['tier', 'value', 'proven bound'],
      tiers.map(({ tier, value, bound }) => [tier, value, bound]),
    ),
    digest ?? '',
  ].join('\n')

const countOf = (value: number | ReadonlyArray<unknown> | undefined): number =>
  typeof value === 'number' ? value : (value?.length ?? 0)

/** Its status; `requested` when patience has ended. */
const waitForPlan = async (api: Api, context: Context, id: string): Promise<string> => {
  for (let poll = 0; poll < PATIENCE; poll += 1) {
    const reply = await api.request({ method: 'GET', path: `/v1/plans/${encodeURIComponent(id)}` })
    const status = reply.status === 200 ? PlanDocument.parse(JSON.parse(reply.body)).status : 'requested'
    if (status !== 'requested') return status
    if (poll % 10 === 9) context.stderr(`computing ${id} …\n`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return 'requested'
}
