/** `muster mission list | show | establish | ceiling | requirement`. */
import type { Command } from 'commander'
import { z } from 'zod'
import {
  answer,
  asking,
  query,
  send,
  sending,
  wholeNumber,
  withApi,
  type Common,
  type Context,
  type Sending,
} from '../context.ts'
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

  asking(mission.command('list').description('the mission board'))
    .option('--limit <rows>', 'at most so many (100)', wholeNumber)
    .action((options: Common & { limit?: number }) =>
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

  asking(
    mission.command('show <mission>').description('mandate, ceilings, money, consent and requirements of one mission'),
  ).action((id: string, options: Common) =>
    withApi(context, options, 'read', async (api) => {
      const path = `/v1/missions/${encodeURIComponent(id)}${query({ asOf: options.asOf })}`
      answer(context, options, await api.request({ method: 'GET', path }), z.unknown(), (body) =>
        JSON.stringify(body, undefined, 2),
      )
    }),
  )

  sending(mission.command('establish <mission>').description('establish a mission'))
    .requiredOption('--name <name>', 'its full name')
    .requiredOption('--from <day>', 'first day of the mandate')
    .option('--to <day>', 'day after its last; open-ended without')
    .option('--host <states...>', 'host states, such as SSD')
    .action((id: string, options: Common & { name: string; from: string; to?: string; host?: string[] } & Sending) =>
      withApi(context, options, 'write', async (api) => {
        const { name, from, to, host = [] } = options
        showAnswer(
          context,
          options,
          await send(
            api,
            'EstablishMission',
            { mission: id, name, from, hosts: host, ...(to === undefined ? {} : { to }) },
            options,
          ),
        )
      }),
    )

  sending(mission.command('ceiling <mission>').description('set the authorised strength from a day on'))
    .requiredOption('--category <category>', 'military | police')
    .requiredOption('--from <day>', 'in force from this day on')
    .requiredOption('--quantity <persons>', 'persons', wholeNumber)
    .option('--document <resolution>', 'where it was decided, such as S/RES/1996')
    .action((id: string, options: Common & { category: string; from: string; quantity: number; document?: string } & Sending) =>
      withApi(context, options, 'write', async (api) => {
        const { category, from, quantity, document } = options
        const data = {
          mission: id,
          category,
          from,
          quantity,
          ...(document === undefined ? {} : { document }),
        }
        showAnswer(context, options, await send(api, 'SetCeiling', data, options))
      }),
    )

  sending(
    mission.command('requirement <mission> <requirement>').description('issue one line of the statement of unit requirements'),
  )
    .requiredOption('--capability <code>', 'of the catalogue, such as INF-BN')
    .requiredOption('--quantity <number>', 'units, persons or money, as the capability counts', wholeNumber)
    .requiredOption('--from <day>', 'first day')
    .requiredOption('--to <day>', 'day after the last')
    .option('--tier <number>', '1 is served first', wholeNumber, 1)
    .option('--min-tour-days <days>', 'no shorter tour counts', wholeNumber, 1)
    .action((id: string, requirement: string, options: Common & RequirementOptions) =>
      withApi(context, options, 'write', async (api) => {
        const { capability, quantity, from, to, tier, minTourDays } = options
        const data = {
          mission: id,
          requirement,
          capability,
          quantity,
          from,
          to,
          tier,
          minTourDays,
        }
        showAnswer(context, options, await send(api, 'IssueRequirement', data, options))
      }),
    )
}

interface RequirementOptions extends Sending {
  readonly capability: string
  readonly quantity: number
  readonly from: string
  readonly to: string
  readonly tier: number
  readonly minTourDays: number
}
