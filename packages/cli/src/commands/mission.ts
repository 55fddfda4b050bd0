/** `muster mission list | show | establish | ceiling | requirement`. */
import type { Command } from 'commander'
import { z } from 'zod'
import { answer, common, query, send, withApi, type Common, type Context } from '../context.ts'
import { textTable } from '../table.ts'
import { showAnswer } from './give.ts'

const Missions = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      ceiling: z.object({ military: z.number().nullable(), police: z.number().nullable() }).optional(),
      strength: z.object({ month: z.string(), military: z.number(), police: z.number() }).nullish(),
    }),
  ),
})

export const registerMission = (program: Command, context: Context): void => {
  const mission = program.command('mission').description('missions: list, show, establish, set a ceiling, issue a requirement')

  common(mission.command('list').description('the mission board'))
    .option('--limit <rows>')
    .action((options: Common & { limit?: string }) =>
      withApi(context, options, 'read', async (api) => {
        const path = `/v1/missions${query({ limit: options.limit, asOf: options.asOf })}`
        answer(context, options, await api.request({ method: 'GET', path }), Missions, ({ items }) =>
          textTable(
            ['mission', 'name', 'last month', 'military', 'ceiling', 'police', 'ceiling'],
            items.map(({ id, name, ceiling, strength }) => [
              id,
              name,
              strength?.month,
              strength?.military,
              ceiling?.military,
              strength?.police,
              ceiling?.police,
            ]),
          ),
        )
      }),
    )

  common(
    mission.command('show <mission>').description('mandate, ceilings, money, consent and requirements of one mission'),
  ).action((id: string, options: Common) =>
    withApi(context, options, 'read', async (api) => {
      const path = `/v1/missions/${encodeURIComponent(id)}${query({ asOf: options.asOf })}`
      answer(context, options, await api.request({ method: 'GET', path }), z.unknown(), (body) =>
        JSON.stringify(body, undefined, 2),
      )
    }),
  )

  common(mission.command('establish <mission>').description('establish a mission'))
    .requiredOption('--name <name>')
    .requiredOption('--from <day>')
    .option('--to <day>', 'end of the mandate')
    .option('--host <states...>')
    .option('--key <key>')
    .action((id: string, options: Common & { name: string; from: string; to?: string; host?: string[]; key?: string }) =>
      withApi(context, options, 'write', async (api) => {
        const { name, from, to, host = [], key } = options
        showAnswer(
          context,
          options,
          await send(api, 'EstablishMission', { mission: id, name, from, hosts: host, ...(to === undefined ? {} : { to }) }, key),
        )
      }),
    )

  common(mission.command('ceiling <mission>').description('set the authorised strength from a day on'))
    .requiredOption('--category <category>', 'military | police')
    .requiredOption('--from <day>')
    .requiredOption('--quantity <persons>')
    .option('--document <resolution>')
    .option('--key <key>')
    .action(
      (id: string, options: Common & { category: string; from: string; quantity: string; document?: string; key?: string }) =>
        withApi(context, options, 'write', async (api) => {
          const { category, from, quantity, document, key } = options
          const data = {
            mission: id,
            category,
            from,
            quantity: Number(quantity),
            ...(document === undefined ? {} : { document }),
          }
          showAnswer(context, options, await send(api, 'SetCeiling', data, key))
        }),
    )

  common(
    mission.command('requirement <mission> <requirement>').description('issue one line of the statement of unit requirements'),
  )
    .requiredOption('--capability <code>')
    .requiredOption('--quantity <number>')
    .requiredOption('--from <day>')
    .requiredOption('--to <day>')
    .option('--tier <number>', '1 is served first', '1')
    .option('--min-tour-days <days>', '', '1')
    .option('--key <key>')
    .action((id: string, requirement: string, options: Common & RequirementOptions) =>
      withApi(context, options, 'write', async (api) => {
        const { capability, quantity, from, to, tier, minTourDays, key } = options
        const data = {
          mission: id,
          requirement,
          capability,
          quantity: Number(quantity),
          from,
          to,
          tier: Number(tier),
          minTourDays: Number(minTourDays),
        }
        showAnswer(context, options, await send(api, 'IssueRequirement', data, key))
      }),
    )
}

interface RequirementOptions {
  readonly capability: string
  readonly quantity: string
  readonly from: string
  readonly to: string
  readonly tier: string
  readonly minTourDays: string
  readonly key?: string
}
