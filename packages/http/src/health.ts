/** Is the process alive, may traffic be sent to it, what do its counters say. Open to all, with and without `/v1`. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** One thing that must be well before traffic is welcome: a store that answers, a projection that keeps up. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail?: string
  /** What names records, such as parked streams: these are not for everybody. */
  readonly records?: string
}

export interface Health {
  /** Evaluated at each `/readyz`; never throws. */
  readonly checks: () => Promise<ReadonlyArray<Check>>
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  /** Whether this caller may see which records are concerned. Nobody may unless given. */
  readonly mayName?: (request: FastifyRequest) => Promise<boolean>
  /** True once a shutdown has begun. */
  readonly draining: () => boolean
}

const Readiness = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        detail: z.string().optional(),
        records: z.string().optional().describe('Which records are concerned; shown to officers and auditors alone'),
      }),
    ),
  })
  .meta({ id: 'ReadinessReport' })

export const healthRoutes = (app: FastifyInstance, health: Health): void => {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  for (const prefix of ['', '/v1']) {
    // The document shows each of them once.
    const hide = prefix === ''
    typed.get(
      `${prefix}/livez`,
      {
        config: { open: true },
        schema: {
          hide,
          tags: ['health'],
          summary: 'The process is alive',
          response: { 200: z.object({ status: z.literal('alive') }) },
        },
      },
      async () => ({ status: 'alive' as const }),
    )
    typed.get(
      `${prefix}/readyz`,
      {
        config: { open: true },
        schema: {
          hide,
          tags: ['health'],
          summary: 'Stores answer and read models keep up',
          response: { 200: Readiness, 503: Readiness },
        },
      },
      async (request, reply) => {
        const checks = health.draining() ? [{ name: 'shutdown', ok: false, detail: 'draining' }] : await health.checks()
        const ready = checks.every(({ ok }) => ok)
        const mayName = (await health.mayName?.(request)) === true
        const shown = checks.map(({ records, ...check }) => (mayName && records !== undefined ? { ...check, records } : check))
        return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', checks: shown })
      },
    )
    app.get(
      `${prefix}/metrics`,
      { config: { open: true }, schema: { hide, tags: ['health'], summary: 'Prometheus text' } },
      async (_request, reply) =>
        reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await health.metrics()),
    )
  }
}
