/** `muster status`: is a server running, how far is everything, what lies in the store. */
import type { Command } from 'commander'
import { z } from 'zod'
import { asking, problem, query, withApi, type Common, type Context } from '../context.ts'

const Ready = z.object({
  status: z.string(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional(), records: z.string().optional() })),
})
const Known = z.object({ asOf: z.object({ position: z.int(), time: z.string().nullable() }) })

export const registerStatus = (program: Command, context: Context): void => {
  asking(program.command('status').description('is a server running, how far is everything')).action((options: Common) =>
    withApi(context, options, 'read', async (api) => {
      const ready = Ready.parse(JSON.parse((await api.request({ method: 'GET', path: '/readyz' })).body))
      const reply = await api.request({ method: 'GET', path: `/v1/missions${query({ limit: 1, asOf: options.asOf })}` })
      if (reply.status >= 400) return problem(context, options, reply)
      const { asOf } = Known.parse(JSON.parse(reply.body))
      if (options.json === true)
        return context.stdout(
          `${JSON.stringify({ server: api.server ?? null, ready: ready.status, checks: ready.checks, asOf })}\n`,
        )
      context.stdout(`server: ${api.server ?? 'none running; answered from the store'}\n`)
      context.stdout(`log read up to position ${asOf.position}${asOf.time === null ? '' : ` (${asOf.time})`}\n`)
      for (const { name, ok, detail, records } of ready.checks) {
        const told = [detail, records].filter((part) => part !== undefined).join('; ')
        context.stdout(`${ok ? 'ok  ' : 'BAD '} ${name}${told === '' ? '' : `: ${told}`}\n`)
      }
    }),
  )
}
